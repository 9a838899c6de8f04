import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeHeader, FILE_TYPE_BITS, headerSpan, paddingAfter } from '../../src/cpio/newc.ts';
import { NewcParser } from '../../src/cpio/newc-parser.ts';
import { StillrootError } from '../../src/errors.ts';

const test = suite('cpio/newc-parser');

const ZERO = {
  inode: 0,
  mode: 0,
  uid: 0,
  gid: 0,
  nlink: 1,
  mtime: 0,
  fileSize: 0,
  deviceMajor: 0,
  deviceMinor: 0,
  rdeviceMajor: 0,
  rdeviceMinor: 0,
  check: 0,
};

function record(name: string, mode: number, data = ''): Buffer {
  const header = Buffer.alloc(headerSpan(name.length));
  encodeHeader(header, 0, { ...ZERO, mode, fileSize: data.length }, name);
  return Buffer.concat([header, Buffer.from(data, 'latin1'), Buffer.alloc(paddingAfter(data.length))]);
}

const TRAILER = record('TRAILER!!!', 0);
const FILE = FILE_TYPE_BITS.file | 0o644;
const ARCHIVE = Buffer.concat([
  record('etc', FILE_TYPE_BITS.directory | 0o755),
  record('etc/empty', FILE),
  record('etc/four', FILE, 'abcd'),
  record('etc/hostname', FILE, 'still\n'),
  record('etc/link', FILE_TYPE_BITS.symlink | 0o777, '../x'),
  record('etc/odd', FILE_TYPE_BITS.symlink | 0o777, 'target\0'),
  record('\xff\n', FILE, 'x'),
  TRAILER,
]);

/** Everything the parser says, as text; pieces of data are joined. */
function eventsOf(bytes: Uint8Array, pieces: number): { events: string[]; used: number; parser: NewcParser } {
  const events: string[] = [];
  const parser = new NewcParser('test.cpio', {
    entry: ({ name, target, header, offset }) => events.push(`${offset} ${name} ${header.mode} ${target}|`),
    data: (data) => events.push(`${events.pop()}${Buffer.from(data).toString('latin1')}`),
  });
  let used = 0;
  for (let at = 0; at < bytes.length; at += pieces) used += parser.push(bytes.subarray(at, at + pieces));
  return { events, used, parser };
}

const EXPECTED = [
  '0 etc 16877 |',
  '116 etc/empty 33188 |',
  '236 etc/four 33188 |abcd',
  '360 etc/hostname 33188 |still\n',
  '492 etc/link 41471 ../x|',
  '616 etc/odd 41471 target|',
  '744 \xff\n 33188 |x',
];

for (const pieces of [ARCHIVE.length, 1000, 113, 7, 1]) {
  test(`the same events in pieces of ${pieces}`, () => {
    const { events, used, parser } = eventsOf(ARCHIVE, pieces);
    assert.equal(events, EXPECTED);
    assert.is(used, ARCHIVE.length);
    assert.ok(parser.ended);
    parser.finish();
  });
}

test('what follows the trailer is left to the caller', () => {
  const { used } = eventsOf(Buffer.concat([ARCHIVE, Buffer.from('more')]), 50);
  assert.is(used, ARCHIVE.length);
});

test('an archive that is cut at any byte is said to be cut', () => {
  for (let end = 0; end < ARCHIVE.length - TRAILER.length + 100; end += 1) {
    const { parser } = eventsOf(ARCHIVE.subarray(0, end), ARCHIVE.length);
    assert.throws(
      () => parser.finish(),
      (error: unknown) =>
        error instanceof StillrootError &&
        error.code === 'archive-malformed' &&
        /cut short/.test(error.message),
      `cut at ${end}`,
    );
  }
});

test('names padded with NUL end at the first NUL', () => {
  const { events } = eventsOf(Buffer.concat([record('a\0\0\0\0', FILE, 'x'), TRAILER]), 3);
  assert.equal(events, ['0 a 33188 |x']);
});

function patched(offset: number, digits: string): Buffer {
  const bytes = Buffer.from(ARCHIVE);
  bytes.write(digits, offset, 'latin1');
  return bytes;
}

const HOSTILE: readonly (readonly [string, Buffer, RegExp])[] = [
  ['a name size of zero', patched(94, '00000000'), /byte 94 of the cpio archive: c_namesize is 0/],
  ['a huge name size', patched(94, 'FFFFFFFF'), /c_namesize is 4294967295, wanted 1 to 4096/],
  [
    'a name without NUL',
    patched(94, '00000003'),
    /byte 110 of the cpio archive: the name does not end with NUL/,
  ],
  [
    'a huge link target',
    patched(492 + 54, '7FFFFFFF'),
    /byte 546 of the cpio archive: a link target has 2147483647 bytes/,
  ],
  [
    'another magic in the middle',
    patched(236, '070707'),
    /byte 236 of the cpio archive: cpio magic is "070707"/,
  ],
];

for (const [name, bytes, message] of HOSTILE) {
  test(`hostile: ${name}`, () => {
    for (const pieces of [bytes.length, 1]) assert.throws(() => eventsOf(bytes, pieces), message);
  });
}

test('no single flipped byte of a header crashes the parser', () => {
  for (let at = 0; at < ARCHIVE.length; at += 1) {
    const bytes = Buffer.from(ARCHIVE);
    bytes[at] = (bytes[at] as number) ^ 0x5a;
    try {
      eventsOf(bytes, 64).parser.finish();
    } catch (error) {
      assert.instance(error, StillrootError, `byte ${at}`);
    }
  }
});

test.run();
