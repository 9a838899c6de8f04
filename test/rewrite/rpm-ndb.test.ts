import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { NDB, readNdbPackages } from '../../src/formats/rpm/ndb.ts';
import { RpmHeader, TAG } from '../../src/formats/rpm/package-header.ts';
import { rpmdbNdb } from '../../src/rewrite/rpm-ndb.ts';
import { bothCaptures, contextWith, damagedCopies, EPOCH, rewrittenBytes } from './databases.ts';

const test = suite('rewrite/rpm-ndb');
const PATH = 'usr/lib/sysimage/rpm/Packages.db';
const INDEX = 'usr/lib/sysimage/rpm/Index.db';
const [first, second] = bothCaptures('Packages.db');

function timesOf(bytes: Buffer): [number: number, name: string, time: number | undefined][] {
  return readNdbPackages(bytes).map(({ number, header, offset }) => {
    const parsed = new RpmHeader(header, offset);
    return [number, parsed.text(TAG.NAME), parsed.number(TAG.INSTALLTIME)];
  });
}

test('two installations with other clocks, orders and histories become one file', () => {
  assert.not.equal(timesOf(first), timesOf(second));
  const after = [first, second].map((bytes) => rewrittenBytes(rpmdbNdb, bytes, contextWith(PATH, {})));
  assert.ok((after[0] as Buffer).equals(after[1] as Buffer));
  assert.equal(timesOf(after[0] as Buffer), [
    [1, 'alpha', EPOCH],
    [2, 'beta', EPOCH],
    [3, 'gamma', EPOCH],
    [4, 'wide', EPOCH],
  ]);
  assert.is(rpmdbNdb.apply(after[0] as Buffer, contextWith(PATH, {})).outcome, 'unchanged');
});

test('where the index stays, nothing but times and checksums changes', () => {
  const files = { [INDEX]: Buffer.alloc(32) };
  const after = rewrittenBytes(rpmdbNdb, second, contextWith(PATH, files));
  assert.is(after.length, second.length);
  assert.equal(
    timesOf(after),
    timesOf(second).map(([number, name]) => [number, name, EPOCH]),
  );
  assert.ok(
    after.subarray(0, NDB.PAGE_SIZE).equals(second.subarray(0, NDB.PAGE_SIZE)),
    'slots and generation',
  );
  const changed = [...after.keys()].filter((at) => after[at] !== second[at]);
  // Two times and a checksum a package, of four bytes each.
  assert.ok(changed.length > 0 && changed.length <= 4 * 12);
  assert.is(rpmdbNdb.apply(after, contextWith(PATH, files)).outcome, 'unchanged');
});

test('the layout is that of rpm itself', () => {
  // The first capture is one transaction, which rpm orders by name; these times are not after the epoch.
  assert.is(rpmdbNdb.apply(first, contextWith(PATH, {}, { epoch: 2_000_000_000 })).outcome, 'unchanged');
});

test('no packages', () => {
  const after = rpmdbNdb.apply(
    (() => {
      const empty = Buffer.from(first.subarray(0, NDB.PAGE_SIZE));
      for (let slot = NDB.HEADER_SIZE; slot < empty.length; slot += NDB.SLOT_SIZE)
        empty.fill(0, slot + 4, slot + 16);
      return empty;
    })(),
    contextWith(PATH, {}),
  );
  assert.is(after.outcome, 'rewritten');
});

test('more packages than one page of slots takes', () => {
  const [only] = readNdbPackages(first);
  assert.ok(only);
  const many = Array.from({ length: 300 }, () => only.header);
  const after = rewrittenBytes(rpmdbNdb, ndbOf(many), contextWith(PATH, {}));
  assert.is(after.readUInt32LE(12), 2);
  assert.is(readNdbPackages(after).length, 300);
});

test('damage is reported, and never fails', () => {
  const outcomes = new Set<string>();
  for (const bytes of damagedCopies(first, 300)) {
    const result = rpmdbNdb.apply(bytes, contextWith(PATH, {}));
    outcomes.add(result.outcome);
    if (result.outcome === 'malformed') assert.ok(result.offset >= 0 && result.offset <= bytes.length);
  }
  assert.ok(outcomes.has('malformed'));
});

/** A database with gaps between the packages, as removals leave them. */
function ndbOf(headers: readonly Buffer[]): Buffer {
  const slotPages = 3;
  const start = slotPages * NDB.PAGE_SIZE;
  const step = (Math.ceil((headers[0] as Buffer).length / 16) + 10) * 16;
  const bytes = Buffer.alloc(start + headers.length * step);
  first.copy(bytes, 0, 0, NDB.HEADER_SIZE);
  bytes.writeUInt32LE(slotPages, 12);
  for (let slot = NDB.HEADER_SIZE; slot < start; slot += NDB.SLOT_SIZE)
    bytes.writeUInt32LE(NDB.SLOT_MAGIC, slot);
  const [source] = readNdbPackages(first);
  const old = (source?.offset ?? 0) - NDB.BLOB_HEAD_SIZE;
  for (const [index, header] of headers.entries()) {
    const at = start + index * step;
    const blocks = Math.ceil((header.length + 28) / 16);
    first.copy(bytes, at, old, old + blocks * 16);
    bytes.writeUInt32LE(index + 1, at + 4);
    const tail = at + blocks * 16 - 12;
    bytes.writeUInt32LE(slowAdler32(bytes.subarray(at, tail)), tail);
    const slot = NDB.HEADER_SIZE + index * NDB.SLOT_SIZE;
    bytes.writeUInt32LE(index + 1, slot + 4);
    bytes.writeUInt32LE(at / 16, slot + 8);
    bytes.writeUInt32LE(blocks, slot + 12);
  }
  return bytes;
}

function slowAdler32(bytes: Buffer): number {
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return high * 65536 + low;
}

test.run();
