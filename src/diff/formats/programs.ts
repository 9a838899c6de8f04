import { parsePycHeader } from '../../rewrite/pyc-mtime.ts';
import { buildIdOf, sectionAt } from './elf.ts';
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

/** See rewrite/pyc-mtime.ts. */
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
    // No header that is known: that it is bytecode is all that can be said.
    return [];
  }
}
