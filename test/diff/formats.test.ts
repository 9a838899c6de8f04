// File formats, each with a minimal sample; no other bytes cause an exception either.
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { describeKnown, FORMATS, formatOf } from '../../src/diff/formats/describe.ts';
import { MTIME, setNumber } from '../../src/formats/tar/header.ts';

const test = suite('diff/formats');

/** Zeros with some bytes at some offsets; as long as the last of them, or the first number. */
function bytesOf(length: number, ...pieces: readonly (readonly [at: number, text: string])[]): Buffer {
  const end = Math.max(length, ...pieces.map(([at, text]) => at + text.length));
  const bytes = Buffer.alloc(end);
  for (const [at, text] of pieces) bytes.write(text, at, 'latin1');
  return bytes;
}

/** Two of one name, of other days and serial numbers; the key is nowhere. */
const CERTIFICATES = [
  'MIIBWTCCAQCgAwIBAgIBATAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAF4MB4XDTI2MTEyODIzMTgxN1oXDTI2MTEyOTIzMTgx' +
    'N1owDDEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGcIIthra0YjZsYa+jSoB5P7q393IDPBydye+RJ3' +
    'T9BcH5LMFr+pOlUaLcDbMhzbHs/dACJsPsg6yHEYBo57df2jUzBRMB0GA1UdDgQWBBRmVadTF0IBY5ilEZDKTW+Xbj1cADAf' +
    'BgNVHSMEGDAWgBRmVadTF0IBY5ilEZDKTW+Xbj1cADAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIDTGyygP' +
    'LrR84dasrKAP+5ibWfy7uVAvatttA3qfAYXAAiBhcKQgsyzOApO0zmahsAQKuRRw8mL/RYdZyEfXbFzVew==',
  'MIIBWjCCAQCgAwIBAgIBAjAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAF4MB4XDTI2MTEyODIzMTgxOFoXDTI2MTEzMDIzMTgx' +
    'OFowDDEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAdTM0Mi5w2m9a0OM4xJ1BIKZ6zkuk0E3Kde0XSA' +
    'EE7cARgscyXPeki58wtEVeKMJyue9OmfvQXD04gya3BdT7yjUzBRMB0GA1UdDgQWBBQxGnCCZAt3z22wtmv/VH17+zCDHjAf' +
    'BgNVHSMEGDAWgBQxGnCCZAt3z22wtmv/VH17+zCDHjAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIEIX4cFl' +
    'Wm+a1LJ/ZPNC02CuQsMhxhMqIDltVvdEj91VAiEAw8IqZhooMD+XgRaybkCQ+6Yh5zrO3/+B74TMwEFdLko=',
].map((text) => Buffer.from(text, 'base64'));

function pem(certificate: Buffer): Buffer {
  const text = certificate.toString('base64').replace(/.{64}/g, '$&\n');
  return Buffer.from(`-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`);
}

const [FIRST, SECOND] = CERTIFICATES as [Buffer, Buffer];

const ar = (name: string, time: number): string =>
  `!<arch>\n${name.padEnd(16)}${String(time).padEnd(12)}0     0     100644  0         \`\n`;
const newc = (time: number): string =>
  ['070701', 1, 0o100644, 0, 0, 1, time, 0, 0, 0, 0, 0, 2, 0]
    .map((field) => (typeof field === 'string' ? field : field.toString(16).padStart(8, '0')))
    .join('')
    .concat('a\0');
const tar = (time: string): Buffer => {
  const header = bytesOf(512, [0, 'a'], [124, '00000000000'], [136, time], [257, 'ustar']);
  setNumber(header, MTIME, Number.parseInt(time, 8));
  return header;
};
const zip = (time: string): Buffer => bytesOf(40, [0, 'PK\x03\x04'], [10, time], [26, '\x01\0'], [30, 'a']);
const pyc = (mtime: string): Buffer => bytesOf(24, [0, '\xa7\x0d\r\n'], [8, mtime], [12, 'M']);
const png = (second: string): Buffer =>
  bytesOf(
    52,
    [0, '\x89PNG\r\n\x1a\n'],
    [8, '\0\0\0\x0dIHDR'],
    [33, '\0\0\0\x07tIME\x07\xe8\x01\x02\x03\x04'],
    [47, second],
  );

