// What decoders of others make of frames and members that are joined of parts: random contents, cut anywhere.
import { writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeDeflate, gzipTail } from '../../src/formats/gzip/gzip-encoder.ts';
import { gzipHead } from '../../src/formats/gzip/gzip-header.ts';
import { encodeNative, MAXIMUM_WINDOW } from '../../src/formats/zstd/encoder.ts';
import { encodePart, frameOfParts } from '../../src/formats/zstd/part.ts';
import { missing, testWhere } from '../support/requires.ts';
import { runCommand } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { concat, pseudoRandom, textLike } from './xz/sample.ts';

const test = suite('decoders of others');
const scratch = new Scratch('decoders');
test.after(() => scratch.remove());
const CASES = 24;
const KIB = 1024;

/** The seed decides everything: kinds of content, sizes, cuts. */
function contentOf(seed: number): { content: Uint8Array; parts: Uint8Array[] } {
  const random = pseudoRandom(64, seed);
  const pieces = Array.from({ length: 2 + (seed % 4) }, (_, index): Uint8Array => {
    const size = 1 + ((random[index]! * 977 + seed * 131) % (90 * KIB));
    const period = 1 + (random[index + 8]! % 16);
    const pattern = pseudoRandom(period, seed + index);
    switch (random[index + 16]! % 6) {
      case 0:
        return textLike(size, seed);
      case 1:
        return new Uint8Array(size);
      case 2:
        return pseudoRandom(size, seed);
      case 3:
        return Buffer.from(Buffer.from(pseudoRandom(size, seed)).toString('base64'));
      case 4:
        return Uint8Array.from({ length: size }, (_, at) => pattern[at % period]!);
      default:
        // Machine code, which the encoder likes to write as repeated offsets.
        return Uint8Array.from({ length: size }, (_, at) => (at % 5 === 0 ? 0xe8 : random[(at >> 6) % 64]!));
    }
  });
  const content = concat(pieces);
  const cuts = [
    ...new Set(
      Array.from({ length: 1 + (seed % 6) }, (_, n) => (random[n + 30]! * 7919 * (n + 1)) % content.length),
    ),
  ]
    .filter((cut) => cut > 0)
    .sort((a, b) => a - b);
  const places = [0, ...cuts, content.length];
  return { content, parts: places.slice(1).map((end, n) => content.subarray(places[n], end)) };
}

async function expectContent(command: readonly string[], content: Uint8Array, what: string): Promise<void> {
  const { stdout, stderr, status } = await runCommand([...command], {});
  assert.is(status, 0, `${what}: ${stderr}`);
  assert.ok(stdout.equals(Buffer.from(content)), `${what}: other bytes`);
}

for (const [tool, command] of [
  ['zstd', ['zstd', '-dc']],
  ['bsdcat', ['bsdcat']],
] as const) {
  testWhere(test, missing({ tools: [tool] }), `zstd frames: ${tool}`, async () => {
    for (let seed = 1; seed <= CASES; seed += 1) {
      const { content, parts } = contentOf(seed);
      const level = [1, 3, 6, 9, 13, 19][seed % 6]!;
      const encoded = parts.map((part) => encodePart(part, level, encodeNative));
      writeFileSync(scratch.in('x.zst'), frameOfParts(encoded, content.length, MAXIMUM_WINDOW));
      await expectContent([...command, scratch.in('x.zst')], content, `seed ${seed} at ${level}`);
    }
  });
}

for (const [tool, command] of [
  ['gzip', ['gzip', '-dc']],
  ['pigz', ['pigz', '-dc']],
  ['busybox', ['busybox', 'gunzip', '-c']],
  ['bsdcat', ['bsdcat']],
  ['python3', ['python3', '-c', 'import gzip,sys; sys.stdout.buffer.write(gzip.open(sys.argv[1]).read())']],
] as const) {
  testWhere(test, missing({ tools: [tool] }), `gzip members: ${tool}`, async () => {
    for (let seed = 1; seed <= CASES / 2; seed += 1) {
      const { content, parts } = contentOf(seed);
      const level = 1 + (seed % 9);
      const blocks: Uint8Array[] = [];
      for (const part of parts) blocks.push((await encodeDeflate(part, level)).bytes);
      const member = concat([gzipHead(), ...blocks, gzipTail(crc32(content), content.length)]);
      writeFileSync(scratch.in('x.gz'), member);
      await expectContent([...command, scratch.in('x.gz')], content, `seed ${seed} at ${level}`);
    }
  });
}

test.run();
