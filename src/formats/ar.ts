/** ar(5): archives of a static library, and of a Debian package. Headers are 60 bytes of ASCII, each field padded with spaces. */
import { damaged, needBytes } from './damage.ts';

export const AR_MAGIC = '!<arch>\n';
/** Magic of an archive that holds only headers; the members are separate files. */
const THIN_MAGIC = '!<thin>\n';

const HEADER_SIZE = 60;
const FIELDS = {
  name: { at: 0, length: 16, radix: undefined },
  mtime: { at: 16, length: 12, radix: 10 },
  uid: { at: 28, length: 6, radix: 10 },
  gid: { at: 34, length: 6, radix: 10 },
  mode: { at: 40, length: 8, radix: 8 },
  size: { at: 48, length: 10, radix: 10 },
} as const;
const END = { at: 58, text: '`\n' };

/** Numbers are undefined where their fields are blank, as in the table of long names. */
export interface ArMember {
  /** Offset of its header. */
  readonly at: number;
  /** Byte string without its trailing spaces; GNU ends it with a slash. */
  readonly name: string;
  /** Seconds since 1970. */
  readonly mtime: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly mode: number | undefined;
  /** Bytes of its content, which follows the header. */
  readonly size: number;
}

/**
 * @returns false for any other file: linker scripts and objects are named .a too
 * @throws Damage for a thin archive
 */
export function startsAr(bytes: Buffer): boolean {
  const magic = bytes.toString('latin1', 0, AR_MAGIC.length);
  if (magic === THIN_MAGIC) damaged(0, 'a thin archive', 'an archive that holds its members');
  return magic === AR_MAGIC;
}

/**
 * The members in order.
 * @throws Damage where a header or its content is incomplete; the members before it have been yielded by then
 */
export function* arMembers(bytes: Buffer): Generator<ArMember, void, undefined> {
  let at = AR_MAGIC.length;
  while (at < bytes.length) {
    needBytes(bytes, at, HEADER_SIZE, 'the header of a member');
    const end = bytes.toString('latin1', at + END.at, at + HEADER_SIZE);
    if (end !== END.text) damaged(at + END.at, end, 'the end of a header, a backquote and a newline');
    const size =
      numberAt(bytes, at, 'size') ?? damaged(at + FIELDS.size.at, 'no size', 'the size of the member');
    needBytes(bytes, at + HEADER_SIZE, size, 'the content of a member');
    yield {
      at,
      name: textAt(bytes, at, 'name'),
      mtime: numberAt(bytes, at, 'mtime'),
      uid: numberAt(bytes, at, 'uid'),
      gid: numberAt(bytes, at, 'gid'),
      mode: numberAt(bytes, at, 'mode'),
      size,
    };
    // Content is padded to an even length; the last member may lack the padding.
    at += HEADER_SIZE + size + (size % 2);
  }
}

/**
 * @param bytes changed in place
 * @param value at most 10 digits of a time, 6 of an owner, 8 octal ones of a mode
 */
export function setArField(
  bytes: Buffer,
  { at }: ArMember,
  name: 'mtime' | 'uid' | 'gid' | 'mode',
  value: number,
): void {
  const field = FIELDS[name];
  bytes.write(value.toString(field.radix).padEnd(field.length, ' '), at + field.at, 'latin1');
}

/** Undefined for a field of spaces. */
function numberAt(
  bytes: Buffer,
  header: number,
  name: Exclude<keyof typeof FIELDS, 'name'>,
): number | undefined {
  const digits = textAt(bytes, header, name);
  if (digits === '') return undefined;
  const { at, radix } = FIELDS[name];
  if (!(radix === 8 ? /^[0-7]+$/ : /^[0-9]+$/).test(digits)) {
    damaged(header + at, JSON.stringify(digits), radix === 8 ? 'an octal number' : 'a number');
  }
  return Number.parseInt(digits, radix);
}

function textAt(bytes: Buffer, header: number, name: keyof typeof FIELDS): string {
  const { at, length } = FIELDS[name];
  return bytes.toString('latin1', header + at, header + at + length).replace(/ +$/, '');
}