/** Name of the format, path, and a file. */
const SAMPLES: readonly (readonly [name: string, path: string, bytes: Buffer])[] = [
  ['Guile bytecode (ELF)', 'usr/lib/x.go', bytesOf(64, [0, '\x7fELF'])],
  ['a kernel module (ELF)', 'usr/lib/modules/x.ko', bytesOf(64, [0, '\x7fELF'])],
  ['Emacs Lisp native code (ELF)', 'x.eln', bytesOf(64, [0, '\x7fELF'])],
  ['an ELF program or library', 'usr/bin/x', bytesOf(64, [0, '\x7fELF'])],
  ['Python bytecode', 'a.pyc', pyc('x')],
  ['Emacs Lisp bytecode', 'a.elc', bytesOf(8, [0, ';ELC'])],
  ['an Emacs dump', 'emacs.pdmp', bytesOf(0, [0, 'DUMPEDGNUEMACS\0'])],
  ['a Java class', 'A.class', bytesOf(10, [0, '\xca\xfe\xba\xbe'])],
  ['a Java class data archive', 'classes.jsa', bytesOf(16, [0, '\xa2\xba\x0b\xf0'])],
  ['a Java keystore', 'x.jks', bytesOf(12, [0, '\xfe\xed\xfe\xed'])],
  ['Lua bytecode', 'a.luac', bytesOf(4, [0, '\x1bLua'])],
  ['Erlang bytecode', 'a.beam', bytesOf(12, [0, 'FOR1'], [8, 'BEAM'])],
  ['a TeX format', 'a.fmt', bytesOf(0, [0, 'W2TX\0\0\0\x0cpdftex\0'])],
  ['an SQLite database', 'a.db', bytesOf(100, [0, 'SQLite format 3\0\x10\0'])],
  ['an SQLite write-ahead log', 'a.db-wal', bytesOf(32, [0, '\x37\x7f\x06\x82'])],
  ['an index of an SQLite write-ahead log', 'a.db-shm', bytesOf(48, [0, '\x18\xe2\x2d\0'])],
  ['an SQLite rollback journal', 'a.db-journal', bytesOf(28, [0, '\xd9\xd5\x05\xf9\x20\xa1\x63\xd7'])],
  ['a Berkeley DB database (btree)', 'a', bytesOf(72, [12, '\x62\x31\x05\0'])],
  ['a Berkeley DB database (hash)', 'a', bytesOf(72, [12, '\0\x06\x15\x61'])],
  ['a Berkeley DB database (queue)', 'a', bytesOf(72, [12, '\x53\x22\x04\0'])],
  ['a Berkeley DB database (heap)', 'a', bytesOf(72, [12, '\x82\x45\x07\0'])],
  ['an index of manual pages (gdbm)', 'var/cache/man/index.db', bytesOf(40, [0, '\xcf\x9a\x57\x13'])],
  ['a gdbm database', 'a', bytesOf(40, [0, '\xcd\x9a\x57\x13'])],
  ['an LMDB database', 'data.mdb', bytesOf(152, [16, '\xde\xc0\xef\xbe'])],
  ['a TDB database', 'a.tdb', bytesOf(0, [0, 'TDB file\n'])],
  ['a GPG keybox', 'pubring.kbx', bytesOf(32, [0, '\0\0\0\x20\x01\x01\0\x02KBXf'])],
  ['a GLib GVariant database (GSettings, dconf)', 'gschemas.compiled', bytesOf(24, [0, 'GVariant'])],
  ['an index of kernel modules', 'modules.dep.bin', bytesOf(12, [0, '\xb0\x07\xf4\x57'])],
  ['a git index', '.git/index', bytesOf(72, [0, 'DIRC'])],
  ['a git pack', 'a.pack', bytesOf(12, [0, 'PACK\0\0\0\x02'])],
  ['an index of a git pack', 'a.idx', bytesOf(1032, [0, '\xfftOc'])],
  ['a git object', `.git/objects/ab/${'0'.repeat(38)}`, deflateSync('blob 1\0x')],
  ['a message catalog (gettext)', 'a.mo', bytesOf(28, [0, '\xde\x12\x04\x95'])],
  ['a locale archive', 'locale-archive', bytesOf(56, [0, '\x09\x01\x02\xde'])],
  ['the shared-library cache (ld.so.cache)', 'etc/ld.so.cache', bytesOf(48, [0, 'glibc-ld.so.cache1.1'])],
  ['the auxiliary cache of ldconfig', 'aux-cache', bytesOf(64, [0, 'glibc-ld.so.auxcache-1.0'])],
  ['a systemd journal', 'system.journal', bytesOf(240, [0, 'LPKSHHRH'])],
  ['a systemd journal message catalog', 'database', bytesOf(40, [0, 'RHHHKSLP'])],
  ['a hardware database (hwdb.bin)', 'hwdb.bin', bytesOf(80, [0, 'KSLPHHRH'])],
  ['a font cache (fontconfig)', 'x.cache-7', bytesOf(64, [0, '\x04\xfc\x02\xfc'])],
  ['an icon cache (icon-theme.cache)', 'icon-theme.cache', bytesOf(12, [0, '\0\x01\0\0'])],
  ['a MIME type cache (mime.cache)', 'usr/share/mime/mime.cache', bytesOf(40, [0, '\0\x01\0\x02'])],
  ['an SELinux policy', 'policy.33', bytesOf(24, [0, '\x8c\xff\x7c\xf9'])],
  ['an aspell word list', 'en.rws', bytesOf(0, [0, 'aspell default speller rowl 1.10'])],
  ['a compressed hunspell word list', 'en.hzip', bytesOf(8, [0, 'hz0'])],
  ['a Vim spell file', 'en.spl', bytesOf(0, [0, 'VIMspell2'])],
  ['a time zone', 'UTC', bytesOf(44, [0, 'TZif2'])],
  ['a terminal description (terminfo)', 'usr/share/terminfo/l/linux', bytesOf(12, [0, '\x1a\x01'])],
  ['login records (utmp)', 'var/log/wtmp', bytesOf(768)],
  ['last login times (lastlog)', 'var/log/lastlog', bytesOf(292)],
  ['a Debian package', 'a.deb', Buffer.from(ar('debian-binary', 1), 'latin1')],
  ['an ar archive', 'a.a', Buffer.from(ar('a.o/', 1), 'latin1')],
  ['a tar archive', 'a.tar', tar('00000000001')],
  ['a cpio archive', 'a.cpio', Buffer.from(newc(1))],
  ['a cpio archive (odc)', 'a.cpio', bytesOf(76, [0, '070707'])],
  ['a Java archive', 'a.jar', zip('\0\0')],
  ['a ZIP archive', 'a.zip', zip('\0\0')],
  ['an RPM package', 'a.rpm', bytesOf(96, [0, '\xed\xab\xee\xdb'], [10, 'a-1-1'])],
  ['a gzip file', 'a', gzipSync('x')],
  ['an xz file', 'a', bytesOf(24, [0, '\xfd7zXZ\0'])],
  ['a zstd file', 'a', bytesOf(12, [0, '\x28\xb5\x2f\xfd'])],
  ['an lz4 file', 'a', bytesOf(12, [0, '\x04\x22\x4d\x18'])],
  ['a bzip2 file', 'a', bytesOf(14, [0, 'BZh91AY&SY'])],
  [
    'a Linux kernel (x86)',
    'vmlinuz',
    bytesOf(0x300, [0, 'MZ'], [0x202, 'HdrS'], [0x20e, '\x80\0'], [0x280, '6.1 (me@here)\0']),
  ],
  ['a Linux kernel (arm64)', 'Image', bytesOf(64, [0, 'MZ'], [0x38, 'ARM\x64'])],
  ['a Linux kernel (arm)', 'zImage', bytesOf(64, [0x24, '\x18\x28\x6f\x01'])],
  ['a U-Boot image', 'uImage', bytesOf(64, [0, '\x27\x05\x19\x56'])],
  ['a PE program (EFI)', 'x.efi', bytesOf(300, [0, 'MZ'], [0x3c, '\x40'], [0x40, 'PE\0\0'])],
  ['a device tree', 'a.dtb', bytesOf(40, [0, '\xd0\x0d\xfe\xed'])],
  ['a squashfs filesystem', 'a', bytesOf(96, [0, 'hsqs'])],
  ['an EROFS filesystem', 'a', bytesOf(1152, [1024, '\xe2\xe1\xf5\xe0'])],
  ['an ext4 filesystem', 'a', bytesOf(2048, [1024, '\x10'], [1080, '\x53\xef'])],
  ['a btrfs filesystem', 'a', bytesOf(66_000, [65_600, '_BHRfS_M'])],
  ['an XFS filesystem', 'a', bytesOf(64, [0, 'XFSB'])],
  ['an ISO 9660 filesystem', 'a', bytesOf(34_000, [32_769, 'CD001'])],
  ['a FAT filesystem', 'a', bytesOf(512, [54, 'FAT16'], [510, '\x55\xaa'])],
  ['a disk with a GUID partition table', 'a', bytesOf(1024, [512, 'EFI PART'])],
  ['swap space', 'a', bytesOf(4096, [4086, 'SWAPSPACE2'])],
  ['a certificate (PEM)', 'a.crt', pem(FIRST)],
  ['a certificate (DER)', 'a.der', FIRST],
  ['a PNG image', 'a.png', png('\0')],
  ['a PDF document', 'a.pdf', Buffer.from('%PDF-1.4\n/CreationDate (D:20240101)\n')],
  ['a GIF image', 'a.gif', bytesOf(0, [0, 'GIF89a'])],
  ['a JPEG image', 'a.jpg', bytesOf(0, [0, '\xff\xd8\xff\xe0'])],
];

