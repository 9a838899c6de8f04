import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeContent } from '../../fixtures/compressed/content.ts';
import {
  type ArchiveFile,
  type BlockAccess,
  type Member,
  openArchiveFile,
  type PlainAccess,
} from '../../src/source/archive-file.ts';
import type { ReadLimits } from '../../src/source/read-limits.ts';
import { fixture } from '../formats/compressed-samples.ts';
import { concat, failure, sha256, textLike, writeXz } from '../formats/xz/sample.ts';

const scratch = mkdtempSync(join(tmpdir(), 'stillroot-'));
const test = suite('archive file');
test.after(() => rmSync(scratch, { recursive: true }));

const path = join(scratch, 'archive');

/** Opens a file of these bytes for the length of `work`. */
async function withFile<T>(
  parts: readonly Uint8Array[],
  work: (file: ArchiveFile) => T,
  limits: Partial<ReadLimits> = {},
): Promise<Awaited<T>> {
  writeFileSync(path, concat(parts));
  const file = openArchiveFile(path, limits);
  try {
    return await work(file);
  } finally {
    file.close();
  }
}

async function take(member: Member): Promise<{ content: Uint8Array; nextOffset: number }> {
  const pieces: Uint8Array[] = [];
  const stream = member.stream();
  for (;;) {
    const { done, value } = await stream.next();
    if (done === true) return { content: concat(pieces), nextOffset: value.nextOffset };
    pieces.push(Uint8Array.from(value));
  }
}

const EARLY = Buffer.from(`070701${'x'.repeat(506)}`);
const TEXTS = [textLike(5000, 1), textLike(60_000, 2), textLike(700, 3)];

test('members follow each other as in an initramfs, whatever they are compressed with', async () => {
  const members = [
    gzipSync(TEXTS[0]!),
    await writeXz(TEXTS),
    zstdCompressSync(TEXTS[1]!),
    fixture('legacy.lz4'),
    EARLY,
  ];
  const file = members.flatMap((member) => [new Uint8Array(100), member]);
  await withFile(file, async (opened) => {
    const found: string[] = [];
    let at = 0;
    for (let member = opened.memberAt(at); member !== undefined; member = opened.memberAt(at)) {
      const { content, nextOffset } = await take(member);
      found.push(`${member.offset} ${member.compression} ${content.length}`);
      assert.ok(nextOffset > at);
      at = nextOffset;
    }
    const offsets: number[] = [];
    let end = 0;
    for (const member of members) {
      offsets.push(end + 100);
      end += 100 + member.length;
    }
    assert.equal(found, [
      `${offsets[0]} gzip 5000`,
      `${offsets[1]} xz 65700`,
      `${offsets[2]} zstd 60000`,
      `${offsets[3]} lz4 ${makeContent().length}`,
      `${offsets[4]} none 512`,
    ]);
    assert.is(at, end);
  });
});

test('nothing begins at the end or where only zeros follow', async () => {
  await withFile([EARLY, new Uint8Array(3_000_000)], (file) => {
    assert.is(file.memberAt(512), undefined);
    assert.is(file.memberAt(file.size), undefined);
    assert.is(file.memberAt(2 ** 40), undefined);
    assert.is(file.memberAt(3)!.offset, 3);
  });
  await withFile([], (file) => assert.is(file.memberAt(0), undefined));
  await withFile([new Uint8Array(2_500_000), EARLY], (file) =>
    assert.is(file.memberAt(0)!.offset, 2_500_000),
  );
});

test('an uncompressed member is the rest of the file and read at any place', async () => {
  const rest = textLike(3_000_000, 4);
  await withFile([new Uint8Array(4), EARLY, rest], async (file) => {
    const member = file.memberAt(0)!;
    assert.is(member.compression, 'none');
    const { content, nextOffset } = await take(member);
    assert.is(sha256(content), sha256(concat([EARLY, rest])));
    assert.is(nextOffset, file.size);
    const access = member.random() as PlainAccess;
    assert.is(access.size, file.size - 4);
    assert.equal(Buffer.from(access.read(512, 20)), Buffer.from(rest.subarray(0, 20)));
    assert.is(access.read(access.size - 2, 10).length, 2);
    assert.equal(Buffer.from(file.read(4, 6)).toString(), '070701');
  });
});

