import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeX86, encodeX86, X86Filter } from '../../../src/formats/xz/bcj-x86.ts';
import { branchesNearTheEnd, branchSoup, concat, NEAR_THE_END_DIGEST, sha256 } from './sample.ts';

const test = suite('xz x86 filter');

/** SHA-256 of what liblzma 5.4.1 (`xz --format=raw --x86 --lzma2`) makes of the same bytes. */
const LIBLZMA: ReadonlyArray<[length: number, seed: number, digest: string]> = [
  [4, 1, '50f8e1e7776f5e66c479aefcfae3bc81effe3c09511ea16186fc2605d1109baa'],
  [5, 1, '9c79011bbad50ec85b4ed9acaedfd2186c8313ee2900f7e81110ac0cf20c3d39'],
  [65536, 1, '18bfe1638bc3f29179d3e304d0b4c7b09ccdace0497dadf7a0d10ec27e8013c2'],
  [1 << 20, 7, '8612b83f300a264e7c78b376ff17f48c3d4e458ea82430a7395ac020e47fd3f4'],
];

test('makes the bytes that liblzma makes, and takes them back', () => {
  for (const [length, seed, digest] of LIBLZMA) {
    const bytes = branchSoup(length, seed);
    encodeX86(bytes);
    assert.is(sha256(bytes), digest);
    decodeX86(bytes);
    assert.is(sha256(bytes), sha256(branchSoup(length, seed)));
  }
});

test('turns a relative call into an absolute one', () => {
  const bytes = Uint8Array.of(0x90, 0xe8, 0x10, 0x00, 0x00, 0x00, 0xe8, 0xf0, 0xff, 0xff, 0xff, 0x90);
  encodeX86(bytes);
  // The operand counts from the next instruction: 6 + 0x10, and 11 - 0x10 = -5.
  assert.equal([...bytes], [0x90, 0xe8, 0x16, 0, 0, 0, 0xe8, 0xfb, 0xff, 0xff, 0xff, 0x90]);
});

test('leaves far operands, other opcodes and the last four bytes alone', () => {
  for (const bytes of [
    [0xe8, 0x01, 0x02, 0x03, 0x04, 0x90],
    [0xeb, 0x00, 0x00, 0x00, 0x00, 0x90],
    [0x90, 0x90, 0xe8, 0x00, 0x00, 0x00],
    [],
  ]) {
    const copy = Uint8Array.from(bytes);
    encodeX86(copy);
    assert.equal([...copy], bytes);
  }
});

/** In and out of `xz --format=raw --x86 --lzma2`, 5.4.1, in hex. */
const ENDS: ReadonlyArray<[bytes: string, filtered: string]> = [
  ['e810000000', 'e815000000'],
  ['e9100000ff', 'e9150000ff'],
  ['90e810000000', '90e816000000'],
  ['9090e810000000', '9090e817000000'],
  ['e81000000090', 'e81500000090'],
  ['e81000000090909090', 'e81500000090909090'],
  ['e8100000', 'e8100000'],
  ['90e8100000', '90e8100000'],
  ['e810000001', 'e810000001'],
  ['e8e8100000', 'e8ed100000'],
];

test('a branch in the last five bytes of a block is converted; one that is cut off is not', () => {
  for (const [bytes, filtered] of ENDS) {
    const block = Uint8Array.from(Buffer.from(bytes, 'hex'));
    encodeX86(block);
    assert.is(Buffer.from(block).toString('hex'), filtered, bytes);
    decodeX86(block);
    assert.is(Buffer.from(block).toString('hex'), bytes);
  }
});

test('the ends of blocks are as liblzma has them', () => {
  const all: Uint8Array[] = [];
  for (const block of branchesNearTheEnd()) {
    const input = block.slice();
    encodeX86(block);
    all.push(block.slice());
    decodeX86(block);
    assert.equal(block, input);
  }
  assert.ok(all.length > 450);
  assert.is(sha256(concat(all)), NEAR_THE_END_DIGEST);
});

test('gives every input back', () => {
  const byte = fc.constantFrom(0xe8, 0xe9, 0x00, 0xff, 0x01, 0xfe, 0x7f, 0x80, 0x33);
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 200 }), (input) => {
      const bytes = Uint8Array.from(input);
      encodeX86(bytes);
      decodeX86(bytes);
      assert.equal([...bytes], input);
    }),
    { numRuns: 500 },
  );
});

/** What a reader of pieces does: the bytes that are not final come again, before the next piece. */
function inPieces(
  input: Uint8Array,
  sizes: (index: number) => number,
  direction: 'encode' | 'decode',
): Uint8Array {
  const filter = new X86Filter(direction);
  const final: Uint8Array[] = [];
  let rest: Uint8Array = new Uint8Array(0);
  let at = 0;
  for (let index = 0; at < input.length; index++) {
    const piece = input.subarray(at, at + sizes(index));
    at += piece.length;
    const bytes = concat([rest, piece]);
    const done = filter.run(bytes);
    final.push(bytes.subarray(0, done));
    rest = bytes.subarray(done);
  }
  return concat([...final, rest]);
}

test('pieces of any size give what the whole gives', () => {
  const input = branchSoup(20000, 3);
  for (const direction of ['encode', 'decode'] as const) {
    const whole = new Uint8Array(input);
    new X86Filter(direction).run(whole);
    for (const sizes of [() => 1, () => 7, (index: number) => 1 + (index % 13), () => 9999]) {
      assert.is(sha256(inPieces(input, sizes, direction)), sha256(whole));
    }
  }
});

test.run();
