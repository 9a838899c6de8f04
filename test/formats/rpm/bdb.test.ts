import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../../fixtures/packages/read.ts';
import { Damage } from '../../../src/formats/damage.ts';
import { BdbFile, readBdbPackages } from '../../../src/formats/rpm/bdb.ts';
import { readSqlitePackages } from '../../../src/formats/rpm/sqlite-packages.ts';

const test = suite('formats/rpm/bdb');
const database = capturedDatabase('first-Packages');

test('the headers are those that were put in, from a machine of either byte order', () => {
  const wanted = readSqlitePackages(capturedDatabase('first-rpmdb.sqlite'), Buffer.alloc(0));
  for (const name of ['first-Packages', 'big-endian-Packages']) {
    const found = readBdbPackages(capturedDatabase(name));
    assert.equal(
      found.map(({ number, header }) => [number, header.toString('hex')]),
      wanted.map(({ number, header }) => [number, header.toString('hex')]),
    );
  }
  assert.is(new BdbFile(capturedDatabase('big-endian-Packages')).littleEndian, false);
});

test('pieces of a header are told with their places', () => {
  const large = readBdbPackages(database).filter(({ extents }) => extents.length > 1);
  assert.ok(large.length > 0);
  for (const { header, extents } of large) {
    const pieces = extents.map(({ offset, length }) => database.subarray(offset, offset + length));
    assert.ok(Buffer.concat(pieces).equals(header));
  }
});

test('an index is a file of the same kind, and holds no packages', () => {
  const index = capturedDatabase('first-Name');
  assert.is(new BdbFile(index).type, 'btree');
  assert.throws(() => readBdbPackages(index), /found a btree/);
});

test('each field that is wrong is named by its place', () => {
  for (const [at, what] of [
    [12, /magic of a Berkeley DB/],
    [16, /wanted 8 to 10/],
    [20, /a power of two/],
    [34, /pages/],
  ] as const) {
    const bytes = Buffer.from(database);
    bytes[at] = (bytes[at] as number) ^ 0x41;
    assert.throws(
      () => readBdbPackages(bytes),
      (error: unknown) => error instanceof Damage && what.test(error.message),
      `byte ${at}`,
    );
  }
});

test('damage anywhere ends in packages or in Damage, and in no loop', () => {
  for (let i = 0; i < 600; i += 1) {
    const bytes = Buffer.from(database);
    const page = i % Math.floor(bytes.length / 4096);
    bytes[page * 4096 + ((i * 7) % 64)] = (i * 37) & 0xff;
    try {
      readBdbPackages(bytes);
    } catch (error) {
      assert.instance(error, Damage);
    }
  }
  for (let length = 0; length < database.length; length += 997) {
    assert.throws(
      () => readBdbPackages(database.subarray(0, length)),
      (error: unknown) => error instanceof Damage,
    );
  }
});

test.run();
