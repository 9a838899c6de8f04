import { damaged, needBytes } from '../formats/damage.ts';
import { ifChanged, type Rewrite, type RewriteResult, UNCHANGED, unlessDamaged } from './rewrite.ts';

const MAGIC = '!<arch>\n';
/** Holds the headers of members that are files of their own. */
const THIN_MAGIC = '!<thin>\n';
/** Fields of a member header, ASCII padded with spaces. */
const HEADER = 60;
const NAME = { at: 0, length: 16 };
const MTIME = { at: 16, length: 12 };
const UID = { at: 28, length: 6 };
const GID = { at: 34, length: 6 };
/** Octal. */
const MODE = { at: 40, length: 8 };
const SIZE = { at: 48, length: 10 };
const END = { at: 58, text: '`\n' };
/** The table of long names, which has no fields but name and size. */
const LONG_NAMES = '//';
/** Symbol tables of GNU, 32 and 64 bit, and BSD: the linker makes them, and their mode means nothing. */
const SYMBOL_TABLE = /^(\/|\/SYM64\/|__\.SYMDEF.*)$/s;
const EXECUTE = 0o111;

type Field = { readonly at: number; readonly length: number };

/**
 * Headers of the members of a static library, ar(5): times after the epoch become the epoch, owners 0,
 * and modes 644 or 755, as `ar D` and the linkers write them.
 */
export const arHeader: Rewrite = {
  what: 'In static libraries, times after the epoch become the epoch, owners 0 and modes 644 or 755.',
  maximumSize: 256 * 1024 * 1024,
  apply(bytes, { epoch }) {
    return unlessDamaged(bytes, () => rewrite(bytes, epoch));
  },
};

function rewrite(bytes: Buffer, epoch: number): RewriteResult {
  const magic = bytes.toString('latin1', 0, MAGIC.length);
  if (magic === THIN_MAGIC) damaged(0, 'a thin archive', 'an archive that holds its members');
  // Linker scripts and objects are named .a too.
  if (magic !== MAGIC) return UNCHANGED;
  const after = Buffer.from(bytes);
  let at = MAGIC.length;
  while (at < bytes.length) {
    needBytes(bytes, at, HEADER, 'the header of a member');
    const end = bytes.toString('latin1', at + END.at, at + HEADER);
    if (end !== END.text) damaged(at + END.at, end, 'the end of a header, a backquote and a newline');
    const size = number(bytes, at, SIZE, 10) ?? damaged(at + SIZE.at, 'no size', 'the size of the member');
    needBytes(bytes, at + HEADER, size, 'the content of a member');
    normalize(after, at, epoch);
    // Content is padded to an even length; the last member may lack it.
    at += HEADER + size + (size % 2);
  }
  return ifChanged(bytes, after);
}

function normalize(bytes: Buffer, header: number, epoch: number): void {
  const name = text(bytes, header, NAME);
  if (name === LONG_NAMES) return;
  const mtime = number(bytes, header, MTIME, 10);
  if (mtime !== undefined && mtime > epoch) write(bytes, header, MTIME, String(epoch));
  for (const field of [UID, GID]) {
    if (number(bytes, header, field, 10)) write(bytes, header, field, '0');
  }
  const mode = number(bytes, header, MODE, 8);
  if (mode === undefined || SYMBOL_TABLE.test(name)) return;
  write(bytes, header, MODE, (mode & EXECUTE) === 0 ? '644' : '755');
}

/** Undefined for a field of spaces. */
function number(bytes: Buffer, header: number, field: Field, radix: 8 | 10): number | undefined {
  const digits = text(bytes, header, field);
  if (digits === '') return undefined;
  if (!(radix === 8 ? /^[0-7]+$/ : /^[0-9]+$/).test(digits)) {
    damaged(header + field.at, JSON.stringify(digits), radix === 8 ? 'an octal number' : 'a number');
  }
  return Number.parseInt(digits, radix);
}

function text(bytes: Buffer, header: number, { at, length }: Field): string {
  return bytes.toString('latin1', header + at, header + at + length).replace(/ +$/, '');
}

function write(bytes: Buffer, header: number, { at, length }: Field, value: string): void {
  bytes.write(value.padEnd(length, ' '), header + at, 'latin1');
}
