// Digests of contents, taken while an archive is assembled.
import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type AssembleOptions, assemble, type LaterReader, type OnEntry } from '../../src/pack/assemble.ts';
import { plainCutter } from '../../src/pack/block-cutter.ts';
import type { PlannedEntry } from '../../src/plan/planned-entry.ts';
import { makeEntry, symlink } from '../support/entries.ts';
import { memorySource } from '../support/memory-source.ts';
import { plannedTree } from '../support/plain-plan.ts';

const test = suite('assemble: digests');

test('contents are digested where that is asked for, wherever blocks are cut and reads end', () => {
  const large = Buffer.from(Array.from({ length: 40_000 }, (_, at) => at % 251));
  const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  for (const readSize of [Number.POSITIVE_INFINITY, 777, 1]) {
    for (const capacity of [5000, 8192, 1 << 20]) {
      const source = memorySource(
        [
          ['a', ''],
          ['b', 'x'.repeat(4000)],
          makeEntry('c', 'file', { size: large.length }),
          symlink('d', 'a'),
          ['e', 'after'],
        ],
        { readSize },
      );
      source.contents.set('c', large);
      const cutter = plainCutter(capacity);
      const allocate = (): Buffer => Buffer.alloc(cutter.capacity);
      const entries = plannedTree(source.tree, () => 1);
      const told = (digestsContents: boolean): unknown[] => {
        const seen: unknown[] = [];
        const onEntry = (_: PlannedEntry, content: string | undefined): void => void seen.push(content);
        for (const _ of assemble(entries, source, { cutter, allocate, onEntry, digestsContents }));
        return seen;
      };
      assert.equal(told(true), [
        ...[sha256(Buffer.alloc(0)), sha256(Buffer.from('x'.repeat(4000))), sha256(large), undefined],
        sha256(Buffer.from('after')),
      ]);
      assert.ok(told(false).every((content) => content === undefined));
    }
  }
});

test('what is read later has its room and its place in the file; all else is written and digested at once', () => {
  const source = memorySource([
    ...[['a', ''] as const, ['b', 'bbbbb'] as const, ['c', 'c'.repeat(14_000)] as const],
    ...[symlink('d', 'a'), ['e', 'eee'] as const],
  ]);
  const planned = plannedTree(source.tree, () => 1).map((each) =>
    each.entry.path === 'e' ? { ...each, content: () => Buffer.from('new') } : each,
  );
  const cutter = plainCutter(5000);
  const told: string[] = [];
  const blocks: Buffer[] = [];
  const later: LaterReader = {
    add: ({ file, position, start, length, isDigested }) => {
      told.push(`${file.path} ${position} ${length} ${isDigested}`);
      blocks.at(-1)?.set(source.contents.get(file.path)?.subarray(position, position + length) ?? [], start);
    },
    onDigestedLater: ({ entry }) => void told.push(`${entry.path} later`),
  };
  const onEntry: OnEntry = ({ entry }, content) =>
    void told.push(`${entry.path} ${content === undefined ? 'without' : 'with'} digest`);
  const pack = (options: Partial<AssembleOptions>): Buffer => {
    blocks.length = 0;
    const allocate = (): Buffer => {
      blocks.push(Buffer.alloc(cutter.capacity, 'old'));
      return blocks.at(-1) as Buffer;
    };
    const lengths = [...assemble(planned, source, { cutter, allocate, ...options })].map(
      ({ length }) => length,
    );
    return Buffer.concat(blocks.map((block, at) => block.subarray(0, lengths[at])));
  };
  const expected = pack({});
  assert.ok(pack({ later, onEntry, digestsContents: true }).equals(expected));
  const parts = told.filter((each) => each.startsWith('c 0') || / \d+ \d+ /.test(each));
  assert.is(parts[0], 'b 0 5 true');
  assert.is(parts.length, 4, 'c is in three blocks');
  assert.equal(
    told.filter((each) => !parts.includes(each)),
    ['a with digest', 'b later', 'c later', 'd without digest', 'e with digest'],
  );
  told.length = 0;
  pack({ later, onEntry });
  assert.equal(told[1], 'b 0 5 false');
  assert.equal(told[2], 'b without digest', 'nobody wants one');
});

test.run();
