import { parsePycHeader } from '../../rewrite/compiled-caches.ts';
import { type Format, hasAt, textUpToNul, timeText, u16LE, u32LE } from './format.ts';

const ELF = '\x7fELF';

const elf = {
  magic: [[0, ELF]],
  facts: (bytes: Buffer) => {
    const id = buildIdOf(bytes);
    return id === undefined ? [] : [`build id ${id}`];
  },
  placeOf: sectionAt,
} as const satisfies Partial<Format>;

/** Machine code, bytecode, and what language runtimes dump. */
export const PROGRAMS: readonly Format[] = [
  { name: 'Guile bytecode (ELF)', ...elf, suits: (_bytes, path) => path.endsWith('.go') },
  { name: 'a kernel module (ELF)', ...elf, suits: (_bytes, path) => path.endsWith('.ko') },
  { name: 'Emacs Lisp native code (ELF)', ...elf, suits: (_bytes, path) => path.endsWith('.eln') },
  { name: 'an ELF program or library', ...elf },
  {
    name: 'Python bytecode',
    suits: (bytes, path) => /\.py[co]$/.test(path) && hasAt(bytes, 2, '\r\n'),
    facts: pythonFacts,
  },
  { name: 'Emacs Lisp bytecode', magic: [[0, ';ELC']] },
  { name: 'an Emacs dump', magic: [[0, 'DUMPEDGNUEMACS']] },
  {
    name: 'a Java class',
    magic: [[0, '\xca\xfe\xba\xbe']],
    suits: (_bytes, path) => path.endsWith('.class'),
    fields: [[6, 'u16BE', 'version']],
  },
  {
    // src/hotspot/share/include/cds.h
    name: 'a Java class data archive',
    magic: [
      [0, '\xa2\xba\x0b\xf0'],
      [0, '\xa8\xba\x0b\xf0'],
    ],
    fields: [
      [4, 'hex4', 'checksum'],
      [8, 'u32LE', 'version'],
      [12, 'u32LE', 'size of the header'],
    ],
  },
  {
    name: 'a Java keystore',
    magic: [
      [0, '\xfe\xed\xfe\xed'],
      [0, '\xce\xce\xce\xce'],
    ],
    fields: [
      [4, 'u32BE', 'version'],
      [8, 'u32BE', 'entries'],
    ],
  },
  { name: 'Lua bytecode', magic: [[0, '\x1bLua']] },
  { name: 'Erlang bytecode', magic: [[0, 'FOR1']], suits: (bytes) => hasAt(bytes, 8, 'BEAM') },
  {
    // web2c, texmfmem.h: FORMAT_MAGIC, then the length and the name of the engine.
    name: 'a TeX format',
    magic: [[0, 'W2TX']],
    facts: (bytes) => [`engine ${textUpToNul(bytes, 8, 16)}`],
  },
];

/** See rewrite/compiled-caches.ts. */
function pythonFacts(bytes: Buffer): string[] {
  try {
    const { mtimeAt, sizeAt } = parsePycHeader(bytes);
    return [
      `magic ${u16LE(bytes, 0)}`,
      mtimeAt === undefined
        ? 'holds a hash of its source'
        : `mtime of the source ${timeText(u32LE(bytes, mtimeAt))}`,
      ...(sizeAt === undefined ? [] : [`size of the source ${u32LE(bytes, sizeAt)}`]),
      `code of ${Math.max(0, bytes.length - 16)} bytes`,
    ];
  } catch {
    // Unknown header: all that can be said is that it is bytecode.
    return [];
  }
}

// ELF, System V ABI: which part of two programs differs. Never throws, for any bytes.

/** From a note that the linker writes: type NT_GNU_BUILD_ID and the name of its owner. */
const NOTE_LE = Buffer.from('\x03\0\0\0GNU\0', 'latin1');
const NOTE_BE = Buffer.from('\0\0\0\x03GNU\0', 'latin1');
const BUILD_ID_BYTES_MAX = 64;

/** @returns hexadecimal digits */
function buildIdOf(bytes: Buffer): string | undefined {
  const isBig = bytes[5] === 2;
  const at = bytes.indexOf(isBig ? NOTE_BE : NOTE_LE);
  if (at < 8) return undefined;
  const length = isBig ? bytes.readUInt32BE(at - 4) : bytes.readUInt32LE(at - 4);
  const from = at + NOTE_LE.length;
  if (length === 0 || length > BUILD_ID_BYTES_MAX || from + length > bytes.length) return undefined;
  return bytes.toString('hex', from, from + length);
}

/** Offsets in the file header and in section headers, by class. */
const LAYOUTS = {
  32: { header: 52, table: 32, entrySize: 46, section: { size: 40, offset: 16, length: 20 } },
  64: { header: 64, table: 40, entrySize: 58, section: { size: 64, offset: 24, length: 32 } },
} as const;
/** Section without bytes in the file. */
const NOBITS = 8;

/** Name of the section that a byte is in, such as `section .rodata`. */
function sectionAt(bytes: Buffer, at: number): string | undefined {
  const width = bytes[4] === 2 ? 64 : 32;
  const layout = LAYOUTS[width];
  const isBig = bytes[5] === 2;
  if (bytes.length < layout.header) return undefined;
  if (at < layout.header) return 'the file header';
  const u16 = (from: number): number => (isBig ? bytes.readUInt16BE(from) : bytes.readUInt16LE(from));
  const u32 = (from: number): number => (isBig ? bytes.readUInt32BE(from) : bytes.readUInt32LE(from));
  const word = (from: number): number => {
    if (width === 32) return u32(from);
    return Number(isBig ? bytes.readBigUInt64BE(from) : bytes.readBigUInt64LE(from));
  };
  const table = word(layout.table);
  const size = u16(layout.entrySize);
  const count = u16(layout.entrySize + 2);
  const names = u16(layout.entrySize + 4);
  if (size < layout.section.size || names >= count || table + size * count > bytes.length) return undefined;
  if (at >= table && at < table + size * count) return 'the table of sections';
  const nameTable = word(table + names * size + layout.section.offset);
  for (let index = 0; index < count; index += 1) {
    const section = table + index * size;
    const from = word(section + layout.section.offset);
    if (u32(section + 4) === NOBITS || at < from || at >= from + word(section + layout.section.length))
      continue;
    return `section ${textUpToNul(bytes, Math.min(nameTable + u32(section), bytes.length), 80)}`;
  }
  return undefined;
}
