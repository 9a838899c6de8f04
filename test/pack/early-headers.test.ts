import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HEADER_SIZE } from '../../src/formats/cpio/newc.ts';
import { normalizeEarly } from '../../src/pack/early-headers.ts';
import { DIRECTORY, newc, newcArchive } from '../support/archive-bytes.ts';

const test = suite('early-headers');

const clamp = (mtime: number): number => Math.min(mtime, 1000);
const normalized = (bytes: Buffer): Buffer => normalizeEarly(bytes, clamp, 'image');

/** Of each header: inode, mode, links, time, device; where it stands. */
function fields(bytes: Buffer): string[] {
  const found: string[] = [];
  for (let at = bytes.indexOf('07070'); at !== -1; at = bytes.indexOf('07070', at + HEADER_SIZE)) {
    const field = (offset: number): number =>
      Number.parseInt(bytes.toString('latin1', at + offset, at + offset + 8), 16);
    found.push(
      `${at}: ${[6, 14, 38, 46, 62, 70].map((offset) => field(offset).toString(offset === 14 ? 8 : 10)).join(' ')}`,
    );
  }
  return found;
}

test('times, inode and device numbers, links of directories, permissions; nothing else, and nothing moves', () => {
  const bytes = newcArchive(
    newc('kernel', { mode: DIRECTORY & ~0o77, mtime: 2000, inode: 77, nlink: 3 }),
    newc('kernel/a', { data: 'old', mtime: 500, inode: 5 }),
    newc('kernel/b', { data: 'new', mode: 0o100600, mtime: 1001, inode: 4 }),
  );
  bytes.write('0000ABCD', 62, 'latin1');
  bytes.write('0000ABCE', 70, 'latin1');
  const done = normalized(bytes);
  assert.is(done.length, bytes.length);
  assert.equal(fields(done), [
    '0: 0 40755 1 1000 0 0',
    '120: 0 100644 1 500 0 0',
    '244: 0 100644 1 1000 0 0',
    `${bytes.lastIndexOf('070701')}: 0 0 1 0 0 0`,
  ]);
  const rest = (all: Buffer): string =>
    all
      .toString('latin1')
      .replace(/07070[12].{104}/gs, (head) => head.slice(22, 38) + head.slice(54, 62) + head.slice(78));
  assert.is(rest(done), rest(bytes));
  assert.equal(normalized(done), done, 'the second time changes nothing');
  assert.is(bytes.readUInt8(62 + 4), 'A'.charCodeAt(0), 'what it was given stays');
});

test('names of one file keep one number, and those of another device get their own', () => {
  const bytes = newcArchive(
    newc('kernel/a', { inode: 9, nlink: 2 }),
    newc('kernel/b', { inode: 9, nlink: 1 }),
    newc('kernel/c', { inode: 9, nlink: 2, data: 'x' }),
    newc('kernel/d', { inode: 9, nlink: 2, data: 'x' }),
  );
  const fourth = bytes.lastIndexOf('070701', bytes.indexOf('kernel/d'));
  bytes.write('00000001', fourth + 62, 'latin1');
  assert.equal(
    fields(normalized(bytes)).map((line) => line.split(' ')[1]),
    ['1', '0', '1', '2', '0'],
  );
});

test('a trailer has no time, whatever the times become', () => {
  const done = normalizeEarly(newcArchive(newc('kernel/a', { mtime: 5 })), () => 7, 'image');
  assert.equal(
    fields(done).map((line) => line.split(' ')[4]),
    ['7', '0'],
  );
});

test('several archives, with NUL between and after them', () => {
  const one = newcArchive(newc('kernel/a', { inode: 40, mtime: 4000 }));
  const both = Buffer.concat([one, Buffer.alloc(12), one, Buffer.alloc(7)]);
  const expected = normalized(one);
  assert.equal(normalized(both), Buffer.concat([expected, Buffer.alloc(12), expected, Buffer.alloc(7)]));
  assert.equal(normalized(Buffer.alloc(0)), Buffer.alloc(0));
});

test('what is no header is named with its place', () => {
  assert.throws(() => normalized(Buffer.from('x'.repeat(200))), /image: byte 0: cpio magic/);
});

test.run();
