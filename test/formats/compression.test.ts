import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { detectCompression } from '../../src/formats/compression.ts';
import { bytesInput } from '../../src/formats/input.ts';
import { fixture } from './compressed-samples.ts';
import { failure } from './xz/sample.ts';

const test = suite('detect compression');

function detect(bytes: Buffer | string, offset = 0): string | undefined {
  return detectCompression(bytesInput(Buffer.from(bytes as string, 'latin1')), offset, 'f')?.compression;
}

test('every format that is read, at any offset', () => {
  for (const [file, format] of [
    ['crc64.xz', 'xz'],
    ['one.gz', 'gzip'],
    ['checksum.zst', 'zstd'],
    ['skippable-frames.zst', 'zstd'],
    ['linked.lz4', 'lz4'],
    ['legacy.lz4', 'lz4'],
  ] as const) {
    assert.is(detect(fixture(file)), format);
    assert.is(detect(Buffer.concat([Buffer.from('before'), fixture(file)]), 6), format);
  }
});

test('skippable frames in front of lz4 are its own, alone they are nothing', () => {
  const skippable = Buffer.from('\x50\x2a\x4d\x18\x02\0\0\0ab', 'latin1');
  assert.is(detect(Buffer.concat([skippable, skippable, fixture('linked.lz4')])), 'lz4');
  assert.is(detect(skippable), undefined);
});

test('formats that are known and not read say what to do', async () => {
  for (const [head, message] of [
    ['\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0', 'lzma data'],
    ['\x5d\0\0\x80\0\0\x10\0\0\0\0\0\0\0', 'lzma data'],
    ['LZIP\x01\x0c', 'lzip data'],
    ['\x89LZO\0\r\n\x1a\n', 'lzop data'],
    ['PK\x03\x04', 'a zip archive'],
    ["7z\xbc\xaf'\x1c", 'a 7z archive'],
    ['\x1f\x9d\x90', 'compress data'],
  ] as const) {
    const error = await failure(() => detect(head));
    assert.is(error.code, 'archive-not-supported');
    assert.match(error.message, message);
    assert.is(error.where, 'f byte 0');
  }
});

test('archives and names that look a little alike are not compressed', () => {
  for (const head of [
    '070701',
    '',
    '\x1f',
    '\xfd7zXZ',
    'BZh9-notes.txt\0',
    'LZIP-1.24/\0',
    ']\0\0',
    'PK',
    '\xc7\x71',
  ]) {
    assert.is(detect(head), undefined, head);
  }
});

test.run();
