import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesInput } from '../../src/formats/input.ts';
import { readXz } from '../../src/formats/xz/reader.ts';
import { MemorySink } from '../support/memory-sink.ts';
import { memorySource } from '../support/memory-source.ts';
import { plannedTree } from '../support/plain-plan.ts';
import { hashes, packInto, packTree, sha256, someTree } from './packed.ts';

const test = suite('pack');

async function decompress(bytes: Buffer): Promise<Buffer> {
  const file = readXz(bytesInput(bytes));
  const pieces: Uint8Array[] = [];
  for (const [index] of file.blocks.entries()) pieces.push(await file.readBlock(index));
  return Buffer.concat(pieces);
}

const plain = await packTree(someTree(), { format: 'cpio' });
const compressed = await packTree(someTree(), { jobs: 1 });

test('what comes out of the .xz is the plain archive', async () => {
  const bytes = await decompress(compressed.sink.bytes);
  assert.ok(bytes.equals(plain.sink.bytes));
  assert.is(bytes.length % 4, 0);
});

test('the result says what was written', () => {
  assert.is(plain.sink.state, 'committed');
  assert.is(plain.result.entries, 35);
  assert.is(plain.result.fileBytes, plain.sink.bytes.length);
  assert.is(plain.result.payloadBytes, plain.sink.bytes.length);
  assert.is(plain.result.fileDigest, sha256(plain.sink.bytes));
  assert.is(plain.result.payloadDigest, plain.result.fileDigest);
  assert.equal(plain.result.blocks, []);

  const { result, sink } = compressed;
  assert.is(sink.state, 'committed');
  assert.is(result.fileBytes, sink.bytes.length);
  assert.is(result.fileDigest, sha256(sink.bytes));
  assert.is(result.payloadBytes, plain.result.payloadBytes);
  assert.is(result.payloadDigest, plain.result.payloadDigest);
  assert.equal(
    result.blocks,
    readXz(bytesInput(sink.bytes)).blocks.map(({ offset, unpaddedSize, uncompressedSize }) => ({
      size: Math.ceil(unpaddedSize / 4) * 4,
      unpaddedSize,
      uncompressedSize,
      digest: sha256(sink.bytes.subarray(offset, offset + Math.ceil(unpaddedSize / 4) * 4)),
    })),
  );
  assert.ok(result.blocks.length >= 4, `${result.blocks.length} blocks`);
});

test('the number of threads has no influence on any byte', async () => {
  for (const jobs of [2, 64]) {
    const { sink } = await packTree(someTree(), { jobs });
    assert.ok(sink.bytes.equals(compressed.sink.bytes), `${jobs} jobs`);
  }
});

test('a source that reads in small pieces gives the same archive', async () => {
  const source = someTree();
  const slow = memorySource([], { readSize: 1000 });
  slow.open = (entry) => {
    const file = source.open(entry);
    return { ...file, read: (target) => file.read(target.subarray(0, 1000)) };
  };
  const sink = new MemorySink();
  await packInto(sink, slow, {}, plannedTree(source.tree, hashes.forInode));
  assert.ok(sink.bytes.equals(compressed.sink.bytes));
});

test('an early segment goes first as it is and is in the digest of the file only', async () => {
  const segment = Buffer.from('microcode is here, 4');
  for (const [format, base] of [
    ['cpio', plain],
    ['cpio.xz', compressed],
  ] as const) {
    const { sink, result } = await packTree(someTree(), { format, segment });
    assert.ok(sink.bytes.equals(Buffer.concat([segment, base.sink.bytes])), format);
    assert.is(result.payloadDigest, plain.result.payloadDigest);
    assert.is(result.payloadBytes, plain.result.payloadBytes);
    assert.is(result.fileDigest, sha256(sink.bytes));
    assert.is(result.fileBytes, sink.bytes.length);
  }
});

test('progress goes up to the size of the archive', async () => {
  for (const format of ['cpio', 'cpio.xz'] as const) {
    const seen: number[] = [];
    const ahead: number[] = [];
    const onProgress = (done: number, begun: number): void => {
      seen.push(done);
      ahead.push(begun - done);
    };
    const { result } = await packTree(someTree(), { format, onProgress });
    assert.ok(seen.length > 0);
    assert.equal(
      seen.toSorted((a, b) => a - b),
      seen,
    );
    assert.is(seen.at(-1), result.payloadBytes);
    // Only encoders have something that is begun and not done.
    assert.ok(format === 'cpio' ? Math.max(...ahead) === 0 : Math.max(...ahead) > 0);
    assert.is(ahead.at(-1), 0);
  }
});

test.run();
