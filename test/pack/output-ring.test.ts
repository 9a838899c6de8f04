import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { allocateRing, OutputRing, QUESTIONS_MAX, SLOT_SIZE } from '../../src/pack/output-ring.ts';

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

test('each slot is written by one side: by the filling one where it would have to wait', () => {
  const { filling, emptying } = ends();
  for (let i = 0; i < 7; i += 1) fill(filling, `slot ${i}`);
  assert.is(filling.claimInsteadOfWaiting(), undefined, 'there is room');
  fill(filling, 'slot 7');
  const slots = emptying.slots();
  slots.next();
  assert.is(emptying.claim()?.offset, 0);
  const claim = filling.claimInsteadOfWaiting();
  assert.is(claim?.bytes.toString('latin1'), 'slot 1');
  assert.is(claim?.offset, 'slot 0'.length);
  slots.next();
  assert.is(emptying.claim(), undefined, 'the other side has it');
  slots.next();
  assert.is(emptying.claim()?.offset, 2 * 'slot 0'.length);
  fill(filling, 'slot 8');
  fill(filling, 'slot 9');
  assert.is(filling.claimInsteadOfWaiting()?.bytes.toString('latin1'), 'slot 3');
});

test('where the filling side fails the slots end', () => {
  const { filling, emptying } = ends();
  fill(filling, 'x');
  const slots = emptying.slots();
  slots.next();
  filling.fail();
  assert.is(slots.next().done, true);
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

/** The slots that come next, each with its questions answered: by the text itself, in the place of its digest. */
function answerSlots(emptying: OutputRing, count: number): void {
  const slots = emptying.slots();
  for (let i = 0; i < count; i += 1) {
    slots.next();
    emptying.answer((part) => Buffer.concat([part, Buffer.alloc(32)]).subarray(0, 32));
  }
  // The last one counts as emptied when the next is asked for.
  slots.next();
}

function texts(answers: readonly string[]): string[] {
  return answers.map((hex) => Buffer.from(hex, 'hex').toString('latin1').replace(/\0+$/, ''));
}

test('questions are answered in their order, each answer comes once, also of slots that were used again', () => {
  const { filling, emptying } = ends();
  const asked: string[] = [];
  const answered: string[] = [];
  for (let round = 0; round < 25; round += 1) {
    const slot = filling.next() as Buffer;
    for (let part = 0; part < round % 4; part += 1) {
      const text = `${round}.${part}`;
      slot.write(text, part * 10, 'latin1');
      assert.ok(filling.ask(part * 10, part * 10 + text.length));
      asked.push(text);
    }
    filling.pass(100);
    if (round % 3 === 0) answered.push(...texts(filling.takeAnswers()));
    if (round % 2 === 0) continue;
    // Something has to follow, or the generator waits for it.
    fill(filling, 'last of this round');
    answerSlots(emptying, round === 1 ? 2 : 3);
  }
  filling.end();
  answerSlots(emptying, 2);
  answered.push(...texts(filling.takeAnswers()));
  assert.equal(answered, asked);
  assert.equal(filling.takeAnswers(), []);
});

test('answers are kept where the slots are used again before anybody takes them', () => {
  const { filling, emptying } = ends();
  const asked: string[] = [];
  for (let batch = 0; batch < 3; batch += 1) {
    for (let number = 0; number < 7; number += 1) {
      const slot = filling.next() as Buffer;
      const text = `${batch}.${number}`;
      slot.write(text, 0, 'latin1');
      if (filling.ask(0, text.length)) asked.push(text);
      filling.pass(10);
    }
    // The last one of each batch is not emptied: the next batch follows it.
    answerSlots(emptying, batch === 0 ? 6 : 7);
  }
  filling.end();
  answerSlots(emptying, 1);
  assert.ok(asked.length >= 6);
  assert.equal(texts(filling.takeAnswers()), asked);
});

test('nothing is asked of a thread that is behind, nor more than a slot has room for', () => {
  const { filling } = ends();
  const taken: boolean[] = [];
  for (let i = 0; i < 5; i += 1) {
    filling.next();
    taken.push(filling.ask(0, 1));
    filling.pass(1);
  }
  assert.equal(taken, [true, true, true, false, false]);
  const { filling: other } = ends();
  other.next();
  for (let i = 0; i < QUESTIONS_MAX; i += 1) assert.ok(other.ask(i, i + 1));
  assert.not(other.ask(0, 1));
});

test.run();
