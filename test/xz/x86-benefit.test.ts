import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { x86FilterHelps } from '../../src/xz/x86-benefit.ts';
import { pseudoRandom, textLike } from './sample.ts';

const test = suite('xz x86 benefit');

/** Calls among noise; `operand` gives the relative operand of the call at that position. */
function calls(operand: (at: number) => number): Uint8Array {
  const bytes = pseudoRandom(64 * 1024, 5).map((byte) => byte & 0x3f);
  const view = new DataView(bytes.buffer);
  for (let at = 64; at + 5 <= bytes.length; at += 37) {
    bytes[at] = 0xe8;
    view.setInt32(at + 1, operand(at), true);
  }
  return bytes;
}

test('calls from many places to few functions: yes', () => {
  assert.is(x86FilterHelps(calls((at) => ((at * 7) % 50) * 0x1000 - (at + 5))), true);
});

test('unresolved calls of an object file, and tables that only look like calls: no', () => {
  assert.is(x86FilterHelps(calls(() => -4)), false);
  assert.is(x86FilterHelps(calls((at) => at % 5)), false);
});

test('text, noise, zeros and next to nothing: no', () => {
  const inputs = [textLike(65536, 1), pseudoRandom(65536, 1), new Uint8Array(65536), new Uint8Array(3)];
  for (const bytes of inputs) assert.is(x86FilterHelps(bytes), false);
});

test('does not change the block', () => {
  const bytes = calls((at) => 1000 - at);
  const copy = bytes.slice();
  x86FilterHelps(bytes);
  assert.equal(bytes, copy);
});

test.run();
