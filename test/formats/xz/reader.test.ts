import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../../src/errors.ts';
import { WHOLE_BLOCK_BYTES_MAX } from '../../../src/formats/file-blocks.ts';
import { bytesInput } from '../../../src/formats/input.ts';
import { encodeBlockHeader } from '../../../src/formats/xz/block-header.ts';
import { encodeIndex } from '../../../src/formats/xz/block-index.ts';
import { readXz, readXzMember } from '../../../src/formats/xz/reader.ts';
import { encodeStreamFooter, encodeStreamHeader } from '../../../src/formats/xz/stream-header.ts';
import { branchSoup, concat, failure, sha256, textLike, writeXz } from './sample.ts';

const test = suite('xz reader');

async function readAll(bytes: Uint8Array): Promise<Uint8Array> {
  const file = readXz(bytesInput(bytes), 'f.xz');
  const parts: Uint8Array[] = [];
  for (let index = 0; index < file.blocks.length; index++) parts.push(await file.readBlock(index));
  return concat(parts);
}

test('reads blocks in any order', async () => {
  const parts = [textLike(5000, 1), branchSoup(70000, 2), Uint8Array.of(42)];
  const bytes = await writeXz(parts, { x86: true });
  const file = readXz(bytesInput(bytes));
  assert.is(file.streams, 1);
  assert.is(file.uncompressedSize, 75001);
  assert.equal(
    file.blocks.map((block) => block.uncompressedOffset),
    [0, 5000, 75000],
  );
  assert.is(file.blocks[0]!.offset, 12);
  for (const index of [2, 0, 1, 0]) assert.is(sha256(await file.readBlock(index)), sha256(parts[index]!));
});

test('a file of no blocks is empty', async () => {
  const bytes = await writeXz([]);
  assert.is(bytes.length, 32);
  assert.equal(readXz(bytesInput(bytes)).blocks, []);
});

test('whatever is written is read back', async () => {
  const part = fc.uint8Array({ minLength: 1, maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 4 }), fc.boolean(), async (parts, x86) => {
      assert.equal([...(await readAll(await writeXz(parts, { x86 })))], [...concat(parts)]);
    }),
    { numRuns: 40 },
  );
});

test('every cut is found', async () => {
  const bytes = await writeXz([textLike(400, 1), textLike(77, 2)]);
  for (let length = 0; length < bytes.length; length++) {
    const error = await failure(() => readAll(bytes.subarray(0, length)));
    assert.match(error.where!, /^f\.xz byte \d+$/);
  }
});

test('every changed bit is found', async () => {
  const bytes = await writeXz([textLike(100, 1), branchSoup(60, 2)], { x86: true });
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    const error = await failure(() => readAll(changed));
    assert.ok(['archive-malformed', 'archive-not-supported'].includes(error.code), error.code);
  }
});

test('bytes put in or taken out are found', async () => {
  const bytes = await writeXz([textLike(100, 1), textLike(60, 2)]);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(bytes.length - 1),
      fc.nat(40),
      fc.uint8Array({ maxLength: 40 }),
      async (at, removed, added) => {
        const changed = concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);
        if (sha256(changed) === sha256(bytes)) return;
        await failure(() => readAll(changed));
      },
    ),
    { numRuns: 200 },
  );
});

test('noise is refused, never a crash', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => {
      await failure(() => readAll(concat([encodeStreamHeader(1), noise])));
      await failure(() => readAll(noise));
    }),
  );
});

test('several streams and stream padding are named, not misread', async () => {
  const bytes = await writeXz([textLike(100, 1)]);
  const twice = await failure(() => readXz(bytesInput(concat([bytes, bytes])), 'f'));
  assert.is(twice.code, 'archive-not-supported');
  assert.match(twice.message, `f byte ${bytes.length}: a second stream begins here`);
  const padded = await failure(() => readXz(bytesInput(concat([bytes, new Uint8Array(4)])), 'f'));
  assert.is(padded.code, 'archive-not-supported');
  assert.match(padded.message, 'stream padding');
});

test('another format is told from a damaged file by its first bytes', async () => {
  const error = await failure(() => readXz(bytesInput(Buffer.from('070701 is a cpio archive'))));
  assert.match(error.message, 'no .xz stream begins here');
});

