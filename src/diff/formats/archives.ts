import { StillrootError } from '../../errors.ts';
import { compressionParameters, PARAMETER_BYTES } from '../compression-parameters.ts';
import type { Format } from './format.ts';
import { hasAt, textUpToNul, timeText, u32LE } from './format.ts';
import {
  arMembers,
  cpioMembers,
  type Member,
  memberAt,
  memberFacts,
  tarMembers,
  zipMembers,
} from './members.ts';

type Walk = (bytes: Buffer) => readonly Member[];

const withMembers = (walk: Walk): Pick<Format, 'facts' | 'placeOf'> => ({
  facts: (bytes) => memberFacts(walk(bytes)),
  placeOf: (bytes, at) => memberAt(walk(bytes), at),
});

const AR = '!<arch>\n';

/** Archives, packages, and compressed files. */
export const ARCHIVES: readonly Format[] = [
  { name: 'a Debian package', magic: [[0, `${AR}debian-binary`]], ...withMembers(arMembers) },
  { name: 'an ar archive', magic: [[0, AR]], ...withMembers(arMembers) },
  { name: 'a tar archive', magic: [[257, 'ustar']], ...withMembers(tarMembers) },
  {
    name: 'a cpio archive',
    magic: [
      [0, '070701'],
      [0, '070702'],
    ],
    ...withMembers(cpioMembers),
  },
  { name: 'a cpio archive (odc)', magic: [[0, '070707']] },
  {
    name: 'a Java archive',
    magic: [[0, 'PK\x03\x04']],
    suits: (_bytes, path) => path.endsWith('.jar'),
    ...withMembers(zipMembers),
  },
  {
    name: 'a ZIP archive',
    magic: [
      [0, 'PK\x03\x04'],
      [0, 'PK\x05\x06'],
    ],
    ...withMembers(zipMembers),
  },
  { name: 'an RPM package', magic: [[0, '\xed\xab\xee\xdb']], fields: [[10, 'text66', 'name']] },
  {
    name: 'a gzip file',
    magic: [[0, '\x1f\x8b']],
    suits: (bytes) => bytes.length >= 18,
    facts: gzipFacts,
  },
  {
    name: 'an xz file',
    magic: [[0, '\xfd7zXZ\0']],
    facts: (bytes) => parameters('xz', bytes),
  },
  {
    name: 'a zstd file',
    magic: [[0, '\x28\xb5\x2f\xfd']],
    facts: (bytes) => parameters('zstd', bytes),
  },
  {
    name: 'an lz4 file',
    magic: [
      [0, '\x04\x22\x4d\x18'],
      [0, '\x02\x21\x4c\x18'],
    ],
    facts: (bytes) => parameters('lz4', bytes),
  },
  {
    name: 'a bzip2 file',
    magic: [[0, 'BZh']],
    suits: (bytes) => hasAt(bytes, 4, '1AY&SY') || hasAt(bytes, 4, '\x17\x72\x45\x38\x50\x90'),
    fields: [[3, 'text1', 'level']],
  },
];

function parameters(compression: 'xz' | 'zstd' | 'lz4', bytes: Buffer): string[] {
  try {
    return compressionParameters(compression, bytes.subarray(0, PARAMETER_BYTES));
  } catch (error) {
    // A file of the tree may be damaged; what it is was told by its magic.
    if (error instanceof StillrootError) return [];
    throw error;
  }
}

/** RFC 1952: 3 FLG, 4 MTIME u32 little endian, 8 XFL, 9 OS, then the name if FLG says so; at the end CRC32 and size. */
function gzipFacts(bytes: Buffer): string[] {
  const mtime = u32LE(bytes, 4);
  // FNAME without FEXTRA: the name follows the header.
  const hasName = ((bytes[3] ?? 0) & 0x0c) === 0x08;
  return [
    `mtime ${mtime === 0 ? 'none' : timeText(mtime)}`,
    hasName ? `name ${textUpToNul(bytes, 10, 100)}` : 'no name',
    `compressed to ${bytes.length} bytes, CRC32 ${u32LE(bytes, bytes.length - 8).toString(16)}`,
  ];
}
