import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { readNdbPackages } from '../../src/formats/rpm/ndb.ts';
import { RpmHeader, TAG } from '../../src/formats/rpm/package-header.ts';
import { clampInstallTimes, installTimePatches, orderPackages } from '../../src/rewrite/rpm-packages.ts';

const test = suite('rewrite/rpm-packages');
const blobs = readNdbPackages(capturedDatabase('second-Packages.db'));

/** A header of texts and, where it is given, an epoch. */
function blob(
  number: number,
  name: string,
  version: string,
  epoch?: number,
): { number: number; header: Buffer; offset: number } {
  const texts = [
    [TAG.NAME, name],
    [TAG.VERSION, version],
    [TAG.RELEASE, '1'],
    [TAG.ARCH, 'noarch'],
  ] as const;
  const parts = texts.map(([tag, text]) => ({ tag, type: 6, bytes: Buffer.from(`${text}\0`) }));
  if (epoch !== undefined) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(epoch);
    parts.unshift({ tag: TAG.EPOCH as never, type: 4, bytes });
  }
  const index = Buffer.alloc(8 + 16 * parts.length);
  let offset = 0;
  for (const [at, { tag, type, bytes }] of parts.entries()) {
    for (const [field, value] of [tag, type, offset, 1].entries())
      index.writeUInt32BE(value, 8 + 16 * at + 4 * field);
    offset += bytes.length;
  }
  index.writeUInt32BE(parts.length, 0);
  index.writeUInt32BE(offset, 4);
  return { number, header: Buffer.concat([index, ...parts.map(({ bytes }) => bytes)]), offset: 0 };
}

test('by name, numbered without gaps', () => {
  const ordered = orderPackages(blobs);
  assert.equal(
    ordered.map(({ header, newNumber }) => [header.text(TAG.NAME), newNumber]),
    [
      ['alpha', 1],
      ['beta', 2],
      ['gamma', 3],
      ['wide', 4],
    ],
  );
});

test('names as bytes; then epoch, none before 0; then version; at last as it was', () => {
  const given = [
    blob(9, 'b', '1'),
    blob(8, 'a', '2'),
    blob(7, 'a', '1', 0),
    blob(6, 'a', '1', 12),
    blob(5, 'a', '1', 2),
    blob(4, 'a', '1'),
    blob(3, 'a-b', '1'),
    blob(2, 'B', '1'),
    blob(1, 'B', '1'),
  ];
  assert.equal(
    orderPackages(given).map((each) => each.blob.number),
    [1, 2, 4, 8, 7, 5, 6, 3, 9],
  );
});

test('times after the epoch, and only those', () => {
  const [first] = blobs;
  assert.ok(first);
  const header = new RpmHeader(first.header, 0);
  const time = header.number(TAG.INSTALLTIME) as number;
  assert.is(installTimePatches(header, time - 1).length, 2);
  assert.equal(installTimePatches(header, time), []);
  assert.is(clampInstallTimes(first.header, header, time), first.header);
  const clamped = new RpmHeader(clampInstallTimes(first.header, header, 5), 0);
  assert.equal([clamped.number(TAG.INSTALLTIME), clamped.number(TAG.INSTALLTID)], [5, 5]);
});

test.run();
