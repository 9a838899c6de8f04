import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Damage } from '../../src/formats/damage.ts';
import { decodeRecord, readVarint } from '../../src/formats/sqlite.ts';

const test = suite('formats/sqlite-record');

test('numbers of one to nine bytes', () => {
  for (const [bytes, value] of [
    [[0x00], 0],
    [[0x7f], 127],
    [[0x81, 0x00], 128],
    [[0xff, 0x7f], 16383],
    [[0x81, 0x80, 0x80, 0x00], 2 ** 21],
    [[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x05], 5],
  ] as const) {
    assert.equal(readVarint(Buffer.from(bytes), 0), { value, length: bytes.length });
  }
  assert.throws(
    () => readVarint(Buffer.from([0x81]), 0),
    (error: unknown) => error instanceof Damage,
  );
});

test('columns of every type', () => {
  const header = [12, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13 + 2 * 2, 12 + 2 * 3];
  const body = [
    [0xff],
    [0x01, 0x00],
    [0xff, 0xff, 0xfe],
    [0, 0, 1, 0],
    [0, 0, 0, 0, 1, 1],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    [0x3f, 0xf8, 0, 0, 0, 0, 0, 0],
    [0x61, 0xe9],
    [1, 2, 3],
  ].flat();
  header[0] = header.length;
  assert.equal(decodeRecord(Buffer.from([...header, ...body]), 0), [
    null,
    -1,
    256,
    -2,
    256,
    257,
    -1,
    1.5,
    0,
    1,
    'a\xe9',
    Buffer.from([1, 2, 3]),
  ]);
});

test('columns that do not fit, and reserved types', () => {
  for (const bytes of [
    [2, 4, 0, 0],
    [2, 10],
    [2, 11],
    [9, 1],
    [2, 0x8f],
  ]) {
    assert.throws(
      () => decodeRecord(Buffer.from(bytes), 0),
      (error: unknown) => error instanceof Damage,
      String(bytes),
    );
  }
});

test.run();
