import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadPathHashes } from '../../src/pack/path-hash.ts';

const test = suite('path-hash');
const { forCut, forInode } = await loadPathHashes();

/** XXH32 after its specification, section "XXH32 algorithm", written apart from the library. */
function xxh32(input: Uint8Array, seed: number): number {
  const P1 = 2654435761;
  const P2 = 2246822519;
  const P3 = 3266489917;
  const P4 = 668265263;
  const P5 = 374761393;
  const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));
  const view = new DataView(input.buffer, input.byteOffset, input.length);
  let at = 0;
  let hash: number;
  if (input.length >= 16) {
    const lanes = [seed + P1 + P2, seed + P2, seed, seed - P1];
    for (; at + 16 <= input.length; at += 16) {
      for (let lane = 0; lane < 4; lane++) {
        const word = Math.imul(view.getUint32(at + lane * 4, true), P2);
        lanes[lane] = Math.imul(rotate(((lanes[lane] as number) + word) | 0, 13), P1);
      }
    }
    const [a = 0, b = 0, c = 0, d = 0] = lanes;
    hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
  } else {
    hash = seed + P5;
  }
  hash = (hash + input.length) | 0;
  for (; at + 4 <= input.length; at += 4) {
    hash = Math.imul(rotate((hash + Math.imul(view.getUint32(at, true), P3)) | 0, 17), P4);
  }
  for (; at < input.length; at++) {
    hash = Math.imul(rotate((hash + Math.imul(input[at] as number, P5)) | 0, 11), P1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), P2);
  hash = Math.imul(hash ^ (hash >>> 13), P3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

// Published values of XXH32 for the empty input, and values that archives of profile 1 depend on.
test('golden values', () => {
  assert.is(forCut(''), 0x02cc5d05);
  assert.is(forInode(''), 0x0b2cb792);
  assert.is(forCut('a'), 0x550d7456);
});

test('any byte string hashes as its bytes, with seed 0 for cuts and seed 1 for inodes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const path = Buffer.from(bytes).toString('latin1');
      assert.is(forCut(path), xxh32(bytes, 0));
      assert.is(forInode(path), xxh32(bytes, 1));
    }),
  );
});

test('a value is an unsigned integer of 32 bits, the same each time', () => {
  for (let n = 0; n < 1000; n++) {
    const hash = forCut(`path/${n}`);
    assert.ok(Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32);
    assert.is(forCut(`path/${n}`), hash);
  }
});

test.run();
