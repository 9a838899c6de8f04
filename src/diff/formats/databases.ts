import type { Field, Format, Magic } from './format.ts';
import { hasAt } from './format.ts';

/** Berkeley DB, src/dbinc/db_page.h, DBMETA. */
const BERKELEY_FIELDS: readonly Field[] = [
  [0, 'hex8', 'position in the log'],
  [16, 'u32LE', 'version'],
  [20, 'u32LE', 'page size'],
  [28, 'u32LE', 'first free page'],
  [32, 'u32LE', 'last page'],
  [40, 'u32LE', 'keys'],
  [44, 'u32LE', 'records'],
  [52, 'hex20', 'file id'],
];
const inBothOrders = (at: number, bytes: string): Magic[] => [
  [at, bytes],
  [at, [...bytes].reverse().join('')],
];

/** gdbm, src/gdbmconst.h and gdbmdefs.h; 64-bit offsets. */
const GDBM_FIELDS: readonly Field[] = [
  [4, 'u32LE', 'block size'],
  [16, 'u32LE', 'directory size'],
  [24, 'u32LE', 'bucket size'],
  [32, 'u64LE', 'next block'],
];
const GDBM_MAGIC: readonly Magic[] = [0xcd, 0xce, 0xcf, 0xd0, 0xd1].flatMap((last) =>
  inBothOrders(0, `${String.fromCharCode(last)}\x9a\x57\x13`),
);

export const DATABASES: readonly Format[] = [
  {
    // https://www.sqlite.org/fileformat2.html
    name: 'an SQLite database',
    magic: [[0, 'SQLite format 3\0']],
    fields: [
      [16, 'u16BE', 'page size'],
      [18, 'u8', 'write version'],
      [19, 'u8', 'read version'],
      [24, 'u32BE', 'change counter'],
      [28, 'u32BE', 'pages'],
      [32, 'u32BE', 'first free page'],
      [36, 'u32BE', 'free pages'],
      [40, 'u32BE', 'schema cookie'],
      [60, 'u32BE', 'user version'],
      [68, 'u32BE', 'application id'],
      [92, 'u32BE', 'change counter of the version'],
      [96, 'u32BE', 'version of SQLite'],
    ],
    placeOf: (bytes, at) => {
      const size = bytes.length >= 18 ? bytes.readUInt16BE(16) : 0;
      const page = size === 1 ? 65536 : size;
      return page < 512 ? undefined : `page ${Math.floor(at / page) + 1}`;
    },
  },
  {
    name: 'an SQLite write-ahead log',
    magic: [
      [0, '\x37\x7f\x06\x82'],
      [0, '\x37\x7f\x06\x83'],
    ],
    fields: [
      [4, 'u32BE', 'version'],
      [8, 'u32BE', 'page size'],
      [12, 'u32BE', 'checkpoint'],
      [16, 'hex8', 'random salt'],
      [24, 'hex8', 'checksum of the header'],
    ],
  },
  {
    name: 'an index of an SQLite write-ahead log',
    magic: [[0, '\x18\xe2\x2d\0']],
    suits: (_bytes, path) => path.endsWith('-shm'),
    fields: [[8, 'u32LE', 'change counter']],
  },
  {
    name: 'an SQLite rollback journal',
    magic: [[0, '\xd9\xd5\x05\xf9\x20\xa1\x63\xd7']],
    fields: [
      [8, 'u32BE', 'pages'],
      [12, 'hex4', 'random nonce'],
      [16, 'u32BE', 'pages of the database'],
    ],
  },
  ...(
    [
      ['btree', '\x62\x31\x05\0'],
      ['hash', '\x61\x15\x06\0'],
      ['queue', '\x53\x22\x04\0'],
      ['heap', '\x82\x45\x07\0'],
    ] as const
  ).map(([kind, bytes]) => ({
    name: `a Berkeley DB database (${kind})`,
    magic: inBothOrders(12, bytes),
    fields: BERKELEY_FIELDS,
  })),
  {
    name: 'an index of manual pages (gdbm)',
    magic: GDBM_MAGIC,
    suits: (_bytes, path) => path.startsWith('var/cache/man/'),
    fields: GDBM_FIELDS,
  },
  { name: 'a gdbm database', magic: GDBM_MAGIC, fields: GDBM_FIELDS },
  {
    // libraries/liblmdb/mdb.c, MDB_meta after a page header of 16 bytes.
    name: 'an LMDB database',
    magic: inBothOrders(16, '\xde\xc0\xef\xbe'),
    fields: [
      [20, 'u32LE', 'version'],
      [24, 'u64LE', 'address of the map'],
      [32, 'u64LE', 'size of the map'],
      [136, 'u64LE', 'last page'],
      [144, 'u64LE', 'transaction'],
    ],
  },
  { name: 'a TDB database', magic: [[0, 'TDB file\n']] },
  {
    // gnupg, kbx/keybox-blob.c
    name: 'a GPG keybox',
    magic: [[8, 'KBXf']],
    fields: [
      [16, 'time32BE', 'made'],
      [20, 'time32BE', 'maintained'],
    ],
  },
  {
    // glib, gio/gvdb/gvdb-format.h
    name: 'a GLib GVariant database (GSettings, dconf)',
    magic: [
      [0, 'GVariant'],
      [0, 'raVGtnai'],
    ],
    fields: [
      [8, 'u32LE', 'version'],
      [16, 'hex8', 'place of the root table'],
    ],
  },
  {
    // Bucket arrays of kmod, libkmod/libkmod-index.c
    name: 'an index of kernel modules',
    magic: [[0, '\xb0\x07\xf4\x57']],
  },
  {
    name: 'a git index',
    magic: [[0, 'DIRC']],
    fields: [
      [4, 'u32BE', 'version'],
      [8, 'u32BE', 'entries'],
      [12, 'time32BE', 'change time of the first file'],
      [20, 'time32BE', 'modification time of the first file'],
      [28, 'u32BE', 'device of the first file'],
      [32, 'u32BE', 'inode of the first file'],
    ],
  },
  {
    name: 'a git pack',
    magic: [[0, 'PACK\0\0\0']],
    fields: [
      [4, 'u32BE', 'version'],
      [8, 'u32BE', 'objects'],
    ],
  },
  {
    name: 'an index of a git pack',
    magic: [[0, '\xfftOc']],
    fields: [
      [4, 'u32BE', 'version'],
      [8 + 255 * 4, 'u32BE', 'objects'],
    ],
  },
  {
    name: 'a git object',
    suits: (bytes, path) =>
      /(?:^|\/)objects\/[0-9a-f]{2}\/[0-9a-f]{38,62}$/.test(path) && hasAt(bytes, 0, '\x78'),
  },
];
