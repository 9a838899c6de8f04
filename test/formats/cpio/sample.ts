/** Handmade archives of every format, and what the parser says about them. Shares no code with src. */

import type { CpioLimits, ParsedEntry } from '../../../src/formats/cpio/cpio-parser.ts';
import { CpioParser } from '../../../src/formats/cpio/cpio-parser.ts';
import type { CpioFormat } from '../../../src/formats/cpio/header.ts';

export const FORMATS: readonly CpioFormat[] = ['newc', 'crc', 'odc', 'binary-little', 'binary-big'];
export const ALIGNMENT: Readonly<Record<CpioFormat, number>> = {
  newc: 4,
  crc: 4,
  odc: 1,
  'binary-little': 2,
  'binary-big': 2,
};

export interface Fields {
  readonly dev?: number;
  readonly ino?: number;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly nlink?: number;
  readonly rdev?: number;
  readonly mtime?: number;
  /** Instead of the length of the name with its NUL. */
  readonly namesize?: number;
  /** Instead of the length of the data. */
  readonly filesize?: number;
  /** Instead of the sum of the data. */
  readonly check?: number;
}

export const FILE = 0o100644;
export const LINK = 0o120777;

const sum = (data: Buffer): number => data.reduce((total, byte) => total + byte, 0);

/** A header with its name, unpadded; device numbers are split at eight bits. */
function headerOf(format: CpioFormat, name: string, data: Buffer, fields: Fields): Buffer {
  const f = {
    ...{ dev: 0, ino: 0, mode: FILE, uid: 0, gid: 0, nlink: 1, rdev: 0, mtime: 0 },
    ...{ namesize: name.length + 1, filesize: data.length },
    ...{ check: (fields.mode ?? FILE) === FILE ? sum(data) : 0 },
    ...fields,
  };
  if (format === 'odc') {
    const six = [f.dev, f.ino, f.mode, f.uid, f.gid, f.nlink, f.rdev].map((n) => octal(n, 6)).join('');
    const text = `070707${six}${octal(f.mtime, 11)}${octal(f.namesize, 6)}${octal(f.filesize, 11)}${name}\0`;
    return Buffer.from(text, 'latin1');
  }
  if (format === 'newc' || format === 'crc') {
    const numbers = [f.ino, f.mode, f.uid, f.gid, f.nlink, f.mtime, f.filesize, f.dev >> 8, f.dev & 255];
    numbers.push(f.rdev >> 8, f.rdev & 255, f.namesize, format === 'crc' ? f.check : 0);
    const digits = numbers.map((n) => n.toString(16).toUpperCase().padStart(8, '0')).join('');
    return Buffer.from(`07070${format === 'crc' ? 2 : 1}${digits}${name}\0`, 'latin1');
  }
  const high = (n: number): number => Math.floor(n / 0x10000);
  const words = [
    0o070707,
    f.dev,
    f.ino,
    f.mode,
    f.uid,
    f.gid,
    f.nlink,
    f.rdev,
    high(f.mtime),
    f.mtime & 0xffff,
  ];
  words.push(f.namesize, high(f.filesize), f.filesize & 0xffff);
  const bytes = Buffer.alloc(26);
  for (const [index, word] of words.entries()) {
    if (format === 'binary-little') bytes.writeUInt16LE(word, index * 2);
    else bytes.writeUInt16BE(word, index * 2);
  }
  return Buffer.concat([bytes, Buffer.from(`${name}\0`, 'latin1')]);
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');

/** A padded record; the padding is not NUL, for the kernel does not look at it either. */
export function record(format: CpioFormat, name: string, content = '', fields: Fields = {}): Buffer {
  const data = Buffer.from(content, 'latin1');
  return Buffer.concat([padded(format, headerOf(format, name, data, fields)), padded(format, data)]);
}

function padded(format: CpioFormat, bytes: Buffer): Buffer {
  const span = Math.ceil(bytes.length / ALIGNMENT[format]) * ALIGNMENT[format];
  return Buffer.concat([bytes, Buffer.alloc(span - bytes.length, 0x7e)]);
}

export const trailer = (format: CpioFormat): Buffer => record(format, 'TRAILER!!!', '', { mode: 0 });

/** Names and data of every length modulo the alignments. */
export function archive(format: CpioFormat): Buffer {
  return Buffer.concat([
    record(format, 'etc', '', { mode: 0o40755, ino: 7, dev: 0x0801, mtime: 0x1234_5678 }),
    record(format, 'etc/empty'),
    record(format, 'etc/four', 'abcd', { uid: 1000, gid: 65534 }),
    record(format, 'etc/hostname', 'still\n', { nlink: 2, ino: 0o177777 }),
    record(format, 'etc/link', '../x', { mode: LINK }),
    record(format, 'etc/odd', 'target\0', { mode: LINK }),
    record(format, 'null', '', { mode: 0o20666, rdev: 0x0103 }),
    record(format, '\xff\n', '\xff'.repeat(9)),
    record(format, 'padded\0\0\0\0\0', '070701'),
    trailer(format),
  ]);
}

/** One line per entry followed by its data, pieces joined. */
export interface Seen {
  readonly lines: string[];
  readonly entries: ParsedEntry[];
  readonly used: number;
  readonly parser: CpioParser;
}

/** @param pieces sizes of the pieces in turn */
export function parse(bytes: Uint8Array, pieces: readonly number[], limits: Partial<CpioLimits> = {}): Seen {
  const lines: string[] = [];
  const entries: ParsedEntry[] = [];
  const parser = new CpioParser(
    'test.cpio',
    {
      entry: (entry) => {
        entries.push(entry);
        lines.push(lineOf(entry));
      },
      data: (data) => lines.push(`${lines.pop()}${Buffer.from(data).toString('latin1')}`),
    },
    limits,
  );
  let used = 0;
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const end = at + (pieces[turn % pieces.length] as number);
    used += parser.push(bytes.subarray(at, end));
    at = end;
  }
  return { lines, entries, used, parser };
}

export function lineOf({ name, header: h, target }: ParsedEntry): string {
  const numbers = [h.mode.toString(8), h.uid, h.gid, h.nlink, h.inode, h.mtime, h.fileSize, h.nameSize];
  numbers.push(`${h.deviceMajor}:${h.deviceMinor}`, `${h.rdeviceMajor}:${h.rdeviceMinor}`);
  return `${name} ${numbers.join(' ')} ${target}|`;
}

export const LINES: readonly string[] = [
  'etc 40755 0 0 1 7 305419896 0 4 8:1 0:0 |',
  'etc/empty 100644 0 0 1 0 0 0 10 0:0 0:0 |',
  'etc/four 100644 1000 65534 1 0 0 4 9 0:0 0:0 |abcd',
  'etc/hostname 100644 0 0 2 65535 0 6 13 0:0 0:0 |still\n',
  'etc/link 120777 0 0 1 0 0 4 9 0:0 0:0 ../x|',
  'etc/odd 120777 0 0 1 0 0 7 8 0:0 0:0 target|',
  'null 20666 0 0 1 0 0 0 5 0:0 1:3 |',
  `\xff\n 100644 0 0 1 0 0 9 3 0:0 0:0 |${'\xff'.repeat(9)}`,
  'padded 100644 0 0 1 0 0 6 12 0:0 0:0 |070701',
];
