// One small tree packed by every packer and compressor: the archives differ, never the tree, and the report says how.
import {
  linkSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { missing, testWhere } from '../support/requires.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('diff of packers');
const scratch = new Scratch('diff-packers', '/var/tmp');
const tree = scratch.in('tree');
const TOOLS = ['cpio', 'bsdcpio', 'busybox', 'tar', 'bsdtar', 'gzip', 'pigz', 'xz', 'zstd', 'lz4'];
const lacking = missing({ tools: TOOLS });
const TIME = 1_700_000_000;

test.after(() => scratch.remove());

before(test, () => {
  for (const path of ['', 'etc', 'usr', 'usr/bin', 'usr/lib']) mkdirSync(`${tree}/${path}`);
  writeFileSync(`${tree}/etc/a`, 'x\n');
  const lines = Array.from({ length: 40_000 }, (_, i) => `${(i * 2_654_435_761) % 65_521} line ${i}\n`);
  writeFileSync(`${tree}/usr/bin/p`, lines.join(''));
  writeFileSync(`${tree}/usr/lib/n`, lines.slice(0, 999).join(''));
  linkSync(`${tree}/usr/bin/p`, `${tree}/usr/bin/q`);
  symlinkSync('p', `${tree}/usr/bin/s`);
  for (const path of readdirSync(tree, { recursive: true }) as string[]) {
    lutimesSync(`${tree}/${path}`, TIME, TIME);
  }
  utimesSync(tree, TIME, TIME);
});

/** Shell scripts that write an archive of the working directory to standard output. */
const NAMES = 'find etc usr | LC_ALL=C sort';
const cpio = (options: string): string => `${NAMES} | cpio -o --quiet ${options}`;
const newc = cpio('-H newc');
/** bsdtar takes a directory in its own order, so the order is given to both. */
const tar = (options: string): string => `${NAMES} | tar --no-recursion -T - -cf - ${options}`;
const bsdtar = (format: string): string => `${NAMES} | bsdtar -n -T - --format=${format} -cf -`;

type Expected = readonly (readonly [field: string, lines?: RegExp])[];

const ARCHIVES: readonly (readonly [what: string, a: string, b: string, expected: Expected])[] = [
  ['inode numbers', newc, cpio('-H newc --renumber-inodes'), [['inode', /^-etc: \d+\n\+etc: \d+$/]]],
  ['device numbers', newc, cpio('-H newc --ignore-devno'), [['source-device', /^-\d+:\d+\n\+0:0$/]]],
  ['padding', newc, cpio('-H newc -C 4096'), [['padding', /^-\d+ bytes\n\+\d+ bytes$/]]],
  ['formats', newc, cpio('-H crc'), [['format', /^-newc\n\+crc$/]]],
  ['odc', newc, cpio('-H odc'), [['format', /^-newc\n\+odc$/], ['inode']]],
  ['children first', newc, 'find etc usr -depth | cpio -o --quiet -H newc', [['order', /^-etc, etc\/a, /]]],
  ['the root', newc, `(echo .; ${NAMES}) | cpio -o --quiet -H newc`, [['root', /^-none\n\+mode 0755, /]]],
  ['names', newc, 'find ./etc ./usr | LC_ALL=C sort | bsdcpio -o --quiet -H newc', [['names', /\+\.\/etc$/]]],
  ['digits of bsdcpio', newc, `${NAMES} | bsdcpio -o --quiet -H newc`, [['rest']]],
  ['bsdcpio, odc', cpio('-H odc'), `${NAMES} | bsdcpio -o --quiet -H odc`, [['inode']]],
  ['busybox cpio', newc, `${NAMES} | busybox cpio -o -H newc`, [['order']]],
  ['GNU tar, pax', tar('--format=gnu'), tar('--format=pax'), [['format', /^-gnu\n\+pax$/]]],
  ['names of owners', tar('--format=gnu'), tar('--format=gnu --numeric-owner'), [['owner-names', /\+none$/]]],
  ['records of tar', tar('--format=gnu'), tar('--format=gnu -b 1'), [['padding']]],
  ['bsdtar, ustar', tar('--format=ustar'), bsdtar('ustar'), [['rest']]],
  ['pax headers of bsdtar', tar('--format=pax'), bsdtar('pax'), [['rest']]],
  ['tar and cpio', newc, tar('--format=gnu'), [['format', /^-newc\n\+tar$/], ['inode'], ['nlink']]],
];

const COMPRESSORS: readonly (readonly [what: string, a: string, b: string, lines: RegExp])[] = [
  ['gzip -6, -9', 'gzip -6n', 'gzip -9n', /^-gzip \(no time.*\n\+gzip \(level 9, no time/],
  [
    'gzip with a time',
    'gzip -6n',
    'gzip -6 < plain > x; cp -p plain named; gzip -6N named; cat named.gz #',
    /\+gzip \(time 2.*name named,/,
  ],
  ['gzip, pigz', 'gzip -6n', 'pigz -6n', /./],
  ['xz -6, -9', 'xz -6 -T1', 'xz -9 -T1', /dictionary 8 MiB.*\n.*dictionary 64 MiB/],
  [
    'xz -T1, -T2',
    'xz -6 -T1',
    'xz -6 -T2',
    /^-xz in one block \(check crc64, dictionary 8 MiB\).*\n\+.*sizes in block headers/,
  ],
  [
    'xz, blocks',
    'xz -6 -T1',
    'xz -6 -T1 --block-size=64KiB',
    /one block.*\n.*blocks, the largest of 65536 bytes/,
  ],
  ['xz, check', 'xz -6 -T1', 'xz -6 -T1 -C crc32', /check crc64.*\n.*check crc32/],
  ['xz, filter', 'xz -6 -T1', 'xz -T1 --x86 --lzma2=preset=6', /\n.*x86 filter/],
  ['zstd -3, -19', 'zstd -qc -3', 'zstd -qc -19', /window 2 MiB.*\n.*window 8 MiB/],
  ['zstd, no check', 'zstd -qc -3', 'zstd -qc -3 --no-check', /\(checksum.*\n.*\(no checksum/],
  ['lz4, that of the kernel', 'lz4 -qc', 'lz4 -qlc', /blocks of .*\n.*legacy frame/],
  ['gzip, xz', 'gzip -6n', 'xz -6', /^-gzip .*\n\+xz /],
  ['none', 'cat', 'gzip -6n', /^-uncompressed, \d+ bytes\n\+gzip /],
];

interface Document {
  readonly clusters: readonly {
    readonly cause: string;
    readonly fields: readonly string[];
    readonly remedy: string;
    readonly example: { readonly lines: readonly string[] } | null;
  }[];
  readonly proof: { readonly equal: boolean };
}

async function diff(scripts: readonly [string, string]): Promise<Document> {
  const paths = [scratch.in('a'), scratch.in('b')] as const;
  for (const [i, script] of scripts.entries()) {
    await succeed(['bash', '-o', 'pipefail', '-c', `(${script}\n) > '${paths[i]}'`], { cwd: tree });
  }
  const { status, stdout, stderr } = await run(['diff', ...paths, '--json']);
  assert.is(status, 1, stderr);
  const document = JSON.parse(stdout) as Document;
  assert.ok(document.proof.equal);
  return document;
}

for (const [what, a, b, expected] of ARCHIVES) {
  testWhere(test, lacking, `archive layer only: ${what}`, async () => {
    const { clusters } = await diff([a, b]);
    assert.equal(
      clusters.map(({ cause, fields, remedy }) => [cause, ...fields, remedy]),
      expected.map(([field]) => ['archive-layer', field, 'built-in']),
    );
    for (const [i, [, lines]] of expected.entries()) {
      if (lines !== undefined) assert.match(clusters[i]?.example?.lines.join('\n') ?? '', lines);
    }
  });
}

for (const [what, a, b, lines] of COMPRESSORS) {
  testWhere(test, lacking, `compressor only: ${what}`, async () => {
    const work = scratch.in('work');
    const script = (compressor: string): string =>
      `mkdir -p '${work}'; ${newc} > '${work}/plain'; cd '${work}'; ${compressor} < plain`;
    const { clusters } = await diff([script(a), script(b)]);
    assert.equal(
      clusters.map(({ cause, fields }) => [cause, ...fields]),
      [['compressor', 'compression']],
    );
    assert.match(clusters[0]?.example?.lines.join('\n') ?? '', lines);
  });
}

test.run();
