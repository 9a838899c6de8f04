import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { allocateParts, PARTS_MAX, PATHS_MAX, type SlotPart, SlotParts } from '../../src/pack/slot-parts.ts';

const test = suite('slot-parts');

function part(path: string, more: Partial<SlotPart> = {}): SlotPart {
  const file = { path, size: 5, mtime: -3, nanoseconds: 999_999_999 };
  return { file, position: 0, start: 7, length: 5, isDigested: false, ...more };
}

test('what one thread adds, the other one gets: any path, and numbers of any size', () => {
  const memory = allocateParts(2);
  const added = [
    part('etc/\xff\xc3\xa4'),
    part(''),
    part('x'.repeat(16_384), { position: 2 ** 52, isDigested: true }),
    part('last', { file: { path: 'last', size: 2 ** 53 - 1, mtime: 2 ** 40, nanoseconds: 0 } }),
  ];
  const other = new SlotParts(memory, 0);
  other.add(part('in another slot'));
  const adding = new SlotParts(memory, 1);
  for (const each of added) adding.add(each);
  assert.is(adding.count, 4);
  const getting = new SlotParts(memory, 1);
  assert.equal(
    added.map((_, index) => getting.get(index)),
    added,
  );
  adding.clear();
  adding.add(part('again'));
  assert.is(adding.count, 1);
  assert.equal(getting.get(0), part('again'));
  assert.equal(new SlotParts(memory, 0).get(0), part('in another slot'));
});

test('a slot has room for so many parts, and so many bytes of paths', () => {
  const many = new SlotParts(allocateParts(1), 0);
  for (let count = 0; count < PARTS_MAX; count += 1) {
    assert.ok(many.hasRoom('x'));
    many.add(part('x'));
  }
  assert.not(many.hasRoom('x'));
  const long = new SlotParts(allocateParts(1), 0);
  for (let left = PATHS_MAX; left > 0; left -= 16_384) {
    assert.ok(long.hasRoom('x'.repeat(16_384)));
    long.add(part('x'.repeat(16_384)));
  }
  assert.not(long.hasRoom('x'));
  assert.ok(long.hasRoom(''));
});

test('full slots beside each other keep their parts and digests', () => {
  const memory = allocateParts(3);
  const slots = [0, 1, 2].map((slot) => new SlotParts(memory, slot));
  const digest = (slot: number, index: number): string => `${slot}${index}`.padStart(64, '0');
  for (const [slot, parts] of slots.entries()) {
    for (let index = 0; index < PARTS_MAX; index += 1) {
      parts.add(part(`${slot}-${index}`, { position: 0, length: 5, isDigested: true }));
      parts.setDigest(index, digest(slot, index));
    }
  }
  for (const slot of [0, 1, 2]) {
    const getting = new SlotParts(memory, slot);
    for (const index of [0, 1, 255, 256, 257, PARTS_MAX - 1])
      assert.is(getting.get(index).file.path, `${slot}-${index}`);
    assert.equal(
      getting.digestsOf(PARTS_MAX),
      Array.from({ length: PARTS_MAX }, (_, index) => digest(slot, index)),
    );
  }
});

test('there is a digest for each wanted file, with its last part', () => {
  const memory = allocateParts(1);
  const adding = new SlotParts(memory, 0);
  const large = { path: 'large', size: 20, mtime: 0, nanoseconds: 0 };
  adding.add(part('large', { file: large, position: 15, length: 5, isDigested: true }));
  adding.add(part('unwanted'));
  adding.add(part('wanted', { isDigested: true }));
  adding.add(part('begins', { file: large, position: 0, length: 15, isDigested: true }));
  const other = new SlotParts(memory, 0);
  other.setDigest(0, '01'.repeat(32));
  other.setDigest(2, '02'.repeat(32));
  assert.equal(adding.digestsOf(4), ['01'.repeat(32), '02'.repeat(32)]);
  assert.equal(adding.digestsOf(2), ['01'.repeat(32)]);
});

test.run();
