import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { allocateRing, OutputRing, SLOT_SIZE } from '../../src/pack/output-ring.ts';

const test = suite('output-ring');

/** Both ends on one thread: what is passed before a look is there, and nothing waits. */
function ends(): { filling: OutputRing; emptying: OutputRing } {
  const memory = allocateRing();
  return { filling: new OutputRing(memory), emptying: new OutputRing(memory) };
}

function fill(ring: OutputRing, text: string): void {
  const slot = ring.next();
  assert.ok(slot !== undefined && slot.length === SLOT_SIZE);
  ring.pass(slot.write(text, 'latin1'));
}

test('slots come out as they went in, more of them than the ring has', () => {
  const { filling, emptying } = ends();
  const slots = emptying.slots();
  const seen: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    fill(filling, `round ${round}`);
    seen.push((slots.next().value as Buffer).toString('latin1'));
    if (round % 5 === 4) fill(filling, '');
    if (round % 5 === 4) assert.is((slots.next().value as Buffer).length, 0);
  }
  filling.end();
  assert.is(slots.next().done, true);
  assert.equal(
    seen,
    Array.from({ length: 20 }, (_, round) => `round ${round}`),
  );
});

test('a slot is not filled again before it is emptied', () => {
  const { filling, emptying } = ends();
  for (let i = 0; i < 8; i += 1) fill(filling, `slot ${i}`);
  // All are full now; the emptying side still sees the first one as it was.
  assert.is((emptying.slots().next().value as Buffer).toString('latin1'), 'slot 0');
});

test('where the emptying side fails the filling side gets no more slots', () => {
  const { filling, emptying } = ends();
  fill(filling, 'x');
  assert.not(filling.hasFailed);
  emptying.fail();
  assert.ok(filling.hasFailed);
  assert.is(filling.next(), undefined);
  filling.end();
});

test.run();
