/** How a file format is described: its first bytes, and the fields of its header. */

/** How a field is read; `LE` and `BE` are the order of bytes. Times are seconds since 1970, `micros` microseconds. */
type FieldKind =
  | 'u8'
  | 'u16LE'
  | 'u16BE'
  | 'u32LE'
  | 'u32BE'
  | 'u64LE'
  | 'time32LE'
  | 'time32BE'
  | 'time64LE'
  | 'micros64LE'
  | `hex${number}`
  | `text${number}`;

/** Offset in the file, how it is read, and what it is called. */
export type Field = readonly [at: number, kind: FieldKind, name: string];

/** Some bytes at some offset. */
export type Magic = readonly [at: number, bytes: string];

export interface Format {
  /** With its article: `an SQLite database`. */
  readonly name: string;
  /** Byte strings, one of which must be present. */
  readonly magic?: readonly Magic[];
  /** A further test; the only one for a format without magic. */
  readonly suits?: (bytes: Buffer, path: string) => boolean;
  readonly fields?: readonly Field[];
  /** What else can be said about a file, each a line. Never throws. */
  readonly facts?: (bytes: Buffer) => readonly string[];
  /** What lies at an offset outside all fields, such as `page 3`. Never throws. */
  readonly placeOf?: (bytes: Buffer, at: number) => string | undefined;
}

const SIZES: Readonly<Record<string, number>> = {
  u8: 1,
  u16LE: 2,
  u16BE: 2,
  u32LE: 4,
  u32BE: 4,
  u64LE: 8,
  time32LE: 4,
  time32BE: 4,
  time64LE: 8,
  micros64LE: 8,
};

/** Size of a field, in bytes. */
export function sizeOf(kind: FieldKind): number {
  return SIZES[kind] ?? Number(/\d+$/.exec(kind)?.[0] ?? 0);
}

/** @returns undefined where the file ends before the field does */
export function readField(bytes: Buffer, at: number, kind: FieldKind): string | undefined {
  if (at < 0 || at + sizeOf(kind) > bytes.length) return undefined;
  switch (kind) {
    case 'u8':
      return String(bytes.readUInt8(at));
    case 'u16LE':
      return String(bytes.readUInt16LE(at));
    case 'u16BE':
      return String(bytes.readUInt16BE(at));
    case 'u32LE':
      return String(bytes.readUInt32LE(at));
    case 'u32BE':
      return String(bytes.readUInt32BE(at));
    case 'u64LE':
      return String(bytes.readBigUInt64LE(at));
    case 'time32LE':
      return timeText(bytes.readUInt32LE(at));
    case 'time32BE':
      return timeText(bytes.readUInt32BE(at));
    case 'time64LE':
      return timeText(Number(bytes.readBigUInt64LE(at)));
    case 'micros64LE':
      return timeText(Number(bytes.readBigUInt64LE(at)) / 1e6);
    default:
      return kind.startsWith('hex')
        ? bytes.toString('hex', at, at + sizeOf(kind))
        : textUpToNul(bytes, at, sizeOf(kind));
  }
}

/** @param length at most */
export function textUpToNul(bytes: Buffer, at: number, length: number): string {
  const text = bytes.toString('latin1', at, at + length);
  const end = text.indexOf('\0');
  return (end === -1 ? text : text.slice(0, end)).trimEnd();
}

/** @param seconds since 1970; any number */
export function timeText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} seconds` : `${date.toISOString().slice(0, 19)}Z`;
}

/** 0 where the file ends before it. */
export function u16LE(bytes: Buffer, at: number): number {
  return at >= 0 && at + 2 <= bytes.length ? bytes.readUInt16LE(at) : 0;
}

/** 0 where the file ends before it. */
export function u32LE(bytes: Buffer, at: number): number {
  return at >= 0 && at + 4 <= bytes.length ? bytes.readUInt32LE(at) : 0;
}

/** Whether a byte string is found at an offset. */
export function hasAt(bytes: Buffer, at: number, text: string): boolean {
  return at >= 0 && bytes.toString('latin1', at, at + text.length) === text;
}