for (const [name, path, bytes] of SAMPLES) {
  test(name, () => assert.is(formatOf(path, bytes)?.name, name));
}

test('every format has a sample', () => {
  const sampled = new Set(SAMPLES.map(([name]) => name));
  assert.equal(
    FORMATS.filter(({ name }) => !sampled.has(name)).map(({ name }) => name),
    [],
  );
});

test('texts, and what is of no format, is none', () => {
  for (const text of ['', 'x', 'a text\n', 'PKG=1\n', '\0\0\0\0', 'BZh is no bzip2 without more']) {
    assert.is(formatOf('etc/file', Buffer.from(text)), undefined, text);
    assert.is(describeKnown('etc/file', Buffer.from(text), Buffer.from(`${text}.`)), undefined);
  }
  assert.is(formatOf('a.bin', brotliCompressSync('text')), undefined);
  assert.is(describeKnown('a.pyc', Buffer.from('x'), Buffer.from('y')), undefined);
  assert.is(describeKnown('a', FIRST, FIRST), undefined, 'equal files');
});

/** The lines, but for those that are equal and the name. */
function differing(path: string, a: Buffer, b: Buffer): string[] {
  return (describeKnown(path, a, b)?.lines ?? []).filter((line, i) => i > 0 && /^[-+]| first/.test(line));
}

