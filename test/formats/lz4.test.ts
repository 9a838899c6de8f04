import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesInput } from '../../src/formats/input.ts';
import { decodeLz4, decodeLz4Header } from '../../src/formats/lz4.ts';
import { collect, decoderInput, fixture, NO_GUARD } from './compressed-samples.ts';
import { frame, hash } from './lz4-frame.ts';
import { concat, failure, pseudoRandom } from './xz/sample.ts';

const test = suite('lz4');

function decode(bytes: Uint8Array, guard = NO_GUARD) {
  return collect(decodeLz4(decoderInput(bytes, 0, guard)));
}

const BLOCKS = [pseudoRandom(65_536, 1), Uint8Array.of(1), pseudoRandom(500, 2)];
const CONTENT = concat(BLOCKS);

test('stored blocks, sizes and checksums of block and content', async () => {
  for (const parts of [
    {},
    { flags: 0x70 },
    { flags: 0x68, contentSize: CONTENT.length },
    { flags: 0x7c, contentSize: CONTENT.length, contentSum: hash.h32Raw(CONTENT) },
    { flags: 0x40 },
  ]) {
    const bytes = frame({ ...parts, blocks: BLOCKS });
    const { content, next } = await decode(concat([bytes, Buffer.from('behind')]));
    assert.is(next, bytes.length);
    assert.ok(content.equals(CONTENT));
  }
});

test('sizes and checksums are compared', async () => {
  const cases: Array<[Buffer, string]> = [
    [frame({ flags: 0x68, contentSize: 5, blocks: [Uint8Array.of(1)] }), 'decodes to 1 bytes, wanted 5'],
    [frame({ flags: 0x64, contentSum: 7, blocks: BLOCKS }), 'the lz4 frame does not match its checksum'],
    [frame({ flags: 0x64, blocks: BLOCKS }), 'the checksum of an lz4 frame is cut short'],
    [frame({ blocks: [new Uint8Array(65_537)] }), 'an lz4 block of 65537 bytes, at most 65536 fit'],
  ];
  const wrongSum = frame({ flags: 0x70, blocks: BLOCKS });
  wrongSum[wrongSum.length - 5]! ^= 1;
  cases.push([wrongSum, 'the lz4 block does not match its checksum']);
  const notLz4 = frame({ blocks: [Uint8Array.of(0xf0)] });
  notLz4[10] = 0;
  cases.push([notLz4, 'an lz4 block cannot be decoded: a length runs past its end']);
  for (const [bytes, message] of cases) {
    const error = await failure(() => decode(bytes));
    assert.is(error.code, 'archive-malformed');
    assert.match(error.message, message);
  }
});

test('matches of linked blocks reach into the blocks before', async () => {
  const bytes = fixture('linked.lz4');
  assert.not(decodeLz4Header(bytesInput(bytes), 0, 'f', hash).linked === false);
  const independent = decodeLz4Header(bytesInput(fixture('independent-checked.lz4')), 0, 'f', hash);
  assert.is(independent.linked, false);
  assert.is(independent.blockChecksums, true);
  assert.is(independent.blockBytesMax, 65_536);
});

test('the guard is asked for the window and the output', async () => {
  const asked: string[] = [];
  const guard = {
    window: (bytes: number) => void asked.push(`window ${bytes}`),
    output: (bytes: number) => void asked.push(`output ${bytes}`),
  };
  await decode(frame({ blocks: BLOCKS }), guard);
  assert.equal(asked, ['window 131072', 'output 65536', 'output 65537', 'output 66037']);
});

test.run();
