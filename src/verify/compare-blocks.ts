/** Which blocks of an image are in a file, wherever they are in it. */
import { hash } from 'node:crypto';
import { paddedSize } from '../formats/xz/block-index.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { rowOf } from '../pack/formats.ts';
import type { ArchiveFile, BlockAccess } from '../source/archive-file.ts';
import type { ComparedBlocks, LostBlock } from './verification.ts';

/** A block is digested as a whole: none that stillroot writes is near this. Bytes. */
const BLOCK_BYTES_MAX = 256 * 1024 * 1024;

/**
 * Looked for are the blocks where they should be, so that those before the end of a file that was cut, or around a
 * damage, are found too; and all blocks that the file lists itself, as those behind one of another size.
 *
 * @param access where the file could be read so far
 */
export function compareBlocks(
  { image, settings }: Manifest,
  file: ArchiveFile,
  access: BlockAccess | undefined,
): ComparedBlocks | undefined {
  if (image.blocks.length === 0) return undefined;
  const digests = new Set<string>();
  const look = (offset: number, size: number): void => {
    if (size > BLOCK_BYTES_MAX || offset + size > file.size) return;
    digests.add(`sha256:${hash('sha256', file.read(offset, size))}`);
  };
  const { segment, format } = settings.effective;
  let offset = (segment?.size ?? 0) + (rowOf(format).compression?.headBytes ?? 0);
  for (const { size } of image.blocks) {
    look(offset, size);
    offset += size;
  }
  for (const block of access?.blocks ?? []) look(block.offset, paddedSize(block.unpaddedSize));
  const different: LostBlock[] = [];
  let uncompressedOffset = 0;
  for (const [index, block] of image.blocks.entries()) {
    if (!digests.has(block.digest)) different.push({ ...block, index, uncompressedOffset });
    uncompressedOffset += block.uncompressedSize;
  }
  const wanted = image.blocks.length;
  return { wanted, same: wanted - different.length, different };
}
