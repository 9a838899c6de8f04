import type { WholeBlock } from '../block-thread.ts';
import { encodeX86, x86FilterHelps } from './bcj-x86.ts';
import { encodeBlockHeader } from './block-header.ts';
import { paddedSize } from './block-index.ts';
import { encodeLzma2 } from './encoder.ts';
import { CHECK_CRC32, createCheck } from './primitives.ts';

/** What determines a block's bytes besides its content. */
export interface BlockOptions {
  /** Preset of the LZMA2 encoder, 0..9. */
  readonly preset: number;
  /** LZMA2 dictionary in bytes: 2^n or 3 * 2^n in 4 KiB..64 MiB. */
  readonly dictionary: number;
  /** Whether the x86 branch filter runs first; `auto` decides from the content. */
  readonly x86: boolean | 'auto';
}

/** The check of every block that stillroot writes: the kernel's decoder supports only CRC32 or none. */
export const BLOCK_CHECK: number = CHECK_CRC32;

/**
 * Block of the .xz file format 1.2, section 3, around LZMA2 data.
 * @param raw at least one byte; overwritten by the x86 filter, so the caller must not reuse its content
 */
export async function encodeBlock(raw: Uint8Array, options: BlockOptions): Promise<WholeBlock> {
  if (raw.length === 0) throw new RangeError('a block has at least one byte');
  const check = createCheck(BLOCK_CHECK)!;
  check.update(raw);
  const checkField = check.digest();
  const { preset, dictionary } = options;
  const x86 = options.x86 === 'auto' ? x86FilterHelps(raw) : options.x86;
  if (x86) encodeX86(raw);
  const pieces = await encodeLzma2(raw, preset, dictionary);
  let compressedSize = 0;
  for (const piece of pieces) compressedSize += piece.length;
  const header = encodeBlockHeader({ x86, dictionary }, { compressedSize, uncompressedSize: raw.length });
  const unpaddedSize = header.length + compressedSize + checkField.length;
  const bytes = new Uint8Array(paddedSize(unpaddedSize));
  bytes.set(header, 0);
  let at = header.length;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  bytes.set(checkField, bytes.length - checkField.length);
  return { bytes, unpaddedSize, uncompressedSize: raw.length };
}
