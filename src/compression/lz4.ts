import xxhash, { type XXHashAPI } from 'xxhash-wasm';
import { malformed } from '../formats/xz/malformed.ts';
import { readExactly } from '../formats/xz/xz-input.ts';
import type { DecoderInput } from './decoder.ts';
import { decodeLz4Block, type Lz4Piece, lz4OutputMax } from './lz4-block.ts';
import { decodeLz4Header, startsLz4Frame } from './lz4-header.ts';
import { decodeLz4Legacy, startsLz4Legacy } from './lz4-legacy.ts';
import { skipSkippable, uint32 } from './skippable.ts';

/** Matches reach this far back. */
const HISTORY_BYTES = 64 * 1024;

const STORED = 0x80000000;

/** Decodes lz4: frames of the format and of the kernel's legacy one in a row, checksums compared. */
export async function* decodeLz4(from: DecoderInput): AsyncGenerator<Uint8Array, number, undefined> {
  const { input, name, guard } = from;
  const hash = await xxhash();
  let produced = 0;
  let at = skipSkippable(input, from.offset, name);
  for (;;) {
    const head = input.read(at, 4);
    const legacy = startsLz4Legacy(head);
    if (!legacy && !startsLz4Frame(head) && at !== from.offset) return at;
    const frame = legacy ? decodeLz4Legacy(input, at, name, guard) : decodeFrame(from, at, hash);
    for (;;) {
      const { done, value } = frame.next();
      if (done === true) {
        at = value;
        break;
      }
      produced += value.bytes.length;
      guard.output(produced, value.offset);
      yield value.bytes;
    }
    at = skipSkippable(input, at, name);
  }
}

/** @returns the offset behind the frame */
function* decodeFrame(
  { input, name, guard }: DecoderInput,
  start: number,
  hash: XXHashAPI,
): Generator<Lz4Piece, number> {
  const header = decodeLz4Header(input, start, name, hash);
  guard.window(header.blockBytesMax + HISTORY_BYTES, start);
  const content = hash.create32();
  let history: Uint8Array = new Uint8Array(0);
  let size = 0;
  let at = header.next;
  for (;;) {
    const field = uint32(readExactly(input, at, 4, 'the size of an lz4 block', name))!;
    at += 4;
    if (field === 0) break;
    const length = field % STORED;
    if (length > header.blockBytesMax) {
      const most = `at most ${header.blockBytesMax} fit`;
      throw malformed(`an lz4 block of ${length} bytes, ${most}`, name, at - 4);
    }
    const block = readExactly(input, at, length, 'an lz4 block', name);
    if (header.blockChecksums) compare(input, at + length, hash.h32Raw(block), 'lz4 block', name);
    let bytes: Uint8Array = block;
    if (field < STORED) {
      const target = new Uint8Array(history.length + lz4OutputMax(length, header.blockBytesMax));
      target.set(history);
      const end = decodeLz4Block(block, target, history.length);
      if (typeof end === 'string') throw malformed(`an lz4 block cannot be decoded: ${end}`, name, at);
      bytes = target.subarray(history.length, end);
    }
    at += length + (header.blockChecksums ? 4 : 0);
    size += bytes.length;
    if (header.contentChecksum) content.update(bytes);
    if (header.linked) history = lastBytes(history, bytes);
    if (bytes.length > 0) yield { bytes, offset: at };
  }
  if (header.contentSize !== undefined && header.contentSize !== size) {
    throw malformed(`the lz4 frame decodes to ${size} bytes, wanted ${header.contentSize}`, name, at - 4);
  }
  if (!header.contentChecksum) return at;
  compare(input, at, content.digest(), 'lz4 frame', name);
  return at + 4;
}

function compare(input: DecoderInput['input'], at: number, wanted: number, what: string, name: string): void {
  const found = uint32(readExactly(input, at, 4, `the checksum of an ${what}`, name));
  if (found !== wanted) throw malformed(`the ${what} does not match its checksum`, name, at);
}

/** A copy: what was given out belongs to the one who took it. */
function lastBytes(history: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (bytes.length >= HISTORY_BYTES) return bytes.slice(-HISTORY_BYTES);
  const kept = history.subarray(Math.max(0, history.length + bytes.length - HISTORY_BYTES));
  const last = new Uint8Array(kept.length + bytes.length);
  last.set(kept);
  last.set(bytes, kept.length);
  return last;
}
