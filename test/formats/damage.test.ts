import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  Damage,
  damaged,
  expectZeros,
  inArchive,
  malformed,
  needBytes,
  place,
  UnknownVariant,
  unsupported,
} from '../../src/formats/damage.ts';
import { failure } from './xz/sample.ts';

const test = suite('formats/damage');

test('names the file, if it has a name, and the byte', () => {
  assert.is(place('', 12), 'byte 12');
  assert.is(place('root.xz', 12), 'root.xz byte 12');
});

test('tells damage from a file that is only not supported', () => {
  const cause = new Error('inner');
  const damage = malformed('no end marker', 'a', 5, cause);
  assert.is(damage.code, 'archive-malformed');
  assert.is(damage.cause, cause);
  const other = unsupported('a filter', 'a', 5, 'Use another.');
  assert.is(other.code, 'archive-not-supported');
  assert.is(other.message, 'a byte 5: a filter. Use another.');
});

test('points at the first byte that is not zero', async () => {
  const bytes = Uint8Array.of(9, 0, 0, 7, 9);
  expectZeros(bytes, 1, 3, 'padding', '', 100);
  assert.is((await failure(() => expectZeros(bytes, 1, 5, 'padding', '', 100))).where, 'byte 103');
});

function damageOf(work: () => unknown): Damage {
  try {
    work();
  } catch (error) {
    if (error instanceof Damage) return error;
    throw error;
  }
  throw new TypeError('no damage');
}

test('bytes that are missing are damage where they should begin', () => {
  const bytes = new Uint8Array(10);
  needBytes(bytes, 6, 4, 'a field');
  needBytes(bytes, 10, 0, 'nothing');
  for (const [offset, length, at] of [
    [7, 4, 7],
    [12, 1, 10],
    [-1, 1, 0],
    [0, -1, 0],
  ] as const) {
    const damage = damageOf(() => needBytes(bytes, offset, length, 'a field'));
    assert.equal([damage.offset, damage.found, damage.wanted], [at, 'the end of the file at 10', 'a field']);
  }
});

test('damage in an archive names the archive; a variant is one that is not supported', async () => {
  const error = await failure(() => inArchive('a.gz', () => damaged(3, 'a cat', 'a dog')));
  assert.is(error.code, 'archive-malformed');
  assert.match(error.message, 'a.gz byte 3: found a cat, wanted a dog.');
  const variant = await failure(() =>
    inArchive('a.gz', () => {
      throw new UnknownVariant(3, 'method 7', 'method 8');
    }),
  );
  assert.is(variant.code, 'archive-not-supported');
  assert.is(variant.message, 'a.gz byte 3: method 7. Wanted method 8.');
  const bug = new RangeError('a bug');
  assert.throws(
    () =>
      inArchive('a', () => {
        throw bug;
      }),
    (thrown: unknown) => thrown === bug,
  );
  assert.is(
    inArchive('a', () => 7),
    7,
  );
});

test.run();
