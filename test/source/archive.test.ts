import { writeFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedArchive } from '../../fixtures/cpio/read.ts';
import { StillrootError } from '../../src/errors.ts';
import { readArchive } from '../../src/source/archive.ts';
import { newc, newcArchive, tarArchive, ustar, xzFile } from '../support/archive-bytes.ts';
import { rejects } from '../support/rejects.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('source/archive');
const scratch = new Scratch('archive');
test.after(() => scratch.remove());

const archive = (...names: string[]): Buffer =>
  newcArchive(...names.map((name) => newc(name, { data: `data of ${name}` })));

const xz = (content: Buffer, cut: number): Promise<Buffer> => xzFile(content, [cut]);

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

test('archives one behind another in one compressed member, with zeros between, however it is cut', async () => {
  const content = Buffer.concat([archive('a'), Buffer.alloc(300), archive('b'), capturedArchive('gnu-odc')]);
  for (const cut of [1, 120, 248, 250, 600, content.length - 1]) {
    const found = await listed(await xz(content, cut));
    assert.equal(found.slice(0, 2), ['0 a: data of a', '1 b: data of b'], `cut at ${cut}`);
    assert.ok(found.includes('2 owned: even'));
  }
});

test('tar, plain and compressed, with the zeros of its last record', async () => {
  const plain = Buffer.concat([tarArchive(ustar('./a', { data: 'of a' }), ustar('b')), Buffer.alloc(9000)]);
  for (const bytes of [plain, await xz(plain, 700), gzipSync(plain), zstdCompressSync(plain)]) {
    assert.equal(await listed(bytes), ['0 ./a: of a', '0 b: ']);
  }
});

test('an archive of a few bytes behind another', async () => {
  const content = Buffer.concat([archive('a'), Buffer.alloc(4), archive()]);
  for (const bytes of [content, await xz(content, 9)]) {
    assert.equal(await listed(bytes), ['0 a: data of a']);
  }
});

test('what is found is told: where archives begin, of what format, and whether they end', async () => {
  const path = scratch.in('archive');
  const first = Buffer.concat([archive('kernel/x'), Buffer.alloc(100)]);
  const inner = Buffer.concat([archive('a'), Buffer.alloc(56), archive('b')]);
  writeFileSync(path, Buffer.concat([first, await xz(inner, 9)]));
  const told: string[] = [];
  await readArchive(path, {
    member: ({ offset, compression }) => void told.push(`member ${offset} ${compression}`),
    start: ({ segment, fileOffset, memberOffset }) =>
      void told.push(`start ${segment} ${fileOffset} ${memberOffset}`),
    entry: ({ name }) => void told.push(name),
    end: ({ segment, format, endMarked }) => void told.push(`end ${segment} ${format} ${endMarked}`),
  });
  assert.equal(told, [
    ...['member 0 none', 'start 0 0 0', 'kernel/x', 'end 0 newc true'],
    ...[`member ${first.length} xz`, `start 1 ${first.length} 0`, 'a', 'end 1 newc true'],
    ...[`start 2 ${first.length} 304`, 'b', 'end 2 newc true'],
  ]);
  writeFileSync(path, ustar('a'));
  await readArchive(path, { entry: () => {}, end: ({ endMarked }) => void told.push(String(endMarked)) });
  assert.is(told.at(-1), 'false');
});

test('a limit on entries counts those of all archives', async () => {
  const path = scratch.in('archive');
  writeFileSync(path, Buffer.concat([archive('a', 'b'), archive('c')]));
  const read = (entries: number): Promise<void> =>
    readArchive(path, { entry: () => {} }, { limits: { entries } });
  await read(3);
  await rejects(() => read(2), 'archive-limit', /has more than 2 entries\. .*--limit entries=VALUE/);
});

test('a signal ends it', async () => {
  const path = scratch.in('archive');
  writeFileSync(path, await xz(archive('a', 'b'), 130));
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  const error = await readArchive(path, { entry: () => {} }, { signal: controller.signal }).catch((e) => e);
  assert.is((error as Error).message, 'enough');
});

test('entries are the same where nobody wants the data', async () => {
  const path = scratch.in('big');
  const big = 'x'.repeat(5_000_000);
  writeFileSync(path, Buffer.concat([newc('a', { data: big }), newc('b', { data: big }), archive('c')]));
  const names: string[] = [];
  await readArchive(path, { entry: ({ name }) => names.push(name) });
  assert.equal(names, ['a', 'b', 'c']);
});

test('so many zeros as tar programs write are an archive without entries, compressed or not', async () => {
  for (const size of [1024, 1536, 10_240, 1024 * 1024]) {
    const zeros = Buffer.alloc(size);
    for (const bytes of [zeros, gzipSync(zeros), zstdCompressSync(zeros)]) {
      const path = scratch.in('zeros');
      writeFileSync(path, bytes);
      const seen: string[] = [];
      await readArchive(path, {
        entry: () => seen.push('entry'),
        start: ({ segment, fileOffset }) => seen.push(`start ${segment} at ${fileOffset}`),
        end: ({ segment, format, endMarked }) => seen.push(`end ${segment} ${format} ${endMarked}`),
        warning: ({ code }) => seen.push(code),
      });
      assert.equal(seen, ['start 0 at 0', 'end 0 tar true'], `${size}`);
    }
  }
});

