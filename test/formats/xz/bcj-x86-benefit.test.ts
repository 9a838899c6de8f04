import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { x86FilterGain, x86FilterHelps } from '../../../src/formats/xz/bcj-x86.ts';
import { branchSoup, pseudoRandom, textLike } from './sample.ts';

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

/** Bytes of consecutive calls with these relative operands. */
function callsOf(...operands: number[]): Uint8Array {
  const bytes = new Uint8Array(5 * operands.length).fill(0xe8);
  const view = new DataView(bytes.buffer);
  for (const [index, operand] of operands.entries()) view.setInt32(5 * index + 1, operand, true);
  return bytes;
}

const SMALL: ReadonlyArray<[what: string, block: Uint8Array, gain: number]> = [
  ['one call', callsOf(16), 0],
  ['two calls of one function', callsOf(16, 11), 1],
  ['three calls of one function', callsOf(16, 11, 6), 2],
  ['two calls with one operand', callsOf(16, 16), -2],
  ['three calls with one operand', callsOf(16, 16, 16), -4],
  ['an operand of 0, which is as an empty slot has it', callsOf(0), -2],
  ['a target of 0, which is so too', callsOf(-5), 1],
  ['both kinds of repeat at once', callsOf(16, 11, 16, 1), -2 + 1 + 1],
  ['a jump and a call of one function', Uint8Array.of(0xe9, 16, 0, 0, 0, 0xe8, 11, 0, 0, 0), 1],
  ['another opcode', Uint8Array.of(0xea, 16, 0, 0, 0, 0xea, 11, 0, 0, 0), 0],
  ['operands that are too far', Uint8Array.of(0xe8, 16, 0, 0, 1, 0xe8, 11, 0, 0, 1, 0xe8, 6, 0, 0, 0xfe), 0],
  ['targets that are one in the 25 bits which the filter keeps', callsOf(-0x1000000, 0xfffffb), 1],
  ['a last operand that is cut off', callsOf(16, 11).subarray(0, 9), 0],
  // Were the operand of the first call looked into, its third byte would be a call with the operand 0x700.
  ['an opcode in an operand', Uint8Array.of(0xe8, 16, 0, 0xe8, 0, 7, 0, 0, 0, 0xe8, 0, 7, 0, 0), 0],
];
for (const [what, block, gain] of SMALL) {
  test(`${what}: ${gain}`, () => {
    assert.is(x86FilterGain(block), gain);
    assert.is(x86FilterHelps(block), gain > 0);
  });
}

/**
 * As a program has them: branches to some functions among other bytes.
 *
 * @param unresolved percentage of branches whose operand says nothing yet, as in an object file
 */
function code(seed: number, functions: number, unresolved: number): Uint8Array {
  const dice = pseudoRandom(1 << 18, seed);
  const bytes = dice.map((byte) => byte & 0x7f);
  const view = new DataView(bytes.buffer);
  for (let at = 16; at + 5 <= bytes.length; at += 9 + (dice[at]! % 32)) {
    const roll = dice[at + 1]! | (dice[at + 2]! << 8);
    bytes[at] = 0xe8 + (roll & 1);
    const operand = roll % 100 < unresolved ? (roll % 7) - 4 : (roll % functions) * 4096 - at - 5;
    view.setInt32(at + 1, operand, true);
  }
  return bytes;
}

const GAINS: ReadonlyArray<[seed: number, functions: number, unresolved: number, gain: number]> = [
  [1, 10, 0, 10497],
  [1, 10, 20, 4256],
  [1, 10, 33, 165],
  [1, 10, 60, -8564],
  [1, 300, 0, 10352],
  [1, 300, 20, 4108],
  [1, 300, 33, 29],
  [1, 300, 60, -8666],
  [1, 5000, 0, 5180],
  [1, 5000, 20, -91],
  [1, 5000, 33, -3503],
  [2, 10, 0, 10523],
  [2, 10, 33, 11],
  [2, 300, 20, 3999],
  [2, 300, 33, -132],
  [2, 5000, 0, 5272],
  [3, 10, 33, -221],
  [3, 300, 33, -354],
  [3, 5000, 20, -257],
  [3, 5000, 60, -11037],
];
for (const [seed, functions, unresolved, gain] of GAINS) {
  test(`code ${seed}, ${functions} functions, ${unresolved} % unresolved: ${gain}`, () => {
    assert.is(x86FilterGain(code(seed, functions, unresolved)), gain);
  });
}

test('bytes that are full of opcodes', () => {
  assert.equal(
    [1, 2, 3].map((seed) => x86FilterGain(branchSoup(65536, seed))),
    [-6253, -6003, -6172],
  );
});

test('does not change the block', () => {
  const bytes = calls((at) => 1000 - at);
  const copy = bytes.slice();
  x86FilterHelps(bytes);
  assert.equal(bytes, copy);
});

test.run();
