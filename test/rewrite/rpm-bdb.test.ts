import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readBdbPackages } from '../../src/formats/rpm/bdb.ts';
import { RpmHeader, TAG } from '../../src/formats/rpm/package-header.ts';
import { rpmdbBdb } from '../../src/rewrite/rpm-bdb.ts';
import { bothCaptures, contextWith, damagedCopies, EPOCH, rewrittenBytes } from './databases.ts';

const test = suite('rewrite/rpm-bdb');
const [first, second] = bothCaptures('Packages');
const PATH = 'var/lib/rpm/Packages';

function withClock(bytes: Buffer, time: number): Buffer {
  const after = Buffer.from(bytes);
  for (const { header, offset, extents } of readBdbPackages(bytes)) {
    const parsed = new RpmHeader(header, offset);
    for (const tag of [TAG.INSTALLTIME, TAG.INSTALLTID]) {
      let at = parsed.offsetOfNumber(tag) as number;
      const extent = extents.find(({ length }) => {
        if (at < length) return true;
        at -= length;
        return false;
      });
      after.writeUInt32BE(time, (extent?.offset ?? 0) + at);
    }
  }
  return after;
}

test('two databases with other ids and clocks become one', () => {
  const later = withClock(second, 1_710_000_000);
  assert.not.ok(first.equals(later));
  const after = [first, later].map((bytes) => rewrittenBytes(rpmdbBdb, bytes, contextWith(PATH, {})));
  assert.ok((after[0] as Buffer).equals(after[1] as Buffer));
  assert.is(after[0]?.length, first.length);
  assert.is(rpmdbBdb.apply(after[0] as Buffer, contextWith(PATH, {})).outcome, 'unchanged');
});

test('packages are the same but for their times', () => {
  const after = readBdbPackages(rewrittenBytes(rpmdbBdb, first, contextWith(PATH, {})));
  assert.equal(
    after.map(({ number }) => number),
    [1, 2, 3, 4],
  );
  for (const [index, { header }] of readBdbPackages(first).entries()) {
    const [was, is] = [new RpmHeader(header, 0), new RpmHeader(after[index]?.header ?? header, 0)];
    assert.is(is.text(TAG.NAME), was.text(TAG.NAME));
    assert.equal(is.texts(TAG.BASENAMES), was.texts(TAG.BASENAMES));
    assert.equal([is.number(TAG.INSTALLTIME), is.number(TAG.INSTALLTID)], [EPOCH, EPOCH]);
  }
});

test('remains on the pages go', () => {
  const dirty = Buffer.from(first);
  // The gap of the first page: between the index, which begins after 26 bytes, and the beginning of the last item.
  const base = first.readUInt32LE(20);
  const gap = base + 26 + 2 * first.readUInt16LE(base + 20);
  const low = base + first.readUInt16LE(base + 22);
  assert.ok(low - gap > 8);
  dirty.fill('remains ', gap, low);
  const after = rewrittenBytes(rpmdbBdb, dirty, contextWith(PATH, {}));
  assert.ok(after.equals(rewrittenBytes(rpmdbBdb, first, contextWith(PATH, {}))));
});

test('an index: its id depends on its name, its content stays', () => {
  const [name] = bothCaptures('Name');
  const after = rewrittenBytes(rpmdbBdb, name, contextWith('var/lib/rpm/Name', {}));
  const other = rewrittenBytes(rpmdbBdb, name, contextWith('var/lib/rpm/Group', {}));
  assert.not.ok(after.subarray(52, 72).equals(other.subarray(52, 72)));
  assert.ok(after.subarray(72).equals(other.subarray(72)));
  for (const text of ['alpha', 'beta', 'gamma', 'wide']) assert.ok(after.includes(text));
});

test('the index of transactions follows', () => {
  const [tids] = bothCaptures('Installtid');
  const old = Buffer.alloc(4);
  const parsed = new RpmHeader(readBdbPackages(first)[0]?.header ?? first, 0);
  old.writeUInt32LE(parsed.number(TAG.INSTALLTID) as number);
  const key = Buffer.alloc(4);
  key.writeUInt32LE(EPOCH);
  assert.ok(tids.includes(old));
  const context = contextWith('var/lib/rpm/Installtid', {});
  const after = rewrittenBytes(rpmdbBdb, tids, context);
  assert.ok(after.includes(key) && !after.includes(old));
  assert.is(rpmdbBdb.apply(after, context).outcome, 'unchanged');
});

test('other files are left alone', () => {
  const result = rpmdbBdb.apply(Buffer.alloc(8192, 7), contextWith(PATH, {}));
  assert.is(result.outcome, 'malformed');
});

test('damage is reported or makes no difference, and never fails', () => {
  const outcomes = new Set<string>();
  for (const name of ['Packages', 'Name', 'Installtid']) {
    const [whole] = bothCaptures(name);
    for (const bytes of damagedCopies(whole, 300)) {
      const result = rpmdbBdb.apply(bytes, contextWith(`var/lib/rpm/${name}`, {}));
      outcomes.add(result.outcome);
      if (result.outcome === 'rewritten') assert.is(result.bytes.length, bytes.length);
    }
  }
  assert.ok(outcomes.has('malformed') && outcomes.has('rewritten'));
});

test.run();
