/**
 * Refuses what a newc archive cannot hold or the kernel would silently lose, before the header is
 * written; nothing is truncated or wrapped.
 */
import { StillrootError } from '../../errors.ts';
import type { Entry } from '../../tree/entry.ts';
import { showPath } from '../../tree/path.ts';
import { ArchiveCheck, checkForLinux } from '../entry-checks.ts';
import { MAX_FIELD, TRAILER_NAME } from './newc.ts';

/** c_filesize has eight hex digits. */
const MAX_FILE_SIZE: number = MAX_FIELD;

/** The checks for one newc archive. */
export function newcCheck(): ArchiveCheck {
  return new ArchiveCheck('so the kernel would drop it', checkEntry);
}

/** @throws StillrootError for an entry that the format or the kernel cannot represent */
export function checkEntry(entry: Entry): void {
  checkForLinux(entry);
  if (entry.path === TRAILER_NAME) {
    throw new StillrootError(
      'reserved-name',
      'a file of this name at the root would end the archive for every reader',
      { where: showPath(entry.path), hint: 'Rename it, leave it out with a rule, or pack a .tar.' },
    );
  }
  if (entry.size > MAX_FILE_SIZE) {
    throw new StillrootError(
      'file-too-large',
      `file has ${entry.size} bytes, but a cpio entry holds at most ${MAX_FILE_SIZE}`,
      { where: showPath(entry.path), hint: 'Split it, leave it out with a rule, or pack a .tar.' },
    );
  }
}
