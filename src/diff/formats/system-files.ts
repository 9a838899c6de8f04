import type { Field, Format } from './format.ts';
import { timeText, u32LE } from './format.ts';

/** utmp(5) of glibc on 64-bit machines. */
const UTMP_BYTES = 384;
/** lastlog: time, line and host of one user. */
const LASTLOG_BYTES = 292;

const isRecords =
  (name: RegExp, size: number): NonNullable<Format['suits']> =>
  (bytes, path) =>
    name.test(path) && bytes.length >= size && bytes.length % size === 0;

/** Indexes of glibc's locale-archive, locale/locarchive.h. */
const LOCALE_FIELDS: readonly Field[] = [
  [4, 'u32LE', 'serial number'],
  [12, 'u32LE', 'locales'],
  [24, 'u32LE', 'bytes of names'],
  [36, 'u32LE', 'records'],
  [48, 'u32LE', 'checksums'],
];

/** Caches, indexes and logs that programs of a distribution write. */
export const SYSTEM_FILES: readonly Format[] = [
  {
    name: 'a message catalog (gettext)',
    magic: [
      [0, '\xde\x12\x04\x95'],
      [0, '\x95\x04\x12\xde'],
    ],
    facts: (bytes) => {
      // The translation of the empty string is the header, one line a field.
      const text = bytes.toString('latin1', 0, 64 * 1024);
      return ['POT-Creation-Date', 'PO-Revision-Date'].flatMap((name) => {
        const value = new RegExp(`${name}: ([^\\n\\0]{1,60})`).exec(text)?.[1];
        return value === undefined ? [] : [`${name} ${value}`];
      });
    },
    fields: [[8, 'u32LE', 'messages']],
  },
  { name: 'a locale archive', magic: [[0, '\x09\x01\x02\xde']], fields: LOCALE_FIELDS },
  {
    name: 'the shared-library cache (ld.so.cache)',
    magic: [
      [0, 'glibc-ld.so.cache1.1'],
      [0, 'ld.so-1.7.0\0'],
    ],
    fields: [
      [20, 'u32LE', 'libraries'],
      [24, 'u32LE', 'bytes of names'],
    ],
  },
  {
    // glibc, elf/cache.c, struct aux_cache_file
    name: 'the auxiliary cache of ldconfig',
    magic: [[0, 'glibc-ld.so.auxcache-1.0']],
    fields: [
      [24, 'u32LE', 'files'],
      [28, 'u32LE', 'bytes of names'],
      [32, 'u64LE', 'inode of the first file'],
      [40, 'time64LE', 'change time of the first file'],
      [48, 'u64LE', 'size of the first file'],
      [56, 'u64LE', 'device of the first file'],
    ],
  },
  {
    // systemd, src/libsystemd/sd-journal/journal-def.h
    name: 'a systemd journal',
    magic: [[0, 'LPKSHHRH']],
    fields: [
      [16, 'u8', 'state'],
      [24, 'hex16', 'file id'],
      [40, 'hex16', 'machine id'],
      [56, 'hex16', 'boot id of the last entry'],
      [72, 'hex16', 'id of sequence numbers'],
      [144, 'u64LE', 'objects'],
      [152, 'u64LE', 'entries'],
      [184, 'micros64LE', 'first entry of'],
      [192, 'micros64LE', 'last entry of'],
    ],
  },
  {
    name: 'a systemd journal message catalog',
    magic: [[0, 'RHHHKSLP']],
    fields: [[24, 'u64LE', 'messages']],
  },
  {
    // systemd, src/libsystemd/sd-hwdb/hwdb-internal.h
    name: 'a hardware database (hwdb.bin)',
    magic: [[0, 'KSLPHHRH']],
    fields: [
      [8, 'u64LE', 'version of the program'],
      [16, 'u64LE', 'size'],
      [64, 'u64LE', 'bytes of nodes'],
      [72, 'u64LE', 'bytes of texts'],
    ],
  },
  {
    name: 'a font cache (fontconfig)',
    magic: [
      [0, '\x04\xfc\x02\xfc'],
      [0, '\xfc\x02\xfc\x04'],
    ],
    fields: [
      [4, 'u32LE', 'version'],
      [8, 'u64LE', 'size'],
      [48, 'time32LE', 'time of the directory'],
      [56, 'u64LE', 'nanoseconds of that'],
    ],
  },
  {
    name: 'an icon cache (icon-theme.cache)',
    magic: [[0, '\0\x01\0\0']],
    suits: (_bytes, path) => path.endsWith('icon-theme.cache'),
    fields: [
      [4, 'u32BE', 'place of the hash table'],
      [8, 'u32BE', 'place of the directories'],
    ],
  },
  {
    name: 'a MIME type cache (mime.cache)',
    magic: [
      [0, '\0\x01\0\x01'],
      [0, '\0\x01\0\x02'],
    ],
    suits: (_bytes, path) => path.endsWith('mime.cache'),
  },
  {
    name: 'an SELinux policy',
    magic: [[0, '\x8c\xff\x7c\xf9']],
    fields: [
      [16, 'u32LE', 'version'],
      [20, 'hex4', 'configuration'],
    ],
  },
  { name: 'an aspell word list', magic: [[0, 'aspell default speller rowl']] },
  { name: 'a compressed hunspell word list', magic: [[0, 'hz0']] },
  { name: 'a Vim spell file', magic: [[0, 'VIMspell']] },
  {
    name: 'a time zone',
    magic: [[0, 'TZif']],
  },
  {
    name: 'a terminal description (terminfo)',
    magic: [
      [0, '\x1a\x01'],
      [0, '\x1e\x02'],
    ],
    suits: (_bytes, path) => path.includes('terminfo/'),
  },
  {
    name: 'login records (utmp)',
    suits: isRecords(/(?:^|\/)[wub]tmp(?:\.\d+)?$/, UTMP_BYTES),
    facts: (bytes) => {
      const last = bytes.length - UTMP_BYTES;
      return [
        `${bytes.length / UTMP_BYTES} records`,
        `first of ${timeText(u32LE(bytes, 340))}`,
        `last of ${timeText(u32LE(bytes, last + 340))}`,
      ];
    },
    placeOf: (_bytes, at) => `record ${Math.floor(at / UTMP_BYTES) + 1}`,
  },
  {
    name: 'last login times (lastlog)',
    suits: isRecords(/(?:^|\/)lastlog$/, LASTLOG_BYTES),
    placeOf: (_bytes, at) => `user ${Math.floor(at / LASTLOG_BYTES)}`,
  },
];
