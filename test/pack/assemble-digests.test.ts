// Digests of contents, taken while an archive is assembled.
import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble, type Digester, type OnEntry } from '../../src/pack/assemble.ts';
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

test('a digester is asked for whole contents that are in one block, and told of no other', () => {
  const source = memorySource(
    [['a', ''], ['b', 'bbbbb'], ['c', 'c'.repeat(9000)], ['d', 'dd'], symlink('e', 'a'), ['f', 'fff']],
    { readSize: 2 },
  );
  const cutter = plainCutter(5000);
  const buffer = Buffer.alloc(cutter.capacity);
  const told: string[] = [];
  const digester: Digester = {
    ask: (start, end) => {
      const text = buffer.toString('latin1', start, end);
      told.push(`asked ${text}`);
      return text !== 'dd';
    },
    onAsked: ({ entry }) => void told.push(`taken ${entry.path}`),
  };
  const onEntry: OnEntry = ({ entry }, content) =>
    void told.push(`${entry.path} ${content === undefined ? 'without' : 'with'} digest`);
  const options = { cutter, allocate: () => buffer, digester, onEntry, digestsContents: true };
  for (const _ of assemble(
    plannedTree(source.tree, () => 1),
    source,
    options,
  ));
  assert.equal(told, [
    ...['a with digest', 'asked bbbbb', 'taken b', 'c with digest', 'asked dd', 'd with digest'],
    ...['e without digest', 'asked fff', 'taken f'],
  ]);
});

test.run();
