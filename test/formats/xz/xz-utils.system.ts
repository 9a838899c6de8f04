/** Against the real thing: XZ Utils, and busybox if installed. */
import { spawnSync } from 'node:child_process';
import { Lzma2Decompressor } from '@napi-rs/lzma';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesInput } from '../../../src/formats/input.ts';
import { encodeX86 } from '../../../src/formats/xz/bcj-x86.ts';
import { readXz } from '../../../src/formats/xz/reader.ts';
import {
  branchesNearTheEnd,
  branchSoup,
  concat,
  NEAR_THE_END_DIGEST,
  pseudoRandom,
  sha256,
  textLike,
  writeXz,
} from './sample.ts';

const test = suite('xz against XZ Utils');

const PARTS = [textLike(700001, 1), branchSoup(300000, 2), pseudoRandom(99999, 3), Uint8Array.of(7)];
const CONTENT = concat(PARTS);

function run(command: string, options: string[], input: Uint8Array): Buffer {
  const { status, stdout, stderr, error } = spawnSync(command, options, { input, maxBuffer: 2 ** 30 });
  if (error !== undefined) throw error;
  assert.is(status, 0, stderr.toString());
  return stdout;
}

test('xz decodes and tests what is written', async () => {
  for (const x86 of [false, true]) {
    for (const preset of [0, 4, 9]) {
      const bytes = await writeXz(PARTS, { preset, x86, dictionary: 8 * 1024 * 1024 });
      run('xz', ['--test'], bytes);
      assert.is(sha256(run('xz', ['-dc'], bytes)), sha256(CONTENT));
    }
  }
  assert.is(run('xz', ['-dc'], await writeXz([])).length, 0);
});

test('busybox decodes what is written without the x86 filter, which its decoder is built without', async () => {
  if (spawnSync('busybox', ['true']).error !== undefined) return;
  const bytes = await writeXz(PARTS);
  assert.is(sha256(run('busybox', ['unxz', '-c'], bytes)), sha256(CONTENT));
});

test('xz --list reads the same index', async () => {
  const bytes = await writeXz(PARTS, { x86: true });
  const listing = run(
    'sh',
    ['-c', 'f=$(mktemp --suffix .xz); cat >"$f"; xz --robot --list -vv "$f"; rm "$f"'],
    bytes,
  );
  const rows = listing
    .toString()
    .split('\n')
    .map((line) => line.split('\t'))
    .filter((fields) => fields[0] === 'block');
  // block, stream, in stream, in file, offset, uncompressed offset, total size, uncompressed size, ratio,
  // check name, check value, header size, sizes present, compressed size, memory, filters
  const found = rows.map((fields) => [...fields.slice(4, 8), fields[9], fields[12], fields.at(-1)]);
  const wanted = readXz(bytesInput(bytes)).blocks.map((block) => [
    String(block.offset),
    String(block.uncompressedOffset),
    String(Math.ceil(block.unpaddedSize / 4) * 4),
    String(block.uncompressedSize),
    'CRC32',
    'cu',
    '--x86 --lzma2=dict=64KiB',
  ]);
  assert.equal(found, wanted);
});

test('what xz writes is read, whatever its check, blocks and filters', async () => {
  for (const options of [
    ['-0', '--check=none'],
    ['-1', '--check=crc32', '-T2', '--block-size=200000'],
    ['-6', '--check=crc64', '--block-size=65536'],
    ['-9e', '--check=sha256'],
    ['--check=crc32', '--x86', '--lzma2=preset=6e,dict=128MiB,lc=0,lp=4,pb=0'],
    ['--check=crc32', '--x86=start=0', '--lzma2=preset=0,dict=4KiB'],
  ]) {
    const file = readXz(bytesInput(run('xz', [...options, '-c'], CONTENT)));
    const parts: Uint8Array[] = [];
    for (let index = 0; index < file.blocks.length; index++) parts.push(await file.readBlock(index));
    assert.is(sha256(concat(parts)), sha256(CONTENT), options.join(' '));
  }
});

/** What the x86 filter of liblzma makes of a block. */
async function filteredByXz(input: Uint8Array): Promise<Uint8Array> {
  const raw = run('xz', ['--format=raw', '--x86', '--lzma2=preset=0,dict=1MiB', '-c'], input);
  const decoder = new Lzma2Decompressor({ dictSize: 1024 * 1024 });
  return concat([new Uint8Array(decoder.update(raw)), await decoder.finish()]);
}

test('the x86 filter makes the bytes of liblzma', async () => {
  for (const [length, seed] of [
    [3, 1],
    [1000, 2],
    [3_000_000, 3],
  ] as const) {
    const input = branchSoup(length, seed);
    const filtered = await filteredByXz(input);
    encodeX86(input);
    assert.is(sha256(input), sha256(filtered));
  }
});

test('the x86 filter makes the bytes of liblzma in the last bytes of a block', async () => {
  const all: Uint8Array[] = [];
  for (const input of branchesNearTheEnd()) {
    const filtered = await filteredByXz(input);
    const shown = Buffer.from(input).toString('hex');
    encodeX86(input);
    assert.equal([...input], [...filtered], shown);
    all.push(filtered);
  }
  // What test/formats/xz/bcj-x86.test.ts compares with if xz is not installed.
  assert.is(sha256(concat(all)), NEAR_THE_END_DIGEST);
});

test.run();