test('what headers say, and what the first difference is in', () => {
  const elf = (id: string): Buffer =>
    bytesOf(0, [0, '\x7fELF\x02\x01'], [64, '\x04\0\0\0\x02\0\0\0\x03\0\0\0GNU\0'], [80, id]);
  const sqlite = (at: number, text: string): Buffer =>
    bytesOf(8192, [0, 'SQLite format 3\0\x10\0'], [at, text]);
  const cases: readonly (readonly [path: string, a: Buffer, b: Buffer, lines: readonly string[]])[] = [
    [
      'a',
      sqlite(27, '\x01'),
      sqlite(27, '\x02'),
      [
        '-change counter 1',
        '+change counter 2',
        ' first differs at byte 27 of 8192 and 8192, in change counter',
      ],
    ],
    ['a', sqlite(5000, 'a'), sqlite(5000, 'b'), [' first differs at byte 5000 of 8192 and 8192, in page 2']],
    [
      'a.pyc',
      pyc('\0'),
      pyc('\x80\x51\x01'),
      [
        '-mtime of the source 1970-01-01T00:00:00Z',
        '+mtime of the source 1970-01-02T00:00:00Z',
        ' first differs at byte 8 of 24 and 24',
      ],
    ],
    [
      'a',
      elf('\x01\x02'),
      elf('\x01\x03'),
      ['-build id 0102', '+build id 0103', ' first differs at byte 81 of 82 and 82'],
    ],
    [
      'a.a',
      Buffer.from(ar('x.o/', 1)),
      Buffer.from(ar('x.o/', 60)),
      [
        '-oldest member of 1970-01-01T00:00:01Z',
        '+oldest member of 1970-01-01T00:01:00Z',
        '-newest member of 1970-01-01T00:00:01Z',
        '+newest member of 1970-01-01T00:01:00Z',
        ' first differs at byte 24 of 68 and 68, in member x.o',
      ],
    ],
    [
      'a.tar',
      tar('00000000001'),
      tar('00000000002'),
      [
        '-oldest member of 1970-01-01T00:00:01Z',
        '+oldest member of 1970-01-01T00:00:02Z',
        '-newest member of 1970-01-01T00:00:01Z',
        '+newest member of 1970-01-01T00:00:02Z',
        ' first differs at byte 146 of 512 and 512, in member a',
      ],
    ],
    [
      'a.png',
      png('\x05'),
      png('\x06'),
      [
        '-modified 2024-01-02 03:04:05',
        '+modified 2024-01-02 03:04:06',
        ' first differs at byte 47 of 52 and 52, in chunk tIME',
      ],
    ],
    [
      'a',
      bytesOf(0x300, [0x202, 'HdrS'], [0x20e, '\x80\0'], [0x280, '6.1 #1']),
      bytesOf(0x300, [0x202, 'HdrS'], [0x20e, '\x80\0'], [0x280, '6.1 #2']),
      ['-version 6.1 #1', '+version 6.1 #2', ' first differs at byte 645 of 768 and 768'],
    ],
  ];
  for (const [path, a, b, lines] of cases) assert.equal(differing(path, a, b), lines, path);
  const dates = differing('a.pem', pem(FIRST), pem(SECOND)).join('\n');
  assert.match(dates, /-serial number 01\n\+serial number 02\n/);
  assert.match(dates, /-valid to \w+ +\d+ [\d:]+ \d{4} GMT\n\+valid to /);
});

