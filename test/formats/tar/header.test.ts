import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Damage } from '../../../src/formats/damage.ts';
import {
  decodeHeader,
  isHeader,
  isZeroBlock,
  MTIME,
  paddingAfter,
  setNumber,
  type TarHeader,
  UID,
} from '../../../src/formats/tar/header.ts';
import { HEADER_DAMAGE, TarProblems } from '../../../src/formats/tar/problems.ts';
import { GNU, type HeaderFields, header, V7 } from './build.ts';

const test = suite('formats/tar/header');
const problems = new TarProblems('test.tar');
const decode = (fields: HeaderFields): TarHeader => decodeHeader(header(fields), 0, problems);

test('every field of ustar', () => {
  const fields = {
    ...{
      name: 'dev/sda',
      mode: '0060660\0',
      uid: '0000001\0',
      gid: '0000006\0',
      size: 9,
      mtime: '00000000012\0',
    },
    ...{ type: '4', linkName: 'to', major: '0000010\0', minor: '0000021\0', prefix: 'a/prefix' },
  };
  assert.equal(decode(fields), {
    ...{ dialect: 'ustar', name: 'a/prefix/dev/sda', mode: 0o60660, uid: 1, gid: 6, size: 9, mtime: 10 },
    ...{ type: '4', linkName: 'to', major: 8, minor: 17, userName: '', groupName: '' },
  });
});

test('names of owner and group, where the dialect has them', () => {
  const block = header({ name: 'a' });
  block.write('root', 265, 'latin1');
  block.write('g'.repeat(32), 297, 'latin1');
  block.write('        ', 148, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  const { userName, groupName } = decodeHeader(block, 0, problems);
  assert.equal([userName, groupName], ['root', 'g'.repeat(32)]);
});

test('names fill their fields without NUL', () => {
  const full = { name: 'n'.repeat(100), linkName: 'l'.repeat(100), prefix: 'p'.repeat(155) };
  const { name, linkName } = decode(full);
  assert.is(name, `${'p'.repeat(155)}/${'n'.repeat(100)}`);
  assert.is(linkName, 'l'.repeat(100));
});

test('names are bytes', () => assert.is(decode({ name: '\xff\xfe\x80\n\x1b' }).name, '\xff\xfe\x80\n\x1b'));

test('v7 and GNU have no prefix', () => {
  assert.is(decode({ magic: V7, prefix: 'other' }).name, 'file');
  assert.is(decode({ magic: GNU, prefix: '14000000000\0' }).name, 'file');
  assert.is(decode({ magic: GNU }).dialect, 'gnu');
  assert.is(decode({ magic: V7 }).dialect, 'v7');
});

test('a version that is not filled in is ustar all the same', () => {
  assert.is(decode({ magic: 'ustar\0\0\0', prefix: 'p' }).name, 'p/file');
});

test('star has times behind a shorter prefix', () => {
  const at = { 345: 'p'.repeat(131), 476: '14000000000\0', 488: '14000000000\0', 508: 'tar\0' };
  assert.is(decode({ at }).name, `${'p'.repeat(131)}/file`);
});

test('device numbers of what is no device are not looked at', () => {
  assert.is(decode({ major: 'garbage!', minor: 'garbage!' }).major, 0);
  assert.throws(() => decode({ type: '3', major: 'garbage!' }), /byte 329 .*: devmajor is "garbage!"/);
});

test('checksums of unsigned and of signed bytes', () => {
  const block = header({ name: '\xff\xff\xff' });
  assert.ok(isHeader(block));
  const signed = block.reduce(
    (sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : (byte << 24) >> 24),
    0,
  );
  assert.ok(
    isHeader(header({ name: '\xff\xff\xff', checksum: `${signed.toString(8).padStart(6, '0')}\0 ` })),
  );
});

test('checksums as old writers end them', () => {
  const sum = header().reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  const octal = sum.toString(8);
  for (const checksum of [
    ` ${octal}\0 `,
    `  ${octal} \0`,
    `${octal} \0`,
    `${octal.padStart(7, '0')}\0`,
    octal.padStart(8, '0'),
  ]) {
    assert.ok(isHeader(header({ checksum })), JSON.stringify(checksum));
  }
});

test('hostile: every byte counts in the checksum', () => {
  for (let at = 0; at < 512; at += 1) {
    const block = header({ name: 'name', prefix: 'prefix' });
    block[at] = (block[at] as number) ^ 1;
    // The last two bytes of the checksum field are not digits.
    if (at !== 154 && at !== 155)
      assert.throws(() => decodeHeader(block, 0, problems), undefined, `byte ${at}`);
  }
});

test('hostile: a wrong checksum at the start may be no tar at all, later it is damage', () => {
  const block = header({ checksum: '0000001\0' });
  assert.throws(
    () => decodeHeader(block, 0, problems),
    /checksum is 1, but its bytes add up to \d+\. It is not a tar archive/,
  );
  assert.throws(() => decodeHeader(block, 512, problems), /byte 660 .* The archive is damaged/);
  const text = Buffer.alloc(512, 'some text ');
  assert.throws(() => decodeHeader(text, 0, problems), /chksum is ".*", wanted octal digits/);
});

test('zero blocks and padding', () => {
  assert.ok(isZeroBlock(Buffer.alloc(512)));
  const block = Buffer.alloc(512);
  block[511] = 1;
  assert.not.ok(isZeroBlock(block));
  assert.not.ok(isHeader(Buffer.alloc(512)));
  assert.equal([0, 1, 511, 512, 513, 2 ** 40 + 1].map(paddingAfter), [0, 511, 1, 0, 511, 511]);
});

test('a number is set with the digits that its field has, and the checksum follows', () => {
  const written = { name: 'a', uid: ' 1750 \0', gid: '0000006\0', mtime: '00000000012\0' };
  const block = header(written);
  setNumber(block, MTIME, 9);
  setNumber(block, UID, 0);
  assert.equal(block, header({ ...written, uid: '00000 \0', mtime: '00000000011\0' }));
  const { uid, gid, mtime } = decodeHeader(block, 0, problems);
  assert.equal([uid, gid, mtime], [0, 6, 9]);
});

test('damage of a header in a file of the tree', () => {
  const block = header({ name: 'a' });
  block[0] = 0x62;
  assert.throws(
    () => decodeHeader(block, 1024, HEADER_DAMAGE),
    (error: unknown) =>
      error instanceof Damage && error.offset === 1024 + 148 && /checksum/.test(error.found),
  );
});

test.run();
