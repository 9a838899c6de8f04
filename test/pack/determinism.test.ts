// The same tree gives the same bytes, regardless of the order in which the filesystem returns names and of how the tree
// was created.
import { createHash } from 'node:crypto';
import { opendirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { awkwardTree } from '../../fixtures/awkward.ts';
import { materialize, type Spec } from '../../fixtures/materialize.ts';
import { type ArchiveFormat, rowOf } from '../../src/pack/formats.ts';
import { pack } from '../../src/pack/pack.ts';
import { loadPathHashes } from '../../src/pack/path-hash.ts';
import { Plan } from '../../src/plan/plan.ts';
import { decide } from '../../src/rules/decide.ts';
import { scanDirectory } from '../../src/source/directory.ts';
import type { Source } from '../../src/source/source.ts';
import { before } from '../support/before.ts';
import { SETTINGS } from '../support/make-plan.ts';
import { MemorySink } from '../support/memory-sink.ts';
import { specSource } from '../support/spec-source.ts';
import { Scratch } from '../support/temporary.ts';
import { SMALL_LEVEL } from './small-level.ts';

/** A handful of blocks: each costs a thread. */
const LEVEL = { ...SMALL_LEVEL, blockMinimum: 1 << 20, blockMaximum: 4 << 20 };

const test = suite('determinism');
const scratch = new Scratch('determinism');
const hashes = await loadPathHashes();

/** What any user can make and read on any filesystem. */
const specs: readonly Spec[] = awkwardTree({ plainDates: true, shortPaths: true }).filter(
  ({ type, mode, path }) =>
    !['character', 'block', 'socket', 'outside-link'].includes(type) &&
    (type === 'link' || (mode & 0o400) !== 0) &&
    path !== 'links/one-name-outside',
);

before(test, () => {
  materialize(scratch.in('one'), specs);
  materialize(scratch.in('two'), specs, { shuffle: 7 });
});
test.after(() => scratch.remove());

async function archive(source: Source, format: ArchiveFormat): Promise<Buffer> {
  try {
    const owner = { ...SETTINGS.owner, policy: 'root' } as const;
    const { mtimes, linkData } = rowOf(format).writer;
    const decisions = decide(source.tree, [], { policy: () => undefined });
    const plan = new Plan(source, decisions, { ...SETTINGS, owner, mtimes, linkData }, hashes.forInode);
    const sink = new MemorySink();
    await pack(plan.entries(), source, sink, { format, level: LEVEL, jobs: 2, hashes });
    return sink.bytes;
  } finally {
    source.close();
  }
}

/** Names in an order of our choosing; what order that was is kept in `seen`. */
function listing(order: (names: string[]) => string[], seen: string[]): (directory: number) => string[] {
  return (directory) => {
    const names: string[] = [];
    const handle = opendirSync(`/proc/self/fd/${directory}`, { encoding: 'latin1' as BufferEncoding });
    for (let entry = handle.readSync(); entry !== null; entry = handle.readSync()) names.push(entry.name);
    handle.closeSync();
    const ordered = order(names.sort());
    seen.push(...ordered);
    return ordered;
  };
}

const byHash = (names: string[]): string[] => {
  const key = (name: string): string => createHash('md5').update(name, 'latin1').digest('hex');
  return names.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
};

for (const format of ['cpio.xz', 'tar'] as const) {
  test(`${format}: the order of names in directories does not matter`, async () => {
    const orders = [(names: string[]) => names, (names: string[]) => names.toReversed(), byHash];
    const seen: string[][] = [];
    const archives: Buffer[] = [];
    for (const order of orders) {
      const names: string[] = [];
      archives.push(
        await archive(scanDirectory(scratch.in('one'), { listNames: listing(order, names) }), format),
      );
      seen.push(names);
    }
    assert.is(new Set(seen.map((names) => names.join('\0'))).size, 3, 'the orders really differed');
    assert.is(new Set(seen.map((names) => names.toSorted().join('\0'))).size, 1);
    for (const each of archives) assert.ok(each.equals(archives[0] as Buffer));
  });

  test(`${format}: the order in which the tree was made does not matter, nor do its inodes and its place`, async () => {
    const one = await archive(scanDirectory(scratch.in('one')), format);
    const two = await archive(scanDirectory(scratch.in('two')), format);
    assert.ok(one.equals(two));
  });

  test(`${format}: a tree on disk gives the archive that its description gives`, async () => {
    // Time is not the point here: what is beyond the filesystem's own range was left out above.
    assert.ok(
      (await archive(scanDirectory(scratch.in('one')), format)).equals(
        await archive(specSource(specs), format),
      ),
    );
  });
}

test.run();
