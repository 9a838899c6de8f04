// What the differing blocks of two archives say is what the whole archives say.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PairEntry } from '../../../fixtures/diff/pairs.ts';
import { type BlockCounts, withDifferingBlocks } from '../../../src/diff/blocks/with-blocks.ts';
import { type Diff, diffSides } from '../../../src/diff/diff.ts';
import { pack } from '../../../src/pack/pack.ts';
import { loadPathHashes } from '../../../src/pack/path-hash.ts';
import { openArchiveFile } from '../../../src/source/archive-file.ts';
import { openSource } from '../../../src/source/open-source.ts';
import { SMALL_LEVEL } from '../../pack/small-level.ts';
import { before } from '../../support/before.ts';
import { MemorySink } from '../../support/memory-sink.ts';
import { plannedTree } from '../../support/plain-plan.ts';
import { Scratch } from '../../support/temporary.ts';
import { makeSide, pairSource } from '../make-side.ts';

const test = suite('differing blocks');
const scratch = new Scratch('diff-blocks');
const hashes = await loadPathHashes();
const KIB = 1024;
/** A handful of blocks: each costs a thread. */
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
  })),
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
];

function changed(path: string, fields: Partial<PairEntry>): PairEntry[] {
  return TREE.map((entry) => (entry.path === path ? { ...entry, ...fields } : entry));
}

async function write(name: string, entries: readonly PairEntry[]): Promise<string> {
  const source = pairSource(entries, name);
  const sink = new MemorySink();
  const options = { format: 'cpio.xz', level: LEVEL, jobs: 2, hashes } as const;
  await pack(plannedTree(source.tree, hashes.forInode), source, sink, options);
  const file = scratch.in(`${name}.cpio.xz`);
  writeFileSync(file, Buffer.concat(sink.pieces));
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
      const { narrow } = a;
      const layers = { a: a.layer, b: b.layer };
      const sides = [makeSide(a.source, { narrow }), makeSide(b.source, { narrow })] as const;
      return { diff: await diffSides(...sides, { layers }), counts };
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

for (const [i, [what, entries]] of CASES.entries()) {
  test(`${what}: the same clusters, from some of the blocks`, async () => {
    const second = await write(`second-${i}`, entries);
    const part = await partial(second);
    assert.ok(part, 'the shortcut is taken');
    assert.ok((part?.counts.same ?? 0) >= 2);
    assert.equal(told((part as { diff: Diff }).diff), told(await whole(second)));
  });
}

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
