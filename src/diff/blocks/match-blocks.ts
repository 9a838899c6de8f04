/** Which blocks of two .xz files are the same bytes. Such blocks have the same content, which nobody needs to decompress. */
import type { ArchiveFile, BlockAccess } from '../../source/archive-file.ts';

export interface BlockFile {
  readonly file: ArchiveFile;
  readonly access: BlockAccess;
}

/** The only member of the file, where that is .xz of several blocks. */
export function openBlocks(file: ArchiveFile): BlockFile | undefined {
  const member = file.memberAt(0);
  if (member?.offset !== 0 || member.compression !== 'xz') return undefined;
  const access = member.random();
  if (access?.kind !== 'blocks' || access.blocks.length < 2) return undefined;
  return file.memberAt(access.nextOffset) === undefined ? { file, access } : undefined;
}

/** Index of a block of A to that of the same block of B; both ascend. */
export function matchBlocks(a: BlockFile, b: BlockFile): Map<number, number> {
  const places = new Map<string, number[]>();
  b.access.blocks.forEach((block, index) => {
    const key = keyOf(block);
    places.set(key, [...(places.get(key) ?? []), index]);
  });
  const matches = new Map<number, number>();
  let next = 0;
  a.access.blocks.forEach((block, index) => {
    const found = places.get(keyOf(block))?.find((other) => other >= next && areEqual(a, index, b, other));
    if (found === undefined) return;
    matches.set(index, found);
    next = found + 1;
  });
  return matches;
}

type Block = BlockAccess['blocks'][number];

function keyOf({ unpaddedSize, uncompressedSize, check }: Block): string {
  return `${unpaddedSize} ${uncompressedSize} ${check}`;
}

/** Small enough that its memory is used again and again. */
const READ_BYTES = 64 * 1024;

/** Header, compressed data and check: all that a block is. */
function areEqual(a: BlockFile, index: number, b: BlockFile, other: number): boolean {
  const left = a.access.blocks[index] as Block;
  const right = b.access.blocks[other] as Block;
  for (let at = 0; at < left.unpaddedSize; at += READ_BYTES) {
    const length = Math.min(READ_BYTES, left.unpaddedSize - at);
    const bytes = a.file.read(left.offset + at, length);
    if (Buffer.compare(bytes, b.file.read(right.offset + at, length)) !== 0) return false;
  }
  return true;
}
