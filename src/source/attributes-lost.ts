import { showPath } from '../tree/path.ts';

/** As many are named; one entry of an archive may have a hundred thousand. */
const NAMED = 8;
/** Bytes of one name; XATTR_NAME_MAX of Linux, a stranger's archive may have longer ones. */
const SHOWN = 255;

/**
 * What the warning about the extended attributes of an entry says: one warning, however many there are.
 *
 * @param names bytes, sorted, at least one
 */
export function attributesLost(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).map(showAttribute).join(', ');
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `has the extended attribute${names.length === 1 ? '' : 's'} ${shown}${more}, which a cpio archive cannot hold`;
}

function showAttribute(name: string): string {
  return showPath(name.slice(0, SHOWN)) + (name.length > SHOWN ? '...' : '');
}
