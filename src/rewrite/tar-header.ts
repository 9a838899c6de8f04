import { damaged, needBytes } from '../formats/damage.ts';

/** POSIX.1-1988 ustar: headers and contents fill whole blocks. */
export const TAR_BLOCK = 512;

interface Field {
  readonly at: number;
  readonly length: number;
}

const NAME: Field = { at: 0, length: 100 };
export const TAR_UID: Field = { at: 108, length: 8 };
export const TAR_GID: Field = { at: 116, length: 8 };
const SIZE: Field = { at: 124, length: 12 };
export const TAR_MTIME: Field = { at: 136, length: 12 };
const CHECKSUM: Field = { at: 148, length: 8 };
const TYPE = 156;
const MAGIC: Field = { at: 257, length: 8 };
const PREFIX: Field = { at: 345, length: 155 };

/** POSIX, and GNU tar before it, which has no prefix: other things stand in its place. apk writes the second. */
const USTAR = 'ustar\x0000';
const OLD_GNU = 'ustar  \0';

export interface TarMember {
  /** Prefix and name, a byte string. */
  readonly path: string;
  /** `0` or NUL for a file, `5` for a directory. */
  readonly type: string;
  /** Header and content with its padding. */
  readonly blocks: Buffer;
}

/** One member of a USTAR or old GNU archive, its checksum verified. @throws Damage */
export function parseTarMember(bytes: Buffer, start: number): TarMember {
  needBytes(bytes, start, TAR_BLOCK, 'a tar header');
  const header = bytes.subarray(start, start + TAR_BLOCK);
  const magic = header.toString('latin1', MAGIC.at, MAGIC.at + MAGIC.length);
  if (magic !== USTAR && magic !== OLD_GNU) damaged(start + MAGIC.at, magic, 'a USTAR or GNU header');
  if (readOctal(header, start, CHECKSUM) !== checksum(header)) {
    damaged(start + CHECKSUM.at, text(header, CHECKSUM), 'the checksum of the header');
  }
  const size = readOctal(header, start, SIZE);
  const length = TAR_BLOCK + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
  needBytes(bytes, start, length, 'the content of a member');
  const prefix = magic === USTAR ? text(header, PREFIX) : '';
  return {
    path: prefix === '' ? text(header, NAME) : `${prefix}/${text(header, NAME)}`,
    type: header.toString('latin1', TYPE, TYPE + 1),
    blocks: bytes.subarray(start, start + length),
  };
}

/** @param start offset of the header in the file, for messages */
export function readOctal(header: Buffer, start: number, field: Field): number {
  const digits = text(header, field).replace(/^ +| +$/g, '');
  if (!/^[0-7]{1,12}$/.test(digits)) damaged(start + field.at, JSON.stringify(digits), 'an octal number');
  return Number.parseInt(digits, 8);
}

/**
 * Writes a number with as many digits as the field has, and the checksum anew.
 * @param header changed in place
 */
export function writeOctal(header: Buffer, field: Field, value: number): void {
  putDigits(header, field, value);
  putDigits(header, CHECKSUM, checksum(header));
}

/** What ends the number, NUL or space or both, stays. The new number must have no more digits than fit. */
function putDigits(header: Buffer, { at, length }: Field, value: number): void {
  const raw = header.toString('latin1', at, at + length);
  const width = (/^[ 0-7]*[0-7]/.exec(raw)?.[0] ?? raw).length;
  header.write(value.toString(8).padStart(width, '0'), at, 'latin1');
}

/** The sum of the header's bytes, with spaces in the place of the sum. */
function checksum(header: Buffer): number {
  let sum = CHECKSUM.length * 0x20;
  for (let at = 0; at < TAR_BLOCK; at++) {
    if (at < CHECKSUM.at || at >= CHECKSUM.at + CHECKSUM.length) sum += header[at] as number;
  }
  return sum;
}

function text(header: Buffer, { at, length }: Field): string {
  const raw = header.toString('latin1', at, at + length);
  const end = raw.indexOf('\0');
  return end === -1 ? raw : raw.slice(0, end);
}
