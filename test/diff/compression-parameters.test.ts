import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compressionParameters, PARAMETER_BYTES } from '../../src/diff/compression-parameters.ts';
import type { Compression } from '../../src/source/archive-file.ts';

const test = suite('compression parameters');

function parametersOf(compression: Compression, file: string): string {
  const bytes = readFileSync(new URL(`../../fixtures/compressed/files/${file}`, import.meta.url));
  return compressionParameters(compression, bytes.subarray(0, PARAMETER_BYTES)).join(', ');
}

const EXPECTED: readonly (readonly [Compression, file: string, parameters: RegExp])[] = [
  ['xz', 'crc64.xz', /^check crc64, dictionary 8 MiB$/],
  ['xz', 'sha256.xz', /^check sha256, dictionary/],
  ['xz', 'none.xz', /^no check, dictionary/],
  ['xz', 'x86.xz', /, x86 filter/],
  ['xz', 'crc32-blocks-with-sizes.xz', /^check crc32, dictionary .*, sizes in block headers$/],
  ['xz', 'empty.xz', /^check crc64$/],
  ['gzip', 'named.gz', /^.*name [^,]+, system 3$/],
  ['gzip', 'one.gz', /no name, system 3$/],
  ['zstd', 'checksum.zst', /^checksum, /],
  ['zstd', 'no-checksum.zst', /^no checksum, /],
  ['lz4', 'linked.lz4', /, linked,/],
  ['lz4', 'independent-checked.lz4', /, independent, block checksums, checksum/],
  ['lz4', 'no-checksum.lz4', /, no checksum/],
  ['lz4', 'legacy.lz4', /^legacy frame$/],
];

for (const [compression, file, parameters] of EXPECTED) {
  test(file, () => assert.match(parametersOf(compression, file), parameters));
}

test('a level of gzip is told where its header tells it', () => {
  assert.equal(compressionParameters('gzip', gzipSync('x', { level: 9 })).slice(0, 2), [
    'level 9',
    'no time',
  ]);
  assert.equal(compressionParameters('gzip', gzipSync('x', { level: 1 })).slice(0, 2), [
    'level 1',
    'no time',
  ]);
  assert.equal(compressionParameters('gzip', gzipSync('x', { level: 6 }))[0], 'no time');
});

test('frames to be skipped are, and of what is cut or damaged nothing is told', () => {
  const skipped = Buffer.from('502a4d18020000006162', 'hex');
  const named = (file: string): Buffer =>
    readFileSync(new URL(`../../fixtures/compressed/files/${file}`, import.meta.url));
  for (const [compression, file] of [
    ['zstd', 'checksum.zst'],
    ['lz4', 'legacy.lz4'],
  ] as const) {
    const told = compressionParameters(compression, Buffer.concat([skipped, named(file)]));
    assert.is(told.join(', '), parametersOf(compression, file));
  }
  for (const [compression, file] of EXPECTED) {
    const head = named(file).subarray(0, PARAMETER_BYTES);
    for (let length = 0; length < Math.min(head.length, 32); length += 1) {
      assert.not.throws(() => compressionParameters(compression, head.subarray(0, length)));
    }
  }
  assert.equal(compressionParameters('gzip', Buffer.from('1f8b08080000000000036e616d65', 'hex')), []);
});

test('what is not compressed has none', () => {
  assert.equal(compressionParameters('none', Buffer.from('070701')), []);
});

test.run();
