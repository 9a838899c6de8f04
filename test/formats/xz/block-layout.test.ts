import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesInput } from '../../../src/formats/input.ts';
import { encodeBlockHeader } from '../../../src/formats/xz/block-header.ts';
import { blockLayout, neededDictionary, walkBlock } from '../../../src/formats/xz/block-layout.ts';
import { fixture } from '../compressed-samples.ts';
import { concat, failure, textLike, writeXz } from './sample.ts';

const test = suite('xz block layout');

test('a walk says what the index says, with sizes in the header and without', async () => {
  const ours = await writeXz([textLike(5000, 1)]);
  const block = walkBlock(bytesInput(ours), 12, 1, 'f');
  assert.is(block.uncompressedSize, 5000);
  const layout = blockLayout(bytesInput(ours), block, 1, 'f');
  assert.is(layout.dataEnd + 4, 12 + block.unpaddedSize);
  const sized = walkBlock(bytesInput(fixture('crc32-blocks-with-sizes.xz')), 12, 1, 'f');
  const unsized = walkBlock(bytesInput(fixture('crc32-blocks-without-sizes.xz')), 12, 1, 'f');
  assert.is(sized.header.compressedSize === undefined, false);
  assert.is(unsized.header.compressedSize, undefined);
  assert.is(sized.uncompressedSize, 50_000);
  assert.is(unsized.uncompressedSize, 50_000);
  assert.is(sized.unpaddedSize - sized.header.headerSize, unsized.unpaddedSize - unsized.header.headerSize);
});

test('a dictionary is no larger than the block', () => {
  const header = { headerSize: 12, compressedSize: undefined, uncompressedSize: undefined, x86: false };
  assert.is(neededDictionary({ ...header, dictionary: 2 ** 30 }, 5000), 5000);
  assert.is(neededDictionary({ ...header, dictionary: 4096 }, 5000), 4096);
});

test('sizes in a header that run past the file are malformed, whatever they are', async () => {
  for (const compressedSize of [500, 2 ** 31, 2 ** 52]) {
    const header = encodeBlockHeader(
      { x86: false, dictionary: 4096 },
      { compressedSize, uncompressedSize: 2 ** 52 },
    );
    const bytes = concat([header, new Uint8Array(100)]);
    const error = await failure(() => walkBlock(bytesInput(bytes), 0, 1, 'f'));
    assert.match(
      error.message,
      `f byte ${bytes.length}: the file ends within the block that begins at byte 0`,
    );
  }
});

test('data without sizes end with the file only at their end marker', async () => {
  const bytes = fixture('crc32-blocks-without-sizes.xz');
  const { header, unpaddedSize } = walkBlock(bytesInput(bytes), 12, 1, 'f');
  const dataEnd = 12 + unpaddedSize - 4;
  for (let end = 12 + header.headerSize; end < dataEnd; end += 7) {
    const error = await failure(() => walkBlock(bytesInput(bytes.subarray(0, end)), 12, 1, 'f'));
    assert.is(error.code, 'archive-malformed');
  }
});

test('an index that leaves nothing between header and check is refused, and one byte is room', async () => {
  const ours = await writeXz([textLike(5000, 1)]);
  const block = walkBlock(bytesInput(ours), 12, 1, 'f');
  const least = block.header.headerSize + 4;
  const refusal = async (unpaddedSize: number): Promise<string> =>
    (await failure(() => blockLayout(bytesInput(ours), { ...block, unpaddedSize }, 1, 'f'))).message;
  for (const unpaddedSize of [least, least - 1, least - 8, 1]) {
    assert.match(await refusal(unpaddedSize), /the block header leaves no room for data/);
  }
  assert.not.match(await refusal(least + 1), /no room for data/);
});

test.run();
