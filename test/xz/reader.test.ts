import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import { encodeIndex } from '../../src/xz/block-index.ts';
import { readXz, WHOLE_BLOCK_BYTES_MAX } from '../../src/xz/reader.ts';
import { encodeStreamFooter, encodeStreamHeader } from '../../src/xz/stream-header.ts';
import { bytesInput } from '../../src/xz/xz-input.ts';
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
  assert.is(file.check, 1);
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

/** A file whose index says anything, sealed with right checksums. */
function forged(
  records: Array<{ unpaddedSize: number; uncompressedSize: number }>,
  body: Uint8Array,
): Uint8Array {
  const index = encodeIndex(records);
  const footer = encodeStreamFooter({ check: 1, indexSize: index.length });
  return concat([encodeStreamHeader(1), body, index, footer]);
}

test('the index must cover the file', async () => {
  const body = (await writeXz([textLike(100, 1)])).subarray(12);
  for (const unpaddedSize of [8, 5000]) {
    const error = await failure(() =>
      readXz(bytesInput(forged([{ unpaddedSize, uncompressedSize: 100 }], body.subarray(0, 40)))),
    );
    assert.match(error.message, 'the index lists');
  }
});

test('header and footer must name the same check', async () => {
  const bytes = await writeXz([textLike(100, 1)]);
  const changed = concat([encodeStreamHeader(4), bytes.subarray(12)]);
  assert.match(
    (await failure(() => readXz(bytesInput(changed)))).message,
    'in the stream footer, 4 in the header',
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
  const file = readXz(bytesInput(forged([{ unpaddedSize: 40, uncompressedSize: size }], new Uint8Array(40))));
  const error = await failure(() => file.readBlock(0));
  assert.is(error.code, 'archive-not-supported');
  assert.match(error.message, String(size));
});

test('an index over the limit is refused before it is read', async () => {
  const size = 2 ** 33;
  const footer = encodeStreamFooter({ check: 1, indexSize: 2 ** 32 });
  const input = {
    size,
    read(offset: number, length: number) {
      if (offset === 0) return encodeStreamHeader(1);
      assert.is(offset, size - 12);
      return footer.subarray(0, length);
    },
  };
  assert.is((await failure(() => readXz(input))).code, 'archive-not-supported');
});

test('there is no block outside the index', async () => {
  const file = readXz(bytesInput(await writeXz([])));
  assert.throws(
    () => file.streamBlock(0),
    (error: unknown) => error instanceof RangeError && !(error instanceof StillrootError),
  );
});

test.run();