test('an .xz member is read by block', async () => {
  const xz = await writeXz(TEXTS, { x86: true });
  await withFile([EARLY, xz, EARLY], async (file) => {
    const member = file.memberAt(512)!;
    const access = member.random() as BlockAccess;
    assert.is(access.kind, 'blocks');
    assert.is(access.size, 65_700);
    assert.is(access.nextOffset, 512 + xz.length);
    assert.is(access.blockAt(5000), 1);
    assert.is(sha256(await access.readBlock(1)), sha256(TEXTS[1]!));
    const pieces: Uint8Array[] = [];
    for await (const piece of access.stream(1, 3)) pieces.push(Uint8Array.from(piece));
    assert.is(sha256(concat(pieces)), sha256(concat(TEXTS.slice(1))));
    assert.equal(await take(member), { content: concat(TEXTS), nextOffset: 512 + xz.length });
    // What is equal compressed is equal: the bytes of a block are in the file as they are.
    const { offset, packedSize } = access.blocks[1]!;
    assert.is(file.read(offset, packedSize).length, packedSize);
  });
});

test('the others have no way to read a part', async () => {
  await withFile([gzipSync('x')], (file) => assert.is(file.memberAt(0)!.random(), undefined));
});

/** 128 KiB of zeros in four bytes, as often as asked. */
function zstdOfZeros(blocks: number): Buffer {
  const body = Buffer.alloc(blocks * 4);
  for (let index = 0; index < blocks; index++) {
    body.writeUIntLE((131_072 << 3) | 2 | (index === blocks - 1 ? 1 : 0), index * 4, 3);
  }
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]), body]);
}

async function drain(file: ArchiveFile): Promise<number> {
  let count = 0;
  for await (const piece of file.memberAt(0)!.stream()) count += piece.length;
  return count;
}

test('zeros without end stop at the expansion ratio, and not before', async () => {
  const bomb = zstdOfZeros(8500);
  const error = await failure(() => withFile([bomb], drain));
  assert.is(error.code, 'archive-limit');
  assert.match(
    error.message,
    /bytes decode to \d+ or more, the limit is 1000 bytes per byte. .*--limit expansionRatio=/,
  );
  const small = zstdOfZeros(800);
  const size = 800 * 131_072;
  assert.is(await withFile([small], drain), size);
  const expansionFree = 1024 * 1024;
  assert.is(await withFile([small], drain, { expansionFree, expansionRatio: 40_000 }), size);
  const early = await failure(() => withFile([small], drain, { expansionFree, expansionRatio: 30_000 }));
  assert.is(early.code, 'archive-limit');
});

test('limits of size and dictionary hold for every format', async () => {
  const xz = await writeXz(TEXTS);
  for (const bytes of [gzipSync(TEXTS[1]!), xz, zstdCompressSync(TEXTS[1]!), fixture('linked.lz4')]) {
    const error = await failure(() => withFile([bytes], drain, { uncompressedSize: 50_000 }));
    assert.is(error.code, 'archive-limit');
    assert.match(error.message, '--limit uncompressedSize=');
  }
  for (const bytes of [xz, zstdCompressSync(TEXTS[1]!), fixture('linked.lz4'), fixture('legacy.lz4')]) {
    const error = await failure(() => withFile([bytes], drain, { dictionarySize: 30_000 }));
    assert.is(error.code, 'archive-limit');
    assert.match(error.message, '--limit dictionarySize=');
  }
  const random = await failure(() =>
    withFile([xz], (file) => file.memberAt(0)!.random(), { uncompressedSize: 50_000 }),
  );
  assert.is(random.code, 'archive-limit');
});

test('errors name the file and the byte in it', async () => {
  const xz = await writeXz(TEXTS);
  const error = await failure(() =>
    withFile([EARLY, xz.subarray(0, -5)], (file) => take(file.memberAt(512)!)),
  );
  assert.is(error.code, 'archive-malformed');
  assert.match(error.where!, new RegExp(`^${path} byte \\d+$`));
  const lzma = await failure(() => withFile([EARLY, fixture('lzma.lzma')], (file) => file.memberAt(512)));
  assert.is(lzma.where, `${path} byte 512`);
});

test.run();
