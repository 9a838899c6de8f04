// Comparing only the differing blocks of two archives gives the same result as comparing the whole archives.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PairEntry } from '../../../fixtures/diff/pairs.ts';
import { BlockPair } from '../../../src/diff/blocks/block-pair.ts';
import { type BlockCounts, withDifferingBlocks } from '../../../src/diff/blocks/with-blocks.ts';
import { type Diff, diffSides } from '../../../src/diff/diff.ts';
import { pack } from '../../../src/pack/pack.ts';
import { loadPathHashes } from '../../../src/pack/path-hash.ts';
import { openArchiveFile } from '../../../src/source/archive-file.ts';
import { openSource } from '../../../src/source/open-source.ts';
import { comparePaths } from '../../../src/tree/path.ts';
import { SMALL_LEVEL } from '../../pack/small-level.ts';
import { writeBlocks } from '../../pack/write-blocks.ts';
import { before } from '../../support/before.ts';
import { MemorySink } from '../../support/memory-sink.ts';
import { plannedTree } from '../../support/plain-plan.ts';
import { Scratch } from '../../support/temporary.ts';
import { runsOf, stepOf } from '../../support/thorough.ts';
import { makeSide, pairSource } from '../make-side.ts';

const test = suite('differing blocks');
const scratch = new Scratch('diff-blocks');
const hashes = await loadPathHashes();
const KIB = 1024;
/** A handful of blocks. */
const LEVEL = { ...SMALL_LEVEL, blockMinimum: 128 * KIB, blockMaximum: 256 * KIB };

/** Bytes that do not compress, the same for one seed. */
function noise(seed: string, size: number): string {
  let bytes = '';
  for (let i = 0; bytes.length < size; i += 1) {
    bytes += createHash('sha512').update(`${seed} ${i}`).digest().toString('latin1');
  }
  return bytes.slice(0, size);
}

