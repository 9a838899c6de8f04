/** A tree as text for composefs: composefs-dump(5), which mkcomposefs --from-file reads. */
import { FILE_TYPE_BITS } from '../formats/cpio/newc.ts';
import type { Entry } from '../tree/entry.ts';

/** Content of up to so many bytes stands in the dump itself, as mkcomposefs has it. */
export const INLINE_MAX = 64;

export type DumpContent =
  /** Of a small file: the bytes. */
  | { readonly inline: Uint8Array }
  /** Its fs-verity digest in hex, which is also its name in the object store. */
  | { readonly digest: string }
  /** Another name of a file: the path of the first one. */
  | { readonly hardLink: string };

/**
 * @param nlink as stat(2) would give it
 * @param content of a file that has any
 * @returns a line with its end
 */
export function dumpLine(entry: Entry, nlink: number, content: DumpContent | undefined): string {
  const { path, type, mode, uid, gid, mtime, nanoseconds } = entry;
  const isOther = content !== undefined && 'hardLink' in content;
  const size = type === 'symlink' ? entry.target.length : entry.size;
  const fields = [
    escapeBytes(`/${path}`),
    size,
    `${isOther ? '@' : ''}${(FILE_TYPE_BITS[type] | mode).toString(8)}`,
    nlink,
    uid,
    gid,
    deviceNumber(entry),
    `${mtime}.${nanoseconds}`,
    ...payload(entry, content),
  ];
  return `${fields.join(' ')}\n`;
}

/** PAYLOAD, CONTENT and DIGEST. */
function payload(
  { type, target }: Entry,
  content: DumpContent | undefined,
): [payload: string, content: string, digest: string] {
  if (type === 'symlink') return [optional(target), '-', '-'];
  if (content === undefined) return ['-', '-', '-'];
  if ('hardLink' in content) return [escapeBytes(`/${content.hardLink}`), '-', '-'];
  if ('inline' in content) return ['-', optional(Buffer.from(content.inline).toString('latin1')), '-'];
  const { digest } = content;
  return [`${digest.slice(0, 2)}/${digest.slice(2)}`, '-', digest];
}

/** st_rdev: 12 bits of the major between 8 and 12 of the minor. */
function deviceNumber({ type, major, minor }: Entry): number {
  if (type !== 'character' && type !== 'block') return 0;
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

/** A field that is not set is a dash, so one that is a dash is escaped. */
function optional(bytes: string): string {
  if (bytes === '') return '-';
  return bytes === '-' ? '\\x2d' : escapeBytes(bytes);
}

function escapeBytes(bytes: string): string {
  return bytes.replace(
    /[^\x21-\x5b\x5d-\x7e]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
