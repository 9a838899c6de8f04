/** Which blocks of two .xz files are the same bytes. Such blocks have the same content, which nobody needs to decompress. */
import type { ArchiveFile, BlockAccess } from '../../source/archive-file.ts';
import { areSameBytes } from '../../source/same-bytes.ts';

export interface BlockFile {
  readonly file: ArchiveFile;
  readonly access: BlockAccess;
}

/** The only member of the file, where that is .xz of several blocks. A boot configuration is for the reader of everything. */
export function openBlocks(file: ArchiveFile): BlockFile | undefined {
  if (file.end !== file.size) return undefined;
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

/** Header, compressed data and check: all that a block is. */
function areEqual(a: BlockFile, index: number, b: BlockFile, other: number): boolean {
  const left = a.access.blocks[index] as Block;
  const right = b.access.blocks[other] as Block;
  const places = [
    { file: a.file, offset: left.offset },
    { file: b.file, offset: right.offset },
  ] as const;
  return areSameBytes(...places, left.unpaddedSize);
}