const TREE: readonly PairEntry[] = [
  { path: 'bin', type: 'symlink', target: 'usr/bin' },
  { path: 'etc/build-info', content: 'made 2024-01-02 03:04:05\n' },
  { path: 'etc/machine-id', content: `${'0'.repeat(32)}\n` },
  { path: 'etc/os-release', type: 'symlink', target: '../usr/lib/os-release' },
  { path: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\n' },
  { path: 'lib', type: 'symlink', target: 'usr/lib' },
  { path: 'usr/lib/os-release', content: 'ID=debian\n' },
  ...Array.from({ length: 40 }, (_, i) => ({
    path: `usr/lib/tool/${String(i).padStart(2, '0')}`,
    content: noise(`lib ${i}`, 12 * KIB),
  })).flatMap((entry, i) =>
    // In a block that is not read; its other name, which carries the content, is in the last one.
    i === 20 ? [entry, { path: 'usr/lib/tool/20-linked', content: noise('linked', 700) }] : [entry],
  ),
  { path: 'usr/share/doc/tool/one', content: noise('one', 600) },
  { path: 'usr/share/doc/tool/two', link: 'usr/share/doc/tool/one' },
  { path: 'usr/share/large', content: noise('large', 400 * KIB) },
  { path: 'usr/share/tool/stamp', content: 'made 2024-01-02 03:04:05\n' },
  { path: 'var/cache/ldconfig/aux-cache', content: 'x\0\x01' },
  {
    path: 'var/lib/dpkg/info/tool.list',
    content: '/.\n/lib\n/lib/tool\n/lib/tool/07\n/usr/share/tool/stamp\n',
  },
  {
    path: 'var/lib/dpkg/status',
    content: 'Package: tool\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n',
  },
  ...Array.from({ length: 12 }, (_, i) => ({
    path: `var/lib/own/${i}`,
    content: noise(`own ${i}`, 12 * KIB),
  })),
  { path: 'var/lib/own/linked', link: 'usr/lib/tool/20-linked' },
];

function changed(path: string, fields: Partial<PairEntry>): PairEntry[] {
  return TREE.map((entry) => (entry.path === path ? { ...entry, ...fields } : entry));
}

async function write(name: string, entries: readonly PairEntry[]): Promise<string> {
  const file = scratch.in(`${name}.cpio.xz`);
  writeFileSync(file, await writeBlocks(pairSource(entries, name), LEVEL, hashes));
  return file;
}

let first = '';
before(test, async () => {
  first = await write('first', TREE);
});
test.after(() => scratch.remove());

async function whole(second: string): Promise<Diff> {
  const sources = [await openSource(first), await openSource(second)] as const;
  try {
    return await diffSides(makeSide(sources[0]), makeSide(sources[1]));
  } finally {
    for (const source of sources) source.close();
  }
}

async function partial(second: string): Promise<{ diff: Diff; counts: BlockCounts } | undefined> {
  const files = [openArchiveFile(first), openArchiveFile(second)] as const;
  try {
    const done = await withDifferingBlocks(...files, async (a, b, counts) => {
      const { narrow, isKnown } = a;
      const layers = { a: a.layer, b: b.layer };
      const sides = [makeSide(a.source, { narrow }), makeSide(b.source, { narrow })] as const;
      return { diff: await diffSides(...sides, { layers, isKnown }), counts };
    });
    return done?.result;
  } finally {
    for (const file of files) file.close();
  }
}

function told({ clusters, proof, findings, packages }: Diff): unknown {
  return {
    clusters: clusters
      .filter(({ cause }) => cause !== 'compressor')
      .map(({ cause, rule, advice, paths, packages: owners, example }) => ({
        cause,
        rule,
        advice,
        paths,
        owners,
        example,
      })),
    findings: findings.map(({ path, field }) => [path, field]),
    proof: [proof.equal, proof.remaining.map(({ path, field }) => [path, field])],
    packages: [packages.same, packages.changes],
  };
}

const CASES: readonly (readonly [what: string, entries: readonly PairEntry[]])[] = [
  ['a file that a rule knows', changed('etc/machine-id', { content: `${'1'.repeat(32)}\n` })],
  [
    'a time in a file that no package claims',
    changed('etc/build-info', { content: 'made 2024-01-02 03:04:06\n' }),
  ],
  [
    'a time in a file that a package claims',
    changed('usr/share/tool/stamp', { content: 'made 2025-01-02 03:04:05\n' }),
  ],
  [
    'a file in the middle, claimed by its other name',
    changed('usr/lib/tool/07', { content: noise('other', 12 * KIB) }),
  ],
  ['a mode', changed('usr/lib/tool/30', { mode: 0o600 })],
  [
    'a large file that is cut inside itself',
    changed('usr/share/large', { content: `${noise('large', 399 * KIB)}${'x'.repeat(KIB)}` }),
  ],
  ['one file more', [...TREE, { path: 'usr/lib/tool/305', content: 'new' }]],
  ['one file less', TREE.filter(({ path }) => path !== 'usr/lib/tool/30')],
  ['the last file', changed('var/lib/own/9', { content: noise('end', 12 * KIB) })],
  ['the first entry', changed('bin', { target: 'usr/sbin' })],
  ['hard links', changed('usr/share/doc/tool/one', { content: noise('two', 600) })],
  [
    'in several places',
    changed('var/cache/ldconfig/aux-cache', { content: 'y\0\x02' }).map((entry) =>
      entry.path === 'usr/lib/tool/11' ? { ...entry, mtime: 5 } : entry,
    ),
  ],
];

test('the archives here are those that pack writes', async () => {
  const source = pairSource(TREE, 'first');
  const sink = new MemorySink();
  const options = { format: 'cpio.xz', level: LEVEL, jobs: 2, hashes } as const;
  await pack(plannedTree(source.tree, hashes.forInode), source, sink, options);
  assert.ok(sink.bytes.equals(readFileSync(first)));
});

for (const [i, [what, entries]] of CASES.entries()) {
  if (i % stepOf(1, 3) !== 0) continue;
  test(`${what}: the same clusters, from some of the blocks`, async () => {
    const second = await write(`second-${i}`, entries);
    const part = await partial(second);
    assert.ok(part, 'the shortcut is taken');
    assert.ok((part?.counts.same ?? 0) >= 2);
    assert.equal(told((part as { diff: Diff }).diff), told(await whole(second)));
  });
}

test('many trees: the same clusters, or the shortcut is not taken', async () => {
  let state = 7;
  const random = (below: number): number => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state % below;
  };
  let taken = 0;
  for (let round = 0; round < runsOf(6, 3); round += 1) {
    let entries = [...TREE];
    for (let change = 0; change <= round; change += 1) {
      const at = random(entries.length);
      const entry = entries[at] as PairEntry;
      const isFile = entry.content !== undefined;
      const kind = random(isFile ? 4 : 2);
      if (kind === 0) entries.splice(at, 1, { ...entry, mtime: 9 });
      else if (kind === 1) entries.splice(at, 1, entry, { path: `${entry.path}-${change}`, content: 'new' });
      else
        entries.splice(at, 1, { ...entry, content: noise(`${round} ${change}`, kind === 2 ? 50 : 20 * KIB) });
    }
    entries = entries.sort((a, b) => comparePaths(a.path, b.path));
    const second = await write(`many-${round}`, entries);
    const part = await partial(second);
    if (part === undefined) continue;
    taken += 1;
    assert.equal(told(part.diff), told(await whole(second)), `round ${round}`);
  }
  assert.ok(taken >= 1, `${taken} shortcuts`);
});

