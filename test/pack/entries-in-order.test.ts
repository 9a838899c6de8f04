import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EntriesInOrder } from '../../src/pack/assemble.ts';
import type { PlannedEntry } from '../../src/plan/planned-entry.ts';

const test = suite('entries-in-order');

const entry = (inode: number): PlannedEntry => ({ inode }) as PlannedEntry;

function started(): { inOrder: EntriesInOrder; seen: string[] } {
  const seen: string[] = [];
  return { inOrder: new EntriesInOrder(({ inode }, content) => void seen.push(`${inode} ${content}`)), seen };
}

test('what waits for nothing passes at once', () => {
  const { inOrder, seen } = started();
  inOrder.add(entry(1), 'a');
  inOrder.add(entry(2), undefined);
  assert.equal(seen, ['1 a', '2 undefined']);
});

test('one that waits holds up those behind it, and no other', () => {
  const { inOrder, seen } = started();
  inOrder.add(entry(1), 'a');
  inOrder.addPending(entry(2));
  inOrder.add(entry(3), 'c');
  inOrder.addPending(entry(4));
  inOrder.add(entry(5), undefined);
  assert.equal(seen, ['1 a']);
  inOrder.digested([]);
  assert.equal(seen, ['1 a']);
  inOrder.digested(['b']);
  assert.equal(seen, ['1 a', '2 b', '3 c']);
  inOrder.add(entry(6), 'f');
  inOrder.digested(['d']);
  inOrder.add(entry(7), 'g');
  assert.equal(seen, ['1 a', '2 b', '3 c', '4 d', '5 undefined', '6 f', '7 g']);
});

test('several digests at once', () => {
  const { inOrder, seen } = started();
  for (const inode of [1, 2, 3]) inOrder.addPending(entry(inode));
  inOrder.digested(['a', 'b']);
  inOrder.digested(['c']);
  assert.equal(seen, ['1 a', '2 b', '3 c']);
});

test.run();
