import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeLz4Block, lz4OutputMax } from '../../src/formats/lz4.ts';

const test = suite('lz4 block');

interface Sequence {
  readonly literals: readonly number[];
  readonly distance: number;
  readonly length: number;
}

function lengthBytes(length: number): number[] {
  const bytes: number[] = [];
  for (let rest = length - 15; rest >= 0; rest -= 255) bytes.push(Math.min(rest, 255));
  return bytes;
}

function sequence({ literals, distance, length }: Sequence): number[] {
  const match = length - 4;
  const token = (Math.min(literals.length, 15) << 4) | Math.min(match, 15);
  return [
    token,
    ...lengthBytes(literals.length),
    ...literals,
    distance & 0xff,
    distance >> 8,
    ...lengthBytes(match),
  ];
}

function last(literals: readonly number[]): number[] {
  return [Math.min(literals.length, 15) << 4, ...lengthBytes(literals.length), ...literals];
}

/** Byte by byte, as the format specifies. */
function plainly(
  history: readonly number[],
  sequences: readonly Sequence[],
  end: readonly number[],
): number[] {
  const out = [...history];
  for (const { literals, distance, length } of sequences) {
    out.push(...literals);
    for (let index = 0; index < length; index++) out.push(out[out.length - distance]!);
  }
  out.push(...end);
  return out.slice(history.length);
}

test('literals and matches of every length and distance, with content before or none', () => {
  const bytes = (maxLength: number) => fc.array(fc.nat(255), { maxLength });
  const one = fc.record({
    literals: fc.oneof(bytes(20), bytes(400)),
    far: fc.nat(0xffff),
    length: fc.oneof(fc.integer({ min: 4, max: 40 }), fc.integer({ min: 4, max: 700 })),
  });
  fc.assert(
    fc.property(bytes(100), fc.array(one, { maxLength: 8 }), bytes(300), (history, ones, end) => {
      let size = history.length;
      const sequences: Sequence[] = [];
      for (const { literals, far, length } of ones) {
        size += literals.length;
        if (size === 0) continue;
        sequences.push({ literals, distance: 1 + (far % size), length });
        size += length;
      }
      const wanted = plainly(history, sequences, end);
      const block = Uint8Array.from([...sequences.flatMap(sequence), ...last(end)]);
      const target = new Uint8Array(history.length + wanted.length);
      target.set(history);
      assert.is(decodeLz4Block(block, target, history.length), target.length);
      assert.equal([...target.subarray(history.length)], wanted);
      assert.ok(wanted.length <= lz4OutputMax(block.length, 2 ** 23));
      if (wanted.length === 0) return;
      assert.is(decodeLz4Block(block, target.subarray(0, -1), history.length), 'it decodes to too much');
    }),
    { numRuns: 300 },
  );
});

test('what is wrong is named', () => {
  const start = { literals: [1, 2, 3, 4, 5], distance: 2, length: 8 };
  const cases: Array<[string, number[], string]> = [
    ['nothing', [], 'it is empty'],
    ['a match at the end', sequence(start), 'it ends with a match'],
    ['literals cut short', last([1, 2, 3]).slice(0, 3), 'literals run past its end'],
    ['a length cut short', [0xf0], 'a length runs past its end'],
    ['a longer length cut short', [0xf0, 255, 255], 'a length runs past its end'],
    ['a distance cut short', sequence(start).slice(0, 7), 'a distance runs past its end'],
    [
      'a match length cut short',
      sequence({ ...start, length: 300 }).slice(0, 8),
      'a length runs past its end',
    ],
    ['a distance of 0', [...sequence({ ...start, distance: 0 }), ...last([])], 'a distance is 0'],
    [
      'a distance too far',
      [...sequence({ ...start, distance: 6 }), ...last([])],
      'a distance reaches before the content',
    ],
    ['too much', [...sequence({ ...start, length: 5000 }), ...last([])], 'it decodes to too much'],
  ];
  for (const [name, block, message] of cases) {
    assert.is(decodeLz4Block(Uint8Array.from(block), new Uint8Array(1000), 0), message, name);
  }
});

test('room is made for what a block can hold, and no more than the format allows', () => {
  assert.is(lz4OutputMax(1, 2 ** 23), 510);
  assert.is(lz4OutputMax(2 ** 20, 2 ** 22), 2 ** 22);
});

test.run();
