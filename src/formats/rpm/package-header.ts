import { damaged, needBytes } from '../damage.ts';

/**
 * Headers of rpm packages as its databases hold them: an index of tags, then their data. All numbers
 * are big endian. https://rpm-software-management.github.io/rpm/manual/format_header.html, without
 * the eight bytes of magic that precede a header in a package file.
 */

/** As rpmtag.h names them. */
export const TAG = {
  NAME: 1000,
  VERSION: 1001,
  RELEASE: 1002,
  EPOCH: 1003,
  INSTALLTIME: 1008,
  SIZE: 1009,
  VENDOR: 1011,
  LICENSE: 1014,
  ARCH: 1022,
  PREIN: 1023,
  POSTIN: 1024,
  PREUN: 1025,
  POSTUN: 1026,
  POSTTRANS: 1152,
  SOURCERPM: 1044,
  FILESTATES: 1029,
  FILEFLAGS: 1037,
  DIRINDEXES: 1116,
  BASENAMES: 1117,
  DIRNAMES: 1118,
  INSTALLTID: 1128,
  SHA1HEADER: 269,
  SHA256HEADER: 273,
  LONGSIZE: 5009,
} as const;

export type Tag = (typeof TAG)[keyof typeof TAG];

const TYPE = { CHAR: 1, INT8: 2, INT16: 3, INT32: 4, INT64: 5, STRING: 6, STRING_ARRAY: 8, I18N: 9 } as const;

/** Offset 0: number of index entries; offset 4: bytes of data. */
const PREAMBLE_SIZE = 8;
const ENTRY_SIZE = 16;
/** rpm itself refuses more (header_internal.h). */
const MAX_ENTRIES = 0xffff;
const MAX_DATA = 0x0fffffff;

interface IndexEntry {
  readonly type: number;
  /** Offset of the value in the header. */
  readonly at: number;
  readonly count: number;
}

export class RpmHeader {
  readonly #bytes: Buffer;
  readonly #base: number;
  readonly #index = new Map<number, IndexEntry>();

  /**
   * @param bytes one header
   * @param base its offset in the file, for messages
   * @throws Damage where the sizes do not fit
   */
  constructor(bytes: Buffer, base: number) {
    this.#bytes = bytes;
    this.#base = base;
    needBytes(bytes, 0, PREAMBLE_SIZE, 'the header of a package');
    const entries = bytes.readUInt32BE(0);
    const dataSize = bytes.readUInt32BE(4);
    const data = PREAMBLE_SIZE + ENTRY_SIZE * entries;
    if (entries > MAX_ENTRIES) damaged(base, `${entries} tags`, `up to ${MAX_ENTRIES}`);
    if (dataSize > MAX_DATA) damaged(base + 4, `${dataSize} bytes of data`, `up to ${MAX_DATA}`);
    if (data + dataSize !== bytes.length) {
      damaged(base, `a header of ${data + dataSize} bytes`, `the ${bytes.length} bytes that it is stored in`);
    }
    for (let at = PREAMBLE_SIZE; at < data; at += ENTRY_SIZE) {
      // Index entry: tag at 0, type at 4, offset in the data at 8, number of values at 12.
      const offset = bytes.readInt32BE(at + 8);
      if (offset < 0 || offset > dataSize) continue;
      // Where a tag occurs twice, the one added at installation comes last and wins.
      this.#index.set(bytes.readUInt32BE(at), {
        type: bytes.readUInt32BE(at + 4),
        at: data + offset,
        count: bytes.readUInt32BE(at + 12),
      });
    }
  }

  /** A byte string; '' where the package has no such tag. For translated tags, the first, which is English. */
  text(tag: Tag): string {
    return this.texts(tag)[0] ?? '';
  }

  texts(tag: Tag): string[] {
    const entry = this.#index.get(tag);
    if (entry === undefined) return [];
    const { type, at } = entry;
    if (type !== TYPE.STRING && type !== TYPE.STRING_ARRAY && type !== TYPE.I18N) this.#wrongType(tag, entry);
    const count = type === TYPE.STRING ? 1 : entry.count;
    const values: string[] = [];
    for (let start = at; values.length < count; ) {
      const end = this.#bytes.indexOf(0, start);
      if (end === -1 || start >= this.#bytes.length) {
        damaged(this.#base + at, `${values.length} texts of tag ${tag}`, `${count}, each ended by a zero`);
      }
      values.push(this.#bytes.toString('latin1', start, end));
      start = end + 1;
    }
    return values;
  }

  numbers(tag: Tag): number[] {
    const entry = this.#index.get(tag);
    if (entry === undefined) return [];
    const { type, at, count } = entry;
    const size = numberSize(type) ?? this.#wrongType(tag, entry);
    if (at + size * count > this.#bytes.length) {
      damaged(this.#base + at, `the end of the header`, `${count} numbers of tag ${tag}`);
    }
    const bytes = this.#bytes;
    if (type === TYPE.INT64) {
      return Array.from({ length: count }, (_, i) => Number(bytes.readBigUInt64BE(at + 8 * i)));
    }
    return Array.from({ length: count }, (_, i) => bytes.readUIntBE(at + size * i, size));
  }

  number(tag: Tag): number | undefined {
    return this.numbers(tag)[0];
  }

  /** Offset in the header of the value of a tag that is a single 32-bit number; undefined where it is not. */
  offsetOfNumber(tag: Tag): number | undefined {
    const entry = this.#index.get(tag);
    if (entry === undefined) return undefined;
    const fits = entry.type === TYPE.INT32 && entry.count === 1 && entry.at + 4 <= this.#bytes.length;
    return fits ? entry.at : this.#wrongType(tag, entry);
  }

  #wrongType(tag: Tag, { type, at, count }: IndexEntry): never {
    return damaged(
      this.#base + at,
      `${count} values of type ${type} for tag ${tag}`,
      'the type that rpm gives it',
    );
  }
}

function numberSize(type: number): number | undefined {
  if (type === TYPE.CHAR || type === TYPE.INT8) return 1;
  if (type === TYPE.INT16) return 2;
  if (type === TYPE.INT32) return 4;
  return type === TYPE.INT64 ? 8 : undefined;
}

/** `[epoch:]version-release`, as rpm prints it. */
export function evrOf(header: RpmHeader): string {
  const epoch = header.number(TAG.EPOCH);
  const version = `${header.text(TAG.VERSION)}-${header.text(TAG.RELEASE)}`;
  return epoch === undefined ? version : `${epoch}:${version}`;
}

/** One package as stored in an rpm database of any kind. */
export interface RpmBlob {
  /** The number by which the indexes name the package; also their order of installation. */
  readonly number: number;
  /** Header of the package; see RpmHeader. */
  readonly header: Buffer;
  /** Offset of the header in the file, for messages; 0 where its bytes are scattered. */
  readonly offset: number;
}
