import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jks, parseKeyStore } from '../../src/rewrite/jks.ts';
import { after, apply, faultAt, sample, survivesDamage } from './damage.ts';

const test = suite('jks');

const EPOCH = 1_700_000_000;
/** A key of Nov 2026 and a trusted certificate of the same day. */
const REAL = sample('keystore.jks');

const datesOf = (bytes: Buffer): bigint[] =>
  parseKeyStore(bytes).entries.map(({ bytes: entry, dateAt }) => entry.readBigInt64BE(dateAt));
const aliasesOf = (bytes: Buffer): string[] => parseKeyStore(bytes).entries.map(({ alias }) => alias);

/** Recomputes the digest as the format specifies. */
function sealed(content: Buffer, password: string = 'changeit'): Buffer {
  const text = Buffer.from([...password].flatMap((char) => [0, char.charCodeAt(0)]));
  const seed = Buffer.concat([text, Buffer.from('Mighty Aphrodite'), content]);
  return Buffer.concat([content, createHash('sha1').update(seed).digest()]);
}

function withDates(bytes: Buffer, date: bigint): Buffer {
  const content = Buffer.from(bytes.subarray(0, -20));
  for (const { bytes: entry, dateAt } of parseKeyStore(content).entries) entry.writeBigInt64BE(date, dateAt);
  return sealed(content);
}

test('the sample is what the digest says', () => {
  assert.equal(sealed(REAL.subarray(0, -20)), REAL);
  assert.equal(aliasesOf(REAL).toSorted(), ['certificate', 'key']);
  assert.ok(datesOf(REAL).every((date) => date > BigInt(EPOCH) * 1000n));
});

test('dates after the epoch become the epoch, and the digest fits', () => {
  const result = after(jks, REAL, { epoch: EPOCH });
  assert.is(result.length, REAL.length);
  assert.equal(datesOf(result), [BigInt(EPOCH) * 1000n, BigInt(EPOCH) * 1000n]);
  assert.equal(sealed(result.subarray(0, -20)), result);
});

test('earlier dates stay', () => {
  const early = withDates(after(jks, REAL, { epoch: EPOCH }), BigInt(EPOCH) * 1000n);
  assert.is(apply(jks, early, { epoch: EPOCH }).outcome, 'unchanged');
  assert.is(apply(jks, withDates(early, -1n), { epoch: 0 }).outcome, 'unchanged');
});

test('entries are sorted by alias, and a store in another order becomes the same', () => {
  const sorted = after(jks, REAL, { epoch: EPOCH });
  assert.equal(aliasesOf(sorted), ['certificate', 'key']);
  const { header, entries } = parseKeyStore(sorted);
  const reversed = sealed(Buffer.concat([header, ...entries.map(({ bytes }) => bytes).reverse()]));
  assert.not.equal(reversed, sorted);
  assert.equal(after(jks, reversed, { epoch: EPOCH }), sorted);
});

test('version 1 has no certificate types', () => {
  const entry = Buffer.concat([
    Buffer.from([0, 0, 0, 2, 0, 1, 0x61]),
    Buffer.from('0000018bcfe56801', 'hex'),
    Buffer.from([0, 0, 0, 3, 1, 2, 3]),
  ]);
  const store = sealed(Buffer.concat([Buffer.from('feedfeed0000000100000001', 'hex'), entry]));
  assert.equal(datesOf(store), [1_700_000_000_001n]);
  assert.equal(datesOf(after(jks, store, { epoch: EPOCH })), [1_700_000_000_000n]);
});

test('an empty store has nothing to change', () => {
  assert.is(apply(jks, sealed(Buffer.from('feedfeed0000000200000000', 'hex'))).outcome, 'unchanged');
});

test('PKCS #12 stays', () => {
  assert.is(apply(jks, sample('keystore.p12')).outcome, 'unchanged');
});

test('another password is reported at the digest, and the store stays', () => {
  const other = sample('other-password.jks');
  faultAt(jks, other, other.length - 20, /another digest/);
});

test('other formats, versions and tags are reported', () => {
  faultAt(jks, Buffer.alloc(40, 0xce), 0, /cececece/);
  const version = Buffer.from(REAL);
  version.writeUInt32BE(3, 4);
  faultAt(jks, version, 4, /version 3/);
  const tag = Buffer.from(REAL);
  tag.writeUInt32BE(3, 12);
  faultAt(jks, tag, 12, /tag 3/);
  const many = Buffer.from(REAL);
  many.writeUInt32BE(0xffffffff, 8);
  faultAt(jks, many, 8, /4294967295 entries/);
  faultAt(jks, Buffer.concat([REAL, Buffer.from([0])]), REAL.length - 20, /21 bytes/);
});

test('damage: whatever is changed, the digest tells', () => {
  survivesDamage(jks, REAL, { context: { epoch: EPOCH } });
  for (let at = 12; at < REAL.length; at++) {
    const flipped = Buffer.from(REAL);
    flipped[at] = (flipped[at] as number) ^ 1;
    assert.is(apply(jks, flipped, { epoch: EPOCH }).outcome, 'malformed', `byte ${at}`);
  }
});

test.run();
