import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { StillrootError } from '../../errors.ts';
import { bytesInput } from '../../formats/input.ts';
import { readXz } from '../../formats/xz/reader.ts';
import type { Recognizer } from '../cause.ts';
import { LOOK_BYTES_MAX } from '../evidence.ts';
import { upstream } from './upstream.ts';

/** Of what a compressed file may hold; what is above is not looked at. */
const UNCOMPRESSED_MAX = 4 * LOOK_BYTES_MAX;

/** A compressed file inside the tree with the same content, compressed in another way. */
export const compression: Recognizer = async (evidence) => {
  if (evidence.finding.field !== 'content') return undefined;
  const a = evidence.bytes('a');
  const b = evidence.bytes('b');
  if (a === undefined || b === undefined) return undefined;
  const left = await decompress(a);
  const right = left === undefined ? undefined : await decompress(b);
  if (left === undefined || right === undefined || !left.equals(right)) return undefined;
  return {
    cause: 'compression',
    key: `${evidence.format ?? ''} ${evidence.owners.join(',')}`,
    title: `${evidence.format ?? 'a compressed file'} with the same content`,
    remedy: 'upstream',
    advice: upstream(
      evidence.owners,
      'compress with the same program, level and number of threads, and without a name and time (gzip -n)',
    ),
  };
};

/** @returns undefined for what is not compressed, is damaged, or comes to more than UNCOMPRESSED_MAX */
async function decompress(bytes: Buffer): Promise<Buffer | undefined> {
  const head = bytes.toString('hex', 0, 6);
  try {
    if (head.startsWith('1f8b')) return gunzipSync(bytes, { maxOutputLength: UNCOMPRESSED_MAX });
    if (head.startsWith('28b52ffd')) return zstdDecompressSync(bytes, { maxOutputLength: UNCOMPRESSED_MAX });
    if (head === 'fd377a585a00') return await decompressXz(bytes);
  } catch (error) {
    // Damaged or too large: it stays a difference of bytes, and another recognizer has its turn.
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof StillrootError || /^(?:Z_|ZSTD_|ERR_)/.test(code ?? '')) return undefined;
    throw error;
  }
  return undefined;
}

async function decompressXz(bytes: Buffer): Promise<Buffer | undefined> {
  const file = readXz(bytesInput(bytes));
  if (file.uncompressedSize > UNCOMPRESSED_MAX) return undefined;
  const blocks: Uint8Array[] = [];
  for (const index of file.blocks.keys()) blocks.push(await file.readBlock(index));
  return Buffer.concat(blocks);
}
