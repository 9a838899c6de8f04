import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../../fixtures/packages/read.ts';
import { Damage } from '../../../src/formats/damage.ts';
import { readNdbPackages } from '../../../src/formats/rpm/ndb.ts';
import { evrOf, RpmHeader, TAG } from '../../../src/formats/rpm/package-header.ts';

const test = suite('formats/rpm/package-header');
const headers = new Map(
  readNdbPackages(capturedDatabase('first-Packages.db')).map(({ header, offset }) => {
    const parsed = new RpmHeader(header, offset);
    return [parsed.text(TAG.NAME), { header, parsed }];
  }),
);

function headerOf(name: string): { header: Buffer; parsed: RpmHeader } {
  const found = headers.get(name);
  assert.ok(found);
  return found as { header: Buffer; parsed: RpmHeader };
}

/** A header of these tags: number, type, values as bytes, how many there are. */
function made(...tags: readonly (readonly [number, number, Buffer, number])[]): Buffer {
  const index = Buffer.alloc(8 + 16 * tags.length);
  const data = Buffer.concat(tags.map(([, , bytes]) => bytes));
  index.writeUInt32BE(tags.length, 0);
  index.writeUInt32BE(data.length, 4);
  let offset = 0;
  for (const [at, [tag, type, bytes, count]] of tags.entries()) {
    for (const [field, value] of [tag, type, offset, count].entries()) {
      index.writeUInt32BE(value, 8 + 16 * at + 4 * field);
    }
    offset += bytes.length;
  }
  return Buffer.concat([index, data]);
}

test('headers that rpm wrote', () => {
  const { parsed } = headerOf('beta');
  assert.is(evrOf(parsed), '1:2.0~rc1-3');
  assert.is(parsed.text(TAG.ARCH), 'noarch');
  assert.is(evrOf(headerOf('alpha').parsed), '1.0-1');
  assert.match(parsed.text(TAG.SHA256HEADER), /^[0-9a-f]{64}$/);
  const wide = headerOf('wide').parsed;
  assert.is(wide.texts(TAG.BASENAMES).length, 300);
  assert.is(wide.numbers(TAG.DIRINDEXES).length, 300);
  assert.ok(headerOf('gamma').parsed.texts(TAG.BASENAMES).includes('caf\xc3\xa9.txt'), 'names are bytes');
});

test('where a time stands', () => {
  const { header, parsed } = headerOf('alpha');
  const at = parsed.offsetOfNumber(TAG.INSTALLTIME) as number;
  assert.is(header.readUInt32BE(at), parsed.number(TAG.INSTALLTIME));
});

test('tags that are missing', () => {
  const parsed = new RpmHeader(made(), 0);
  assert.equal([parsed.text(TAG.NAME), parsed.number(TAG.EPOCH)], ['', undefined]);
  assert.equal([parsed.texts(TAG.BASENAMES), parsed.numbers(TAG.DIRINDEXES)], [[], []]);
  assert.is(parsed.offsetOfNumber(TAG.INSTALLTIME), undefined);
});

test('of a tag that comes twice the later one counts', () => {
  const name = (text: string) => [TAG.NAME, 6, Buffer.from(`${text}\0`), 1] as const;
  assert.is(new RpmHeader(made(name('a'), name('b')), 0).text(TAG.NAME), 'b');
});

test('numbers of every size', () => {
  const big = Buffer.alloc(8);
  big.writeBigUInt64BE(5_000_000_000n);
  const header = made(
    [TAG.FILESTATES, 1, Buffer.from([0, 255]), 2],
    [TAG.FILEFLAGS, 4, Buffer.from([0, 0, 0, 64]), 1],
    [TAG.LONGSIZE, 5, big, 1],
    [TAG.DIRINDEXES, 3, Buffer.from([1, 0]), 1],
  );
  const parsed = new RpmHeader(header, 0);
  assert.equal(parsed.numbers(TAG.FILESTATES), [0, 255]);
  assert.equal(parsed.numbers(TAG.FILEFLAGS), [64]);
  assert.equal(parsed.numbers(TAG.LONGSIZE), [5_000_000_000]);
  assert.equal(parsed.numbers(TAG.DIRINDEXES), [256]);
});

test('sizes, types and counts that do not fit', () => {
  const text = [TAG.NAME, 6, Buffer.from('no end'), 1] as const;
  const number = [TAG.INSTALLTIME, 4, Buffer.from([0, 0, 0, 1]), 2] as const;
  for (const [bytes, ask] of [
    [made().subarray(0, 7), () => 0],
    [Buffer.concat([made(), Buffer.from([0])]), () => 0],
    [made(text), (header: RpmHeader) => header.text(TAG.NAME)],
    [made(number), (header: RpmHeader) => header.numbers(TAG.INSTALLTIME)],
    [made(number), (header: RpmHeader) => header.offsetOfNumber(TAG.INSTALLTIME)],
    [made(text), (header: RpmHeader) => header.numbers(TAG.NAME)],
    [made(number), (header: RpmHeader) => header.text(TAG.INSTALLTIME)],
  ] as const) {
    assert.throws(
      () => ask(new RpmHeader(bytes, 0)),
      (error: unknown) => error instanceof Damage,
    );
  }
});

test('damage anywhere in a header ends in values or in Damage', () => {
  const { header } = headerOf('alpha');
  for (let at = 0; at < header.length; at += 3) {
    const bytes = Buffer.from(header);
    bytes[at] = (bytes[at] as number) ^ 0x81;
    try {
      const parsed = new RpmHeader(bytes, 0);
      for (const tag of [TAG.NAME, TAG.BASENAMES]) parsed.texts(tag);
      for (const tag of [TAG.DIRINDEXES, TAG.FILEFLAGS, TAG.INSTALLTIME]) parsed.numbers(tag);
    } catch (error) {
      assert.instance(error, Damage);
    }
  }
});

test.run();
