import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeXz, openXz } from '../../../src/formats/xz/xz-decoder.ts';
import { collect, decoderInput } from '../compressed-samples.ts';
import { concat, failure, sha256, textLike, writeXz } from './sample.ts';

const test = suite('xz member');

const PARTS = [textLike(5000, 1), textLike(70_000, 2)];

test('gives its content and its end', async () => {
  const xz = await writeXz(PARTS);
  const { content, next } = await collect(decodeXz(decoderInput(concat([Buffer.from('ab'), xz, xz]), 2)));
  assert.is(sha256(content), sha256(concat([...PARTS, ...PARTS])));
  assert.is(next, 2 + 2 * xz.length);
});

test('the guard hears of everything before a byte is decoded', async () => {
  const xz = await writeXz(PARTS);
  const asked: string[] = [];
  const guard = {
    window: (bytes: number) => void asked.push(`window ${bytes}`),
    output: (bytes: number, offset: number) => void asked.push(`output ${bytes} of ${offset}`),
  };
  openXz(decoderInput(xz, 0, guard));
  assert.equal(asked, ['window 5000', 'window 65536', `output 75000 of ${xz.length}`]);
});

test('a damaged index is found before a byte is given out', async () => {
  const xz = await writeXz(PARTS);
  xz[xz.length - 20]! ^= 1;
  const error = await failure(() => decodeXz(decoderInput(xz)).next());
  assert.is(error.code, 'archive-malformed');
});

test.run();
