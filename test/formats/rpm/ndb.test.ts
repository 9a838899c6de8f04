import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../../fixtures/packages/read.ts';
import { Damage } from '../../../src/formats/damage.ts';
import { adler32, blocksFor, isNdb, readNdbPackages } from '../../../src/formats/rpm/ndb.ts';

const test = suite('formats/rpm/ndb');
const database = capturedDatabase('second-Packages.db');

test('packages by number, which is not their order in the file', () => {
  const found = readNdbPackages(database);
  assert.equal(
    found.map(({ number }) => number),
    [1, 3, 4, 5],
  );
  for (const { header, offset } of found)
    assert.ok(database.subarray(offset).subarray(0, header.length).equals(header));
});

test('checksums as RFC 1950 has them', () => {
  assert.is(adler32(Buffer.from('Wikipedia')), 0x11e60398);
  assert.is(adler32(Buffer.alloc(0)), 1);
  assert.is(adler32(Buffer.alloc(20_000, 0xff)), 2672940644);
});

test('blocks of a header', () => {
  assert.equal([0, 4, 5, 20, 21].map(blocksFor), [2, 2, 3, 3, 4]);
});

test('each field that is wrong is named by its place', () => {
  const [first] = readNdbPackages(database);
  const blob = (first?.offset ?? 0) - 16;
  for (const [at, what] of [
    [0, /wanted RpmP/],
    [4, /wanted version 0/],
    [14, /pages of slots/],
    [32, /wanted Slot/],
    [blob, /wanted BlbS/],
    [blob + 4, /as its slot says/],
    [blob + 13, /a header of/],
    [blob + 50, /checksum/],
  ] as const) {
    const bytes = Buffer.from(database);
    bytes[at] = (bytes[at] as number) ^ 0x40;
    assert.throws(
      () => readNdbPackages(bytes),
      (error: unknown) => error instanceof Damage && what.test(error.message),
      `byte ${at}`,
    );
  }
});

test('cut short anywhere', () => {
  for (let length = 0; length < database.length; length += 501) {
    assert.throws(
      () => readNdbPackages(database.subarray(0, length)),
      (error: unknown) => error instanceof Damage,
    );
  }
});

test('by its first bytes', () => {
  assert.equal(
    [isNdb(database), isNdb(Buffer.alloc(64)), isNdb(database.subarray(0, 8))],
    [true, false, false],
  );
});

test.run();