test('a file of which a name is in a block that is not read', async () => {
  const second = await write('linked', changed('usr/lib/tool/20-linked', { content: noise('other', 700) }));
  assert.is(await partial(second), undefined);
});

test('the middle of a large file is not read, unless somebody wants its content', async () => {
  const entries = changed('usr/share/tool/stamp', { content: 'made 2025-01-02 03:04:05\n' });
  const files = [openArchiveFile(first), openArchiveFile(await write('middle', entries))] as const;
  const pair = BlockPair.open(...files);
  assert.ok(pair);
  const { reader } = (pair as BlockPair).b;
  const inside = (): number[] => {
    const parts = [...Array(reader.count).keys()].filter((index) => reader.knownHead(index) === 'rest');
    return parts.slice(0, -1).filter((index) => reader.isWhole(index));
  };
  const equal = await pair?.run(async (a, b, isKnown) => {
    const [left, right] = [a.tree.get('usr/share/large'), b.tree.get('usr/share/large')];
    return left !== undefined && right !== undefined && isKnown(left, right);
  });
  assert.is(equal, true);
  assert.equal(inside(), []);
  const content = await pair?.run(async (_, b) => {
    const entry = b.tree.get('usr/share/large');
    return entry && b.readFile(entry, entry.size).toString('latin1');
  });
  assert.is(content, noise('large', 400 * KIB));
  assert.ok(inside().length > 0);
  pair?.close();
  for (const file of files) file.close();
});

test('the shortcut is not taken where decisions about everything may differ', async () => {
  for (const [i, entries] of [
    changed('etc/passwd', { content: 'root:x:0:0:other:/root:/bin/sh\n' }),
    changed('var/lib/dpkg/info/tool.list', { content: '/.\n/usr\n' }),
    changed('usr/lib/os-release', { content: 'ID=fedora\n' }),
    TREE.map((entry) => ({ ...entry, mtime: 7 })),
  ].entries()) {
    assert.is(await partial(await write(`other-${i}`, entries)), undefined);
  }
});

test('nor for an archive that is not of blocks', async () => {
  const file = scratch.in('plain.cpio');
  writeFileSync(file, 'no archive');
  assert.is(await partial(file), undefined);
});

test.run();