test('a block over the limit is not read into memory as a whole', async () => {
  const size = WHOLE_BLOCK_BYTES_MAX + 1;
  const header = encodeBlockHeader(
    { x86: false, dictionary: 4096 },
    { compressedSize: 8, uncompressedSize: size },
  );
  const block = concat([header, new Uint8Array(8 + 4)]);
  const index = encodeIndex([{ unpaddedSize: block.length, uncompressedSize: size }]);
  const footer = encodeStreamFooter({ check: 1, indexSize: index.length });
  const file = readXz(bytesInput(concat([encodeStreamHeader(1), block, index, footer])));
  const error = await failure(() => file.readBlock(0));
  assert.is(error.code, 'archive-not-supported');
  assert.match(error.message, String(size));
});

test('there is no block outside the index', async () => {
  const file = readXz(bytesInput(await writeXz([])));
  assert.throws(
    () => file.streamBlock(0),
    (error: unknown) => error instanceof RangeError && !(error instanceof StillrootError),
  );
});

const MEMBER_PARTS = [textLike(5000, 1), Uint8Array.of(1), textLike(300, 2)];

async function readMember(bytes: Uint8Array, offset = 0): Promise<{ content: string; end: number }> {
  const file = readXzMember(bytesInput(bytes), offset, 'f');
  const pieces: Uint8Array[] = [];
  for await (const piece of file.stream()) pieces.push(Uint8Array.from(piece));
  return { content: sha256(concat(pieces)), end: file.end };
}

test('streams in a row are one member, with padding between them', async () => {
  const one = await writeXz(MEMBER_PARTS);
  const other = await writeXz([textLike(99, 3)]);
  const content = sha256(concat([...MEMBER_PARTS, textLike(99, 3), ...MEMBER_PARTS]));
  const whole = concat([one, new Uint8Array(200_000), other, one]);
  assert.equal(await readMember(whole), { content, end: whole.length });
  const file = readXzMember(bytesInput(whole), 0);
  assert.is(file.streams, 3);
  assert.is(file.blocks.length, 7);
  assert.equal(
    file.blocks.map((block) => block.uncompressedOffset),
    [0, 5000, 5001, 5301, 5400, 10400, 10401],
  );
});

test('a member ends before what is no stream, or stands at no multiple of four', async () => {
  const one = await writeXz(MEMBER_PARTS);
  const content = sha256(concat(MEMBER_PARTS));
  for (const behind of [
    Buffer.from('070701'),
    new Uint8Array(7),
    concat([new Uint8Array(2), one]),
    Buffer.from('\xfd7zX'),
  ]) {
    const whole = concat([Buffer.from('front'), one, behind]);
    assert.equal(await readMember(whole, 5), { content, end: one.length + 5 });
  }
});

test('a second stream that is damaged is an error, not an end', async () => {
  const one = await writeXz(MEMBER_PARTS);
  const error = await failure(() => readMember(concat([one, one.subarray(0, 60)])));
  assert.is(error.code, 'archive-malformed');
});

test('the block that holds a byte is found', async () => {
  const file = readXz(bytesInput(await writeXz([textLike(10, 1), textLike(1, 1), textLike(20, 1)])));
  assert.equal([0, 9, 10, 11, 30].map(file.blockAt), [0, 0, 1, 2, 2]);
  assert.throws(() => file.blockAt(31), /no block holds byte 31/);
  assert.throws(() => file.blockAt(-1), /no block holds byte -1/);
  assert.throws(() => readXz(bytesInput(encodedEmpty())).blockAt(0), /no block holds/);
});

function encodedEmpty(): Uint8Array {
  const index = encodeIndex([]);
  return concat([encodeStreamHeader(1), index, encodeStreamFooter({ check: 1, indexSize: index.length })]);
}

test('a range of blocks is streamed', async () => {
  const file = readXz(bytesInput(await writeXz(MEMBER_PARTS)));
  const pieces: Uint8Array[] = [];
  for await (const piece of file.stream(1, 3)) pieces.push(Uint8Array.from(piece));
  assert.is(sha256(concat(pieces)), sha256(concat(MEMBER_PARTS.slice(1))));
});

test('a file that is shorter than it was said to be ends after its last stream', async () => {
  const bytes = concat([await writeXz([textLike(400, 1)]), new Uint8Array(8)]);
  let reads = 0;
  const input = {
    size: bytes.length + 1000,
    read: (offset: number, length: number): Uint8Array => {
      reads += 1;
      if (reads > 1000) throw new Error('it never ends');
      return bytes.subarray(offset, offset + length);
    },
  };
  const file = readXzMember(input, 0, 'f.xz');
  assert.equal([file.streams, file.uncompressedSize], [1, 400]);
});

test.run();
