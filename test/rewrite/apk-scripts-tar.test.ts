import { gunzipSync, gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { gzipStored } from '../../src/formats/gzip/gzip-stored.ts';
import { BLOCK_SIZE as TAR_BLOCK } from '../../src/formats/tar/header.ts';
import { apkScriptsTar } from '../../src/rewrite/apk-scripts-tar.ts';
import { after, apply, faultAt, sample, survivesDamage } from './damage.ts';

const test = suite('apk-scripts-tar');

const EPOCH = 1_650_000_000;
/** Two members out of order, of 1000:1001, one block of content each; 10,240 bytes. */
const REAL = sample('scripts.tar');
/** Without most of the padding, for the tests that try every byte. */
const SHORT = REAL.subarray(0, 6 * TAR_BLOCK);

const field = (bytes: Buffer, member: number, at: number, length: number): string =>
  bytes.toString('latin1', member * 2 * TAR_BLOCK + at, member * 2 * TAR_BLOCK + at + length);

test('times, owners and order are held still', () => {
  const result = after(apkScriptsTar, REAL, { epoch: EPOCH });
  assert.match(field(result, 0, 0, 40), /^alpine-baselayout-3\.4\.3-r1\.Q1BBBB\.pre-in/);
  assert.match(field(result, 1, 0, 40), /^busybox-1\.36\.1-r5\.Q1AAAA\.post-install\0/);
  for (const member of [0, 1]) {
    assert.is(field(result, member, 100, 8), '0000755\0', 'mode');
    assert.is(field(result, member, 108, 8), '0000000\0', 'uid');
    assert.is(field(result, member, 116, 8), '0000000\0', 'gid');
    assert.is(field(result, member, 136, 12), `${EPOCH.toString(8).padStart(11, '0')}\0`, 'mtime');
    assert.is(field(result, member, 257, 8), 'ustar\x0000', 'magic');
    assert.is(field(result, member, TAR_BLOCK, 17), '#!/bin/sh\nexit 0\n');
    const header = result.subarray(member * 1024, member * 1024 + TAR_BLOCK);
    const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
    assert.is(Number.parseInt(field(result, member, 148, 6), 8), sum);
  }
});

test('both orders become the same', () => {
  const swapped = Buffer.concat([REAL.subarray(1024, 2048), REAL.subarray(0, 1024), REAL.subarray(2048)]);
  assert.equal(after(apkScriptsTar, swapped, { epoch: EPOCH }), after(apkScriptsTar, REAL, { epoch: EPOCH }));
});

test('any owner but root becomes root', () => {
  const root = after(apkScriptsTar, REAL, { epoch: EPOCH });
  for (const [at, field] of [
    [108, 'user'],
    [116, 'group'],
  ] as const) {
    const other = Buffer.from(root);
    // Number 1, and the sum of the header that goes with it.
    other.write('1', at + 6, 'latin1');
    const sum = Number.parseInt(other.toString('latin1', 148, 154), 8) + 1;
    other.write(sum.toString(8).padStart(6, '0'), 148, 'latin1');
    assert.ok(after(apkScriptsTar, other, { epoch: EPOCH }).equals(root), field);
  }
});

test('two members of one name keep their order', () => {
  const [member, end] = [REAL.subarray(0, 1024), REAL.subarray(2048)];
  const other = Buffer.from(member);
  other.write('other', TAR_BLOCK);
  for (const both of [
    [member, other],
    [other, member],
  ]) {
    const result = after(apkScriptsTar, Buffer.concat([...both, end]), { epoch: EPOCH });
    assert.equal(
      [field(result, 0, TAR_BLOCK, 5), field(result, 1, TAR_BLOCK, 5)],
      both.map((each) => each.toString('latin1', TAR_BLOCK, TAR_BLOCK + 5)),
    );
  }
});

test('real archives of apk, whose headers are those of old GNU tar, become the same for two orders', () => {
  const [first, second] = ['first', 'second'].map((run) => capturedDatabase(`${run}-apk-scripts.tar`)) as [
    Buffer,
    Buffer,
  ];
  assert.is(first.toString('latin1', 257, 265), 'ustar  \0');
  assert.not(first.equals(second));
  const result = after(apkScriptsTar, first, { epoch: EPOCH });
  assert.ok(result.equals(after(apkScriptsTar, second, { epoch: EPOCH })));
  assert.is(result.toString('latin1', 257, 265), 'ustar  \0', 'the form stays');
  assert.is(result.length, first.length);
});

test('where old GNU headers have other things, no prefix of the name is read', () => {
  // GNU tar stores an access time there on request.
  const [swapped, plain] = [true, false].map((hasTime) => {
    const whole = capturedDatabase('first-apk-scripts.tar');
    if (!hasTime) return whole;
    const changed = Buffer.from(whole);
    changed.write('77777777777', 345, 'latin1');
    const sum = Number.parseInt(changed.toString('latin1', 148, 154), 8) + 11 * '7'.charCodeAt(0);
    changed.write(sum.toString(8).padStart(6, '0'), 148, 'latin1');
    return changed;
  }) as [Buffer, Buffer];
  const names = (bytes: Buffer): string[] =>
    [...bytes.toString('latin1').matchAll(/[a-z][\w.-]+\.Q1[^\0]+/g)].map(([name]) => name);
  assert.equal(
    names(after(apkScriptsTar, swapped, { epoch: EPOCH })),
    names(after(apkScriptsTar, plain, { epoch: EPOCH })),
  );
});

test('what is as it should be stays, and so does an empty archive', () => {
  const still = after(apkScriptsTar, REAL, { epoch: 0 });
  assert.is(apply(apkScriptsTar, still, { epoch: EPOCH }).outcome, 'unchanged');
  assert.is(apply(apkScriptsTar, Buffer.alloc(1024)).outcome, 'unchanged');
});

test('a checksum with leading spaces and one with a space behind are kept in their form', () => {
  const spaced = Buffer.from(REAL);
  for (const at of [148, 1024 + 148]) {
    const sum = Number.parseInt(spaced.toString('latin1', at, at + 6), 8);
    spaced.write(`${sum.toString(8).padStart(6, ' ')}\0 `, at, 'latin1');
  }
  assert.is(apply(apkScriptsTar, spaced, { epoch: EPOCH }).outcome, 'rewritten');
});

test('a compressed archive is stored, whatever compressed it', () => {
  const plain = after(apkScriptsTar, REAL, { epoch: EPOCH });
  const results = [1, 6, 9].map((level) => after(apkScriptsTar, gzipSync(REAL, { level }), { epoch: EPOCH }));
  const stored = gzipStored(plain);
  for (const result of results) assert.equal(result, stored);
  assert.ok(gunzipSync(stored).equals(plain));
  assert.equal(after(apkScriptsTar, sample('scripts.tar.gz'), { epoch: EPOCH }), stored);
  // Also where nothing in it varies.
  assert.equal(after(apkScriptsTar, gzipSync(plain), { epoch: EPOCH }), stored);
  faultAt(apkScriptsTar, Buffer.from([0x1f, 0x8b, 8, 0]), 0, /unexpected end/);
});

test('apk 3 compresses, and puts names that a header cannot hold in front of it', () => {
  const real = capturedDatabase('apk3-scripts.tar.gz');
  const inside = gunzipSync(real);
  const members = membersOf(inside);
  assert.is(members.filter(({ isLong }) => isLong).length, 2);
  assert.ok(members.some(({ mtime }) => mtime > EPOCH));

  const result = after(apkScriptsTar, real, { epoch: EPOCH });
  const expected = members.map((member) => ({ ...member, mtime: Math.min(member.mtime, EPOCH) }));
  assert.equal(
    membersOf(gunzipSync(result)),
    expected.sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
  // In any order.
  const [first, ...others] = members as [Member, ...Member[]];
  const end = inside.subarray(members.reduce((size, { blocks }) => size + blocks, 0));
  const start = first.blocks;
  const rotated = Buffer.concat([
    inside.subarray(start, inside.length - end.length),
    inside.subarray(0, start),
    end,
  ]);
  assert.equal(
    membersOf(rotated).map(({ name }) => name),
    [...others, first].map(({ name }) => name),
  );
  assert.equal(after(apkScriptsTar, gzipSync(rotated), { epoch: EPOCH }), result);
});

test('a long name without its member is damage', () => {
  const inside = gunzipSync(capturedDatabase('apk3-scripts.tar.gz'));
  const at = inside.indexOf('././@LongLink');
  const length = 2 * TAR_BLOCK;
  faultAt(
    apkScriptsTar,
    Buffer.concat([inside.subarray(0, at + length), Buffer.alloc(1024)]),
    at + length,
    /end/,
  );
  const twice = Buffer.concat([inside.subarray(0, at + length), inside.subarray(at)]);
  faultAt(apkScriptsTar, twice, at + length, /type "L"/);
});

interface Member {
  readonly name: string;
  readonly isLong: boolean;
  readonly mtime: number;
  readonly content: string;
  /** Bytes with headers and padding. */
  readonly blocks: number;
}

/** Read without the code under test. */
function membersOf(archive: Buffer): Member[] {
  const members: Member[] = [];
  let long: string | undefined;
  let start = 0;
  for (let at = 0; archive[at] !== 0; ) {
    const string = (offset: number, length: number): string =>
      archive.toString('latin1', at + offset, at + offset + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(string(124, 12), 8);
    const content = archive.toString('latin1', at + TAR_BLOCK, at + TAR_BLOCK + size);
    const next = at + TAR_BLOCK * (1 + Math.ceil(size / TAR_BLOCK));
    if (string(156, 1) === 'L') long = content;
    else {
      const mtime = Number.parseInt(string(136, 12), 8);
      const isLong = long !== undefined;
      members.push({ name: long ?? string(0, 100), isLong, mtime, content, blocks: next - start });
      long = undefined;
      start = next;
    }
    at = next;
  }
  return members;
}

test('what sorting would break is reported', () => {
  const other = Buffer.from(REAL);
  other.write('x', 156, 'latin1');
  const sum = Number.parseInt(field(other, 0, 148, 6), 8) + 'x'.charCodeAt(0) - '0'.charCodeAt(0);
  other.write(sum.toString(8).padStart(6, '0'), 148, 'latin1');
  faultAt(apkScriptsTar, other, 0, /type "x"/);
});

test('another format, a wrong checksum and a missing end are reported', () => {
  faultAt(apkScriptsTar, Buffer.alloc(TAR_BLOCK, 'a'), 148, /aaaa/);
  const flipped = Buffer.from(REAL);
  flipped[1024] = 0x41;
  faultAt(apkScriptsTar, flipped, 1024 + 148, /\d+/);
  faultAt(apkScriptsTar, REAL.subarray(0, 2048), 2048, /end of the file/);
  // In the middle of the content of the second member, whose beginning is named.
  faultAt(apkScriptsTar, REAL.subarray(0, 1024 + TAR_BLOCK + 9), 1024, /./);
  faultAt(apkScriptsTar, Buffer.concat([REAL, Buffer.from('x')]), REAL.length, /after the end/);
});

test('damage', () => {
  survivesDamage(apkScriptsTar, SHORT, { context: { epoch: EPOCH }, step: 3 });
  const inside = gunzipSync(capturedDatabase('apk3-scripts.tar.gz'));
  survivesDamage(apkScriptsTar, inside, { context: { epoch: EPOCH }, step: 61 });
  survivesDamage(apkScriptsTar, gzipStored(SHORT), { context: { epoch: EPOCH }, step: 5 });
});

test.run();