test('gzip by its header', () => {
  const other = gzipSync('x');
  other.writeUInt32LE(5, 4);
  const lines = describeKnown('a', gzipSync('x'), other)?.lines;
  assert.equal(lines?.slice(0, 3), [' a gzip file', '-mtime none', '+mtime 1970-01-01T00:00:05Z']);
});

test('a section of a program', () => {
  const program = (last: string): Buffer =>
    bytesOf(
      0,
      [0, '\x7fELF\x02\x01'],
      [40, '\x80'],
      [58, '\x40\0\x02\0\x01\0'],
      [70, last],
      // Of two sections: .data at 64 with 16 bytes, and the names at 96.
      [128, '\x01'],
      [152, '\x40'],
      [160, '\x10'],
      [192, '\x07'],
      [216, '\x60'],
      [224, '\x10'],
      [96, '\0.data\0.shstr\0'],
      [256, ''],
    );
  assert.equal(differing('a', program('x'), program('y')), [
    ' first differs at byte 70 of 256 and 256, in section .data',
  ]);
});

test('another format on each side', () => {
  const found = describeKnown('a', gzipSync('x'), bytesOf(12, [0, '\x28\xb5\x2f\xfd']));
  assert.equal(found, { lines: ['-a gzip file', '+a zstd file'], isTold: false });
  const lost = describeKnown('a', FIRST, Buffer.from('x'));
  assert.equal(lost?.lines, ['-a certificate (DER)', '+a file of unknown format']);
});

test('of a part of a file only its header is told', () => {
  const [a, b] = [tar('00000000001'), tar('00000000002')];
  assert.equal(describeKnown('a', a, b, { sizes: [9e9, 9e9], at: 8e9 })?.lines, [
    ' a tar archive',
    ' first differs at byte 8000000000 of 9000000000 and 9000000000',
  ]);
});

test('what a header says may be secret, too', () => {
  const image = (name: string): Buffer => bytesOf(64, [0, '\x27\x05\x19\x56'], [32, name]);
  const lines = describeKnown('a', image('password=hush1'), image('password=hush2'))?.lines ?? [];
  assert.match(lines.join(), 'password');
  assert.not.match(lines.join(), 'hush');
});

test('any bytes behind any beginning, and any truncation', () => {
  const sample = fc.constantFrom(...SAMPLES);
  fc.assert(
    fc.property(
      sample,
      fc.uint8Array({ maxLength: 400 }),
      fc.nat(2000),
      fc.nat(2000),
      (one, noise, at, cut) => {
        const [, path, bytes] = one;
        const damaged = Buffer.concat([bytes, Buffer.from(noise)]);
        damaged.set(
          noise.subarray(0, Math.max(0, damaged.length - (at % damaged.length))),
          at % damaged.length,
        );
        for (const file of [damaged, bytes.subarray(0, cut), damaged.subarray(0, cut), Buffer.from(noise)]) {
          for (const [left, right] of [
            [bytes, file],
            [file, bytes],
          ] as const) {
            const found = describeKnown(path, left, right);
            assert.ok((found?.lines.length ?? 0) <= 12);
          }
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test.run();
