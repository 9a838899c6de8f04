/**
 * POSIX access lists: as the kernel stores them in an extended attribute (linux/posix_acl.h, posix_acl_xattr.h), and as
 * star, libarchive and GNU tar write them in pax records: `user::rwx,user:bob:r--:1000,group::r-x,mask::r-x,other::---`.
 * Both are byte strings here.
 */

/** Names of the attributes that hold one. */
export const ACCESS_LIST = 'system.posix_acl_access';
export const DEFAULT_LIST = 'system.posix_acl_default';

export interface AccessEntry {
  readonly tag: number;
  readonly permissions: number;
  /** NO_ID for entries without a particular user or group. */
  readonly id: number;
}

/** Version u32 of 2, then tag u16, permissions u16 and id u32 of each entry; little endian. */
const VERSION = 2;
const TAGS: ReadonlyMap<string, readonly [own: number, named: number]> = new Map(
  Object.entries({
    user: [0x01, 0x02],
    u: [0x01, 0x02],
    group: [0x04, 0x08],
    g: [0x04, 0x08],
    mask: [0x10, 0x10],
    m: [0x10, 0x10],
    other: [0x20, 0x20],
    o: [0x20, 0x20],
  }),
);
const MASK = 0x10;
const NO_ID = 0xffff_ffff;
const NAMED = new Set([0x02, 0x08]);

/** @returns the entries sorted as the kernel wants them; undefined where the bytes are no access list */
export function decodeAccessList(text: string): AccessEntry[] | undefined {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length < 4 || bytes.length % 8 !== 4 || bytes.readUInt32LE(0) !== VERSION) return undefined;
  const entries: AccessEntry[] = [];
  for (let at = 4; at < bytes.length; at += 8) {
    const tag = bytes.readUInt16LE(at);
    const id = NAMED.has(tag) ? bytes.readUInt32LE(at + 4) : NO_ID;
    entries.push({ tag, permissions: bytes.readUInt16LE(at + 2), id });
  }
  return sorted(entries);
}

/** The value of the attribute. */
export function encodeAccessList(entries: readonly AccessEntry[]): string {
  const bytes = Buffer.alloc(4 + 8 * entries.length);
  bytes.writeUInt32LE(VERSION, 0);
  for (const [index, { tag, permissions, id }] of sorted(entries).entries()) {
    bytes.writeUInt16LE(tag, 4 + 8 * index);
    bytes.writeUInt16LE(permissions, 6 + 8 * index);
    bytes.writeUInt32LE(id, 8 + 8 * index);
  }
  return bytes.toString('latin1');
}

/** @returns undefined where an entry is malformed, or names a user or group without a number */
export function parseAccessList(text: string): AccessEntry[] | undefined {
  const entries: AccessEntry[] = [];
  for (const line of text.split(/[,\n]/)) {
    const part = line.replace(/#.*/, '').trim();
    if (part === '') continue;
    const entry = parseEntry(part);
    // Names are those of the machine that made the archive: without a number they mean nothing here.
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  return sorted(entries);
}

/** Numbers in place of names, as every reader takes them. */
export function formatAccessList(entries: readonly AccessEntry[]): string {
  return sorted(entries).map(formatEntry).join(',');
}

/** Whether the list says no more than the mode of its file; not to be asked of a default list. */
export function isMode(entries: readonly AccessEntry[]): boolean {
  return entries.every(({ tag }) => !NAMED.has(tag) && tag !== MASK);
}

/**
 * The mode that Linux gives a file with this access list: the list decides all but the upper bits, and the bits of the
 * group are those of the mask. libarchive records the permissions of the group itself instead.
 */
export function modeWithList(mode: number, entries: readonly AccessEntry[]): number {
  const of = (tag: number): number | undefined => entries.find((entry) => entry.tag === tag)?.permissions;
  const [owner, group, other] = [of(0x01), of(MASK) ?? of(0x04), of(0x20)];
  if (owner === undefined || group === undefined || other === undefined) return mode;
  return (mode & 0o7000) | ((owner & 7) << 6) | ((group & 7) << 3) | (other & 7);
}

function sorted(entries: readonly AccessEntry[]): AccessEntry[] {
  return [...entries].sort((a, b) => a.tag - b.tag || a.id - b.id);
}

/** TAG:QUALIFIER:PERMISSIONS, with the number of a named one as a fourth field; `mask` and `other` may lack the second. */
function parseEntry(text: string): AccessEntry | undefined {
  const fields = text.split(':').map((field) => field.trim());
  const [word = ''] = fields;
  const tags = TAGS.get(word);
  if (tags === undefined) return undefined;
  const [, qualifier = '', bits = '', number] = fields.length === 2 ? [word, '', fields[1]] : fields;
  if (!/^[r-]?[w-]?[x-]?$/.test(bits)) return undefined;
  const permissions =
    (bits.includes('r') ? 4 : 0) | (bits.includes('w') ? 2 : 0) | (bits.includes('x') ? 1 : 0);
  if (qualifier === '') return { tag: tags[0], permissions, id: NO_ID };
  const id = number ?? qualifier;
  if (!/^\d{1,10}$/.test(id) || Number(id) >= NO_ID) return undefined;
  return { tag: tags[1], permissions, id: Number(id) };
}

const WORDS: Readonly<Record<number, string>> = {
  1: 'user',
  2: 'user',
  4: 'group',
  8: 'group',
  16: 'mask',
  32: 'other',
};

function formatEntry({ tag, permissions, id }: AccessEntry): string {
  const bits = `${permissions & 4 ? 'r' : '-'}${permissions & 2 ? 'w' : '-'}${permissions & 1 ? 'x' : '-'}`;
  return `${WORDS[tag] ?? tag}:${id === NO_ID ? '' : id}:${bits}`;
}
