import { writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedArchive } from '../../fixtures/cpio/read.ts';
import { encodeHeader, FILE_TYPE_BITS, headerSpan, paddingAfter } from '../../src/cpio/newc.ts';
import { StillrootError } from '../../src/errors.ts';
import { readArchive } from '../../src/source/archive.ts';
import { encodeIndex } from '../../src/xz/block-index.ts';
import { BLOCK_CHECK, encodeBlock } from '../../src/xz/encode-block.ts';
import { encodeStreamFooter, encodeStreamHeader } from '../../src/xz/stream-header.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('source/archive');
const scratch = new Scratch('archive');
test.after(() => scratch.remove());

const ZERO = {
  inode: 0,
  uid: 0,
  gid: 0,
  nlink: 1,
  mtime: 0,
  deviceMajor: 0,
  deviceMinor: 0,
  rdeviceMajor: 0,
  rdeviceMinor: 0,
  check: 0,
};

function record(name: string, data = ''): Buffer {
  const header = Buffer.alloc(headerSpan(name.length));
  encodeHeader(header, 0, { ...ZERO, mode: FILE_TYPE_BITS.file | 0o644, fileSize: data.length }, name);
  return Buffer.concat([header, Buffer.from(data, 'latin1'), Buffer.alloc(paddingAfter(data.length))]);
}

const archive = (...names: string[]): Buffer =>
  Buffer.concat([...names.map((name) => record(name, `data of ${name}`)), record('TRAILER!!!')]);

async function xz(content: Buffer, cut: number): Promise<Buffer> {
  const options = { preset: 1, dictionary: 1 << 20, x86: false };
  const blocks = await Promise.all(
    [content.subarray(0, cut), content.subarray(cut)].map((part) =>
      encodeBlock(Uint8Array.from(part), options),
    ),
  );
  const index = encodeIndex(blocks);
  const footer = encodeStreamFooter({ check: BLOCK_CHECK, indexSize: index.length });
  return Buffer.concat([encodeStreamHeader(BLOCK_CHECK), ...blocks.map(({ bytes }) => bytes), index, footer]);
}

async function listed(bytes: Buffer): Promise<string[]> {
  const path = scratch.in('archive');
  writeFileSync(path, bytes);
  const seen: string[] = [];
  await readArchive(path, {
    entry: ({ name }, segment) => seen.push(`${segment} ${name}: `),
    data: (data) => seen.push(`${seen.pop()}${Buffer.from(data).toString('latin1')}`),
  });
  return seen;
}

test('plain, and in blocks of .xz that cut an entry in two', async () => {
  const plain = archive('a', 'b');
  const expected = ['0 a: data of a', '0 b: data of b'];
  assert.equal(await listed(plain), expected);
  for (const cut of [4, 130, plain.length - 3]) assert.equal(await listed(await xz(plain, cut)), expected);
});

test('an early segment, padding, and what comes behind it', async () => {
  const early = Buffer.concat([archive('kernel/x'), Buffer.alloc(512)]);
  assert.equal(await listed(Buffer.concat([early, archive('a')])), [
    '0 kernel/x: data of kernel/x',
    '1 a: data of a',
  ]);
  const compressed = await xz(archive('a'), 50);
  assert.equal(await listed(Buffer.concat([early, compressed])), [
    '0 kernel/x: data of kernel/x',
    '1 a: data of a',
  ]);
});

test('every format, and one behind another', async () => {
  for (const name of ['gnu-crc', 'gnu-odc', 'gnu-bin', 'bsd-odc', 'busybox-newc']) {
    const old = await listed(capturedArchive(name));
    assert.ok(old.length > 10 && old.includes('0 owned: even'), name);
    const both = await listed(Buffer.concat([capturedArchive(name), archive('a')]));
    assert.equal(both, [...old, '1 a: data of a'], name);
  }
});

test('entries are the same where nobody wants the data', async () => {
  const path = scratch.in('big');
  const big = 'x'.repeat(5_000_000);
  writeFileSync(path, Buffer.concat([record('a', big), record('b', big), archive('c')]));
  const names: string[] = [];
  await readArchive(path, { entry: ({ name }) => names.push(name) });
  assert.equal(names, ['a', 'b', 'c']);
});

const BAD: readonly (readonly [string, () => Promise<Buffer>, string, RegExp])[] = [
  ['an empty file', async () => Buffer.alloc(0), 'archive-not-supported', /the file is empty/],
  [
    'junk',
    async () => Buffer.from('hello'),
    'archive-not-supported',
    /byte 0: neither a cpio archive nor an \.xz/,
  ],
  [
    'an old format, damaged',
    async () => Buffer.from(`070707${'0'.repeat(200)}`),
    'archive-malformed',
    /c_namesize is 0/,
  ],
  [
    'a file that reaches beyond the end',
    async () => record('a', 'x'.repeat(3_000_000)).subarray(0, 2_000_000),
    'archive-malformed',
    /cut short: it ends inside the data of a file/,
  ],
  ['a relative of cpio', async () => Buffer.from('070727'.padEnd(99)), 'archive-not-supported', /afio/],
  ['no trailer', async () => record('a', 'x'), 'archive-malformed', /there is no trailer/],
  [
    'junk behind the trailer',
    async () => Buffer.concat([archive('a'), Buffer.from('junk')]),
    'archive-not-supported',
    /byte \d+: neither/,
  ],
  ['a cut .xz', async () => (await xz(archive('a'), 50)).subarray(0, 100), 'archive-malformed', /./],
  [
    'two archives in one .xz',
    async () => xz(Buffer.concat([archive('a'), archive('b')]), 50),
    'archive-not-supported',
    /a second archive follows in the same \.xz stream/,
  ],
];

for (const [name, make, code, message] of BAD) {
  test(`refused: ${name}`, async () => {
    const bytes = await make();
    const error = await listed(bytes).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    if (!(error instanceof StillrootError)) throw new Error(`no StillrootError but ${error}`);
    assert.is(error.code, code, error.message);
    assert.match(error.message, message);
  });
}

test('a file that is not there, and one that is no file', async () => {
  for (const [path, code] of [
    [scratch.in('none'), 'source-missing'],
    [scratch.path, 'source-not-supported'],
  ] as const) {
    const error = await readArchive(path, { entry: () => {} }).catch((cause: unknown) => cause);
    assert.is((error as StillrootError).code, code);
  }
});

test.run();
