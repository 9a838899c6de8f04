/** Extended attributes of an entry, and their values in one form in which they can be compared. */
import { createHash } from 'node:crypto';
import { ACCESS_LIST, DEFAULT_LIST, decodeAccessList, formatAccessList, isMode } from './access-list.ts';

/**
 * Values by name, byte strings both: as the kernel has them, from a filesystem or an archive. An access list whose text in
 * an archive has no numbers is that text.
 */
export type Attributes = ReadonlyMap<string, string>;

export const NO_ATTRIBUTES: Attributes = new Map();

/** @param isWanted called for each name. Default: all are wanted */
export function wantedAttributes(attributes: Attributes, isWanted?: (name: string) => boolean): Attributes {
  if (isWanted === undefined || attributes.size === 0) return attributes;
  return new Map([...attributes].filter(([name]) => isWanted(name)));
}

/** Longer values are compared by their digests, so that they need not be kept. */
const VALUE_BYTES_MAX = 128;

/**
 * Comparable values by name: `=` and the value, or, if it is long, `#` and its SHA-256 in hex. Access lists that say no
 * more than the mode are left out.
 */
export function comparableAttributes(attributes: Attributes): Attributes {
  if (attributes.size === 0) return attributes;
  const values = new Map<string, string>();
  for (const [name, value] of attributes) {
    const known = comparableValue(name, value);
    if (known !== undefined) values.set(name, known);
  }
  return values;
}

/** @returns undefined for a value that adds nothing to the mode of its entry */
export function comparableValue(name: string, value: string): string | undefined {
  if (name === ACCESS_LIST || name === DEFAULT_LIST) {
    const entries = decodeAccessList(value);
    if (entries === undefined) return shorten(value);
    return addsNothing(name, value) ? undefined : shorten(formatAccessList(entries));
  }
  // The kernel ends a label with NUL, which not every archiver writes.
  const isTerminated = name === 'security.selinux' && value.endsWith('\0');
  return shorten(isTerminated ? value.slice(0, -1) : value);
}

/** Whether it is an access list that says no more than the mode of its entry. */
export function addsNothing(name: string, value: string): boolean {
  if (name !== ACCESS_LIST && name !== DEFAULT_LIST) return false;
  const entries = decodeAccessList(value);
  if (entries === undefined) return false;
  // A default list is never equivalent to a mode, however short it is.
  return isMode(entries) && (name === ACCESS_LIST || entries.length === 0);
}

function shorten(text: string): string {
  if (text.length <= VALUE_BYTES_MAX) return `=${text}`;
  return `#${createHash('sha256').update(text, 'latin1').digest('hex')}`;
}
