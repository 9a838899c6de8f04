import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesInput } from '../../../src/formats/input.ts';
import { readXz } from '../../../src/formats/xz/reader.ts';
import { streamBlocks } from '../../../src/formats/xz/stream-blocks.ts';
import { branchSoup, concat, failure, sha256, textLike, writeXz } from './sample.ts';

const test = suite('xz stream blocks');

const PARTS = [
  textLike(90_000, 1),
  branchSoup(5000, 2),
  Uint8Array.of(1),
  textLike(200_000, 4),
  branchSoup(70_000, 5),
];

async function take(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const taken: Uint8Array[] = [];
  for await (const piece of pieces) taken.push(Uint8Array.from(piece));
  return concat(taken);
}

test('blocks come in order, however many are decoded at once', async () => {
  const bytes = await writeXz(PARTS, { x86: true });
  const { blocks } = readXz(bytesInput(bytes));
  for (const decoders of [1, 2, 3, 10]) {
    const content = await take(streamBlocks(bytesInput(bytes), blocks, 'f', decoders));
    assert.is(sha256(content), sha256(concat(PARTS)), String(decoders));
  }
  assert.is((await take(streamBlocks(bytesInput(bytes), [], 'f'))).length, 0);
});

test('a slow reader gets the same bytes', async () => {
  const bytes = await writeXz(PARTS);
  const { blocks } = readXz(bytesInput(bytes));
  const taken: Uint8Array[] = [];
  for await (const piece of streamBlocks(bytesInput(bytes), blocks, 'f', 2)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    taken.push(Uint8Array.from(piece));
  }
  assert.is(sha256(concat(taken)), sha256(concat(PARTS)));
});

test('a piece is valid until the next one is asked for', async () => {
  const bytes = await writeXz(PARTS);
  const { blocks } = readXz(bytesInput(bytes));
  let last: Uint8Array | undefined;
  for await (const piece of streamBlocks(bytesInput(bytes), blocks, 'f', 2)) {
    assert.ok(piece.length > 0);
    assert.is(last?.length ?? 0, 0);
    last = piece;
  }
  assert.is(last?.length, 0);
});

test('an error comes behind the blocks before it, and ends the others', async () => {
  const bytes = await writeXz(PARTS);
  const { blocks } = readXz(bytesInput(bytes));
  const checkAt = blocks[2]!.offset + blocks[2]!.unpaddedSize - 1;
  bytes[checkAt]! ^= 1;
  for (const decoders of [1, 4]) {
    let taken = 0;
    const error = await failure(async () => {
      for await (const piece of streamBlocks(bytesInput(bytes), blocks, 'f', decoders)) taken += piece.length;
    });
    assert.is(error.code, 'archive-malformed');
    assert.match(error.message, `byte ${blocks[2]!.offset}`);
    assert.is(taken, 95_001);
  }
});

test('a reader may stop at any piece', async () => {
  const bytes = await writeXz(PARTS);
  const { blocks } = readXz(bytesInput(bytes));
  for (let wanted = 1; wanted <= 3; wanted++) {
    let count = 0;
    for await (const piece of streamBlocks(bytesInput(bytes), blocks, 'f', 3)) {
      assert.ok(piece.length > 0);
      count += 1;
      if (count === wanted) break;
    }
    assert.is(count, wanted);
  }
});

test.run();