test('where damaged data are no archive, the damage is the reason, unless it is far away', async () => {
  const stored = (content: Buffer): Buffer => {
    const bytes = Buffer.from(gzipSync(content, { level: 0 }));
    // The first byte after the headers of gzip and of the stored block.
    bytes[15] = (bytes[15] as number) ^ 1;
    return bytes;
  };
  const path = scratch.in('damaged');
  const whole = tarArchive(ustar('a', { data: 'x' }));
  const read = (): Promise<void> => readArchive(path, { entry: () => {} });
  writeFileSync(path, stored(whole));
  await rejects(read, 'archive-malformed', /the content of the gzip member does not match its CRC32/);
  // What is intact is said to be no archive, as before.
  writeFileSync(path, gzipSync(Buffer.from('no archive'.repeat(100))));
  await rejects(read, 'archive-not-supported', /neither a cpio nor a tar archive/);
  writeFileSync(path, stored(Buffer.concat([whole, Buffer.alloc(66 * 1024 * 1024)])));
  await rejects(read, 'archive-not-supported', /neither a cpio nor a tar archive/);
});

const BAD: readonly (readonly [string, () => Promise<Buffer>, string, RegExp])[] = [
  ['an empty file', async () => Buffer.alloc(0), 'archive-malformed', /: is empty\. /],
  [
    'too few zeros',
    async () => Buffer.alloc(1023),
    'archive-malformed',
    /: contains only zeros, too few for a tar archive without entries \(1024 bytes\)/,
  ],
  [
    'zeros that are no whole blocks',
    async () => Buffer.alloc(1025),
    'archive-malformed',
    /: contains only zeros\. /,
  ],
  [
    'an erased disk',
    async () => Buffer.alloc(1024 * 1024 + 512),
    'archive-malformed',
    /: contains only zeros, too many for a tar archive without entries \(1048576 bytes\)/,
  ],
  [
    'an erased disk, compressed',
    async () => gzipSync(Buffer.alloc(2 * 1024 * 1024)),
    'archive-malformed',
    /: the gzip data hold nothing but zeros, too many/,
  ],
  [
    'zeros alone in a member behind an archive',
    async () => Buffer.concat([archive('a'), gzipSync(Buffer.alloc(1024))]),
    'archive-malformed',
    /byte \d+: the gzip data hold nothing but zeros\. /,
  ],
  [
    'an archive behind an empty tar archive of its own member',
    async () => Buffer.concat([zstdCompressSync(Buffer.alloc(1024)), archive('a')]),
    'archive-malformed',
    /unexpected data follows the end of the tar archive/,
  ],
  [
    'junk',
    async () => Buffer.from('hello'),
    'archive-not-supported',
    /: is neither a cpio nor a tar archive\. /,
  ],
  [
    'an old format, damaged',
    async () => Buffer.from(`070707${'0'.repeat(200)}`),
    'archive-malformed',
    /c_namesize is 0/,
  ],
  [
    'a file that reaches beyond the end',
    async () => newc('a', { data: 'x'.repeat(3_000_000) }).subarray(0, 2_000_000),
    'archive-malformed',
    /cut short: it ends inside the data of a file/,
  ],
  ['a relative of cpio', async () => Buffer.from('070727'.padEnd(99)), 'archive-not-supported', /afio/],
  [
    'junk behind an entry, without a trailer',
    async () => Buffer.concat([newc('a', { data: 'x' }), Buffer.from('junk')]),
    'archive-malformed',
    /byte 116: unexpected data follows the last entry: neither a header, another archive nor zeros/,
  ],
  [
    'a damaged header behind an entry',
    async () => Buffer.concat([newc('a', { data: 'x' }), Buffer.from('070799'.padEnd(200, '0'))]),
    'archive-malformed',
    /cpio magic is "070799"/,
  ],
  [
    'junk behind the trailer',
    async () => Buffer.concat([archive('a'), Buffer.from('junk')]),
    'archive-malformed',
    /byte \d+: unexpected data follows the end of the archive: neither another archive nor zeros/,
  ],
  [
    'junk behind the trailer in .xz',
    async () => xz(Buffer.concat([archive('a'), Buffer.from('junk')]), 50),
    'archive-malformed',
    /byte 24\d of what is compressed at byte 0: unexpected data follows/,
  ],
  [
    'junk behind a tar archive',
    async () => Buffer.concat([tarArchive(ustar('a')), Buffer.from('junk')]),
    'archive-malformed',
    /byte 1536: unexpected data follows the end of the tar archive/,
  ],
  [
    'a tar archive behind another',
    async () => Buffer.concat([tarArchive(ustar('a')), tarArchive(ustar('b'))]),
    'archive-malformed',
    /byte 1536: unexpected data follows the end of the tar archive/,
  ],
  [
    'a tar archive behind a cpio archive, cut',
    async () => Buffer.concat([archive('a'), ustar('b', { data: 'x' }).subarray(0, 700)]),
    'archive-malformed',
    /archive 2, at byte 248 of the file: byte \d+ of the tar archive: .*cut short/,
  ],
  ['nothing in .xz', async () => xz(Buffer.alloc(0), 0), 'archive-malformed', /the xz data hold nothing\./],
  [
    'zeros in .xz',
    async () => xz(Buffer.alloc(5000), 7),
    'archive-malformed',
    /the xz data hold nothing but zeros/,
  ],
  ['a cut .xz', async () => (await xz(archive('a'), 50)).subarray(0, 100), 'archive-malformed', /./],
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
