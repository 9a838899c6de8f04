/** Which files of zeros are archives without entries. */
import { BLOCK_SIZE } from '../formats/tar/header.ts';

/** The end mark of a tar archive, two blocks of zeros. */
const END_MARK_SIZE = 2 * BLOCK_SIZE;
/** Programs fill their archives up to a whole record with zeros: of 10 KiB by default, and hardly ever of more than this. */
const EMPTY_TAR_MAX = 1024 * 1024;

/** Whether so many zeros are an archive without entries, as tar programs write and read it, rather than an erased file. */
export function isEmptyTar(size: number): boolean {
  return size >= END_MARK_SIZE && size <= EMPTY_TAR_MAX && size % BLOCK_SIZE === 0;
}

/** Why so many zeros are none, to be appended to a message. */
export function zerosNote(size: number): string {
  if (size < END_MARK_SIZE) return `, too few for a tar archive without entries (${END_MARK_SIZE} bytes)`;
  if (size > EMPTY_TAR_MAX) return `, too many for a tar archive without entries (${EMPTY_TAR_MAX} bytes)`;
  return '';
}
