import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { allocateRing, OutputRing, SLOT_SIZE, SLOTS, type Slot } from '../../src/pack/output-ring.ts';

const test = suite('output-ring');

/** Both ends on one thread: what is passed before a look is there, and nothing waits. */
function ends(): { own: OutputRing; other: OutputRing } {
  const memory = allocateRing();
  return { own: new OutputRing(memory), other: new OutputRing(memory) };
}

function layOut(ring: OutputRing, text: string): void {
  const slot = ring.next();
  assert.ok(slot !== undefined && slot.bytes.length === SLOT_SIZE);
  ring.pass(slot.bytes.write(text, 'latin1'));
}

function textOf(slot: Slot | undefined): string | undefined {
  return slot?.bytes.toString('latin1');
}

test('slots are digested as they were laid out, more of them than the ring has', () => {
  const { own, other } = ends();
  const seen: unknown[] = [];
  let offset = 0;
  for (let round = 0; round < 20; round += 1) {
    const text = round % 5 === 4 ? '' : `round ${round}`;
    layOut(own, text);
    assert.is(own.toDigest(), undefined, 'not filled yet');
    const slot = other.takeToFill() as Slot;
    assert.equal([slot.number, slot.offset, textOf(slot)], [round, offset, text]);
    offset += text.length;
    assert.is(own.toDigest(), undefined, 'being filled');
    other.filled(slot);
    seen.push(textOf(own.toDigest()));
    own.digested(slot);
    assert.is(own.toDigest(), undefined);
  }
  assert.is(seen[7], 'round 7');
  assert.is(seen[19], '');
  assert.not(own.isDone);
  own.end();
  assert.ok(own.isDone && other.isDone);
});

test('a slot is not laid out again before it is digested', () => {
  const { own, other } = ends();
  for (let i = 0; i < SLOTS; i += 1) layOut(own, `slot ${i}`);
  assert.not(own.hasRoom);
  assert.is(own.next(), undefined);
  const first = other.takeToFill() as Slot;
  other.filled(first);
  assert.is(own.next(), undefined);
  other.digested(first);
  assert.ok(own.hasRoom);
  layOut(own, 'again');
  assert.is(textOf(other.takeToFill()), 'slot 1');
});

test('each slot is filled by one thread, the oldest first, and digested in order', () => {
  const { own, other } = ends();
  for (let i = 0; i < 4; i += 1) layOut(own, `slot ${i}`);
  const slots = [own.takeToFill(), other.takeToFill(), own.takeToFill(), other.takeToFill()] as Slot[];
  assert.equal(slots.map(textOf), ['slot 0', 'slot 1', 'slot 2', 'slot 3']);
  assert.is(own.takeToFill(), undefined);
  own.filled(slots[2] as Slot);
  other.filled(slots[1] as Slot);
  assert.is(own.toDigest(), undefined, 'the first is missing');
  own.filled(slots[0] as Slot);
  for (const number of [0, 1, 2]) {
    assert.is(other.toDigest()?.number, number);
    other.digested(slots[number] as Slot);
  }
  assert.is(other.toDigest(), undefined);
});

test('only one thread digests', () => {
  const { own, other } = ends();
  assert.ok(other.becomeDigester());
  assert.not(own.becomeDigester());
  assert.not(other.becomeDigester());
});

test('an end without a slot, and one while slots are left', () => {
  const { own, other } = ends();
  own.end();
  assert.ok(other.isDone);
  const { own: busy, other: late } = ends();
  layOut(busy, 'x');
  busy.end();
  assert.not(late.isDone);
  const slot = late.takeToFill() as Slot;
  late.filled(slot);
  assert.not(late.isDone);
  late.digested(slot);
  assert.ok(busy.isDone);
});

test('everything that a thread does ends the waiting of the other one', () => {
  const { own, other } = ends();
  const steps: Array<() => void> = [
    () => layOut(own, 'x'),
    () => own.filled(own.takeToFill() as Slot),
    () => own.digested(own.toDigest() as Slot),
    () => own.end(),
    () => own.fail(),
  ];
  for (const step of steps) {
    const { changes } = other;
    step();
    assert.ok(other.wait(changes), String(step));
  }
  assert.not(other.wait(other.changes), 'nothing happens');
});

test('either thread can give up', () => {
  const { own, other } = ends();
  assert.not(own.hasFailed);
  other.fail();
  assert.ok(own.hasFailed && other.hasFailed);
});

/** Lays out a slot with one part for each name, whose digest is the name. */
function layOutParts(ring: OutputRing, names: readonly string[]): void {
  const slot = ring.next();
  assert.ok(slot !== undefined);
  for (const [start, name] of names.entries()) {
    const file = { path: name, size: 1, mtime: 0, nanoseconds: 0 };
    slot.parts.add({ file, position: 0, start, length: 1, isDigested: true });
  }
  ring.pass(names.length);
}

function work(ring: OutputRing): void {
  const slot = ring.takeToFill() as Slot;
  for (let index = 0; index < slot.partCount; index += 1) {
    slot.parts.setDigest(index, slot.parts.get(index).file.path.padEnd(64));
  }
  ring.filled(slot);
  ring.digested(slot);
}

test('digests come in the order of the parts, each once, also of slots that were used again', () => {
  const { own, other } = ends();
  const wanted: string[] = [];
  const got: string[] = [];
  for (let round = 0; round < 50; round += 1) {
    const names = Array.from({ length: round % 4 }, (_, part) => `${round}.${part}`);
    wanted.push(...names);
    layOutParts(own, names);
    // Now the slots are used again before anybody takes the digests, now each is taken at once.
    if (round > 25) got.push(...own.takeDigests());
    if (round % 5 === 4) for (let count = 0; count < 5; count += 1) work(other);
  }
  got.push(...own.takeDigests());
  assert.equal(
    got.map((digest) => digest.trimEnd()),
    wanted,
  );
  assert.equal(own.takeDigests(), []);
});

test.run();
