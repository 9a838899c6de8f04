import { ArchiveCheck, checkForLinux } from '../entry-checks.ts';

/** The checks for one tar archive: pax records hold whatever Linux has. */
export function tarCheck(): ArchiveCheck {
  return new ArchiveCheck('so it would be unpacked into one with another mode and owner', checkForLinux);
}
