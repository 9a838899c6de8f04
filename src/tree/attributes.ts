/** Values of extended attributes in one form, whether from a filesystem or an archive, so that they can be compared. */
import { createHash } from 'node:crypto';

/**
 * By name, a byte string. A value is `=` and its bytes, or, if longer, `#` and its SHA-256 in hex. Access lists
 * that say no more than the mode are left out.
 */
export type Attributes = ReadonlyMap<string, string>;

export const NO_ATTRIBUTES: Attributes = new Map();

/** Longer values are digests: an archive may have 64 KiB for each of its entries. */
const VALUE_BYTES_MAX = 128;

const ACCESS_LISTS: ReadonlySet<string> = new Set(['system.posix_acl_access', 'system.posix_acl_default']);

/** @returns undefined for a value that adds nothing to the mode of its entry */
export function attributeValue(name: string, bytes: Buffer): string | undefined {
  if (ACCESS_LISTS.has(name)) {
    const entries = accessEntries(bytes);
    if (entries !== undefined) return accessValue(name, entries);
  }
  // The kernel ends a label with NUL, which not every archiver writes.
  const end = name === 'security.selinux' && bytes.at(-1) === 0 ? bytes.length - 1 : bytes.length;
  return shorten(bytes.toString('latin1', 0, end));
}

/** The same for an access list in the text form of star, libarchive and GNU tar: `user::rwx,user:bob:r--:1000,...`. */
export function accessListValue(name: string, text: string): string | undefined {
  const entries: AccessEntry[] = [];
  for (const line of text.split(/[,\n]/)) {
    const part = line.replace(/#.*/, '').trim();
    if (part === '') continue;
    const entry = parseAccessEntry(part);
    // Names are those of the machine that made the archive: without a number they mean nothing here.
    if (entry === undefined) return shorten(text);
    entries.push(entry);
  }
  return accessValue(name, entries);
}

function shorten(text: string): string {
  if (text.length <= VALUE_BYTES_MAX) return `=${text}`;
  return `#${createHash('sha256').update(text, 'latin1').digest('hex')}`;
}

interface AccessEntry {
  readonly tag: number;
  readonly permissions: number;
  /** NO_ID for entries without a particular user or group. */
  readonly id: number;
}

/** linux/posix_acl.h, posix_acl_xattr.h: version u32 of 2, then tag u16, permissions u16 and id u32; little endian. */
const ACL_VERSION = 2;
const TAGS: Readonly<Record<string, readonly [own: number, named: number]>> = {
  user: [0x01, 0x02],
  u: [0x01, 0x02],
  group: [0x04, 0x08],
  g: [0x04, 0x08],
  mask: [0x10, 0x10],
  m: [0x10, 0x10],
  other: [0x20, 0x20],
  o: [0x20, 0x20],
};
const NO_ID = 0xffff_ffff;
const NAMED = new Set([0x02, 0x08]);

function accessEntries(bytes: Buffer): AccessEntry[] | undefined {
  if (bytes.length < 4 || bytes.length % 8 !== 4 || bytes.readUInt32LE(0) !== ACL_VERSION) return undefined;
  const entries: AccessEntry[] = [];
  for (let at = 4; at < bytes.length; at += 8) {
    const tag = bytes.readUInt16LE(at);
    const id = NAMED.has(tag) ? bytes.readUInt32LE(at + 4) : NO_ID;
    entries.push({ tag, permissions: bytes.readUInt16LE(at + 2), id });
  }
  return entries;
}

/** TAG:QUALIFIER:PERMISSIONS, with the number of a named one as a fourth field; `mask` and `other` may lack the second. */
function parseAccessEntry(text: string): AccessEntry | undefined {
  const fields = text.split(':').map((field) => field.trim());
  const [word = ''] = fields;
  const tags = TAGS[word];
  if (tags === undefined) return undefined;
  const [, qualifier = '', bits = '', number] = fields.length === 2 ? [word, '', fields[1]] : fields;
  if (!/^[r-]?[w-]?[x-]?$/.test(bits)) return undefined;
  const permissions =
    (bits.includes('r') ? 4 : 0) | (bits.includes('w') ? 2 : 0) | (bits.includes('x') ? 1 : 0);
  if (qualifier === '') return { tag: tags[0], permissions, id: NO_ID };
  const id = number ?? qualifier;
  return /^\d{1,10}$/.test(id) ? { tag: tags[1], permissions, id: Number(id) } : undefined;
}

function accessValue(name: string, entries: readonly AccessEntry[]): string | undefined {
  const isMode = entries.every(({ tag }) => !NAMED.has(tag) && tag !== 0x10);
  // A default list is never equivalent to a mode, however short it is.
  if (isMode && (name === 'system.posix_acl_access' || entries.length === 0)) return undefined;
  const sorted = [...entries].sort((a, b) => a.tag - b.tag || a.id - b.id);
  return shorten(sorted.map(entryText).join(','));
}

const WORDS: Readonly<Record<number, string>> = {
  1: 'user',
  2: 'user',
  4: 'group',
  8: 'group',
  16: 'mask',
  32: 'other',
};

function entryText({ tag, permissions, id }: AccessEntry): string {
  const bits = `${permissions & 4 ? 'r' : '-'}${permissions & 2 ? 'w' : '-'}${permissions & 1 ? 'x' : '-'}`;
  return `${WORDS[tag] ?? tag}:${id === NO_ID ? '' : id}:${bits}`;
}
