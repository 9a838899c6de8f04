import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FileContent, HOLE_PIECE } from '../../../src/formats/tar/file-content.ts';

const test = suite('formats/tar/file-content');

function collect(
  size: number,
  segments: readonly [offset: number, size: number][],
): { content: FileContent; pieces: Buffer[] } {
  const pieces: Buffer[] = [];
  const list = segments.map(([offset, length]) => ({ offset, size: length, dataOffset: 0 }));
  const content = new FileContent(size, list, (bytes) => pieces.push(Buffer.from(bytes)));
  return { content, pieces };
}

const textOf = (pieces: Buffer[]): string => Buffer.concat(pieces).toString('latin1').replaceAll('\0', '.');

test('holes in front, between and behind are zeros, in pieces of any size', () => {
  for (const step of [1, 2, 3, 6]) {
    const { content, pieces } = collect(13, [
      [2, 3],
      [7, 1],
      [8, 2],
    ]);
    const stored = Buffer.from('abcdef');
    for (let at = 0; at < stored.length; at += step) content.push(stored.subarray(at, at + step));
    assert.is(textOf(pieces), '..abc..def...');
  }
});

test('a file without holes', () => {
  const { content, pieces } = collect(3, [[0, 3]]);
  content.push(Buffer.from('abc'));
  assert.is(textOf(pieces), 'abc');
});

test('only a hole: at once, in pieces that do not grow with it', () => {
  const { pieces } = collect(3 * HOLE_PIECE + 1, []);
  assert.equal(
    pieces.map((piece) => piece.length),
    [HOLE_PIECE, HOLE_PIECE, HOLE_PIECE, 1],
  );
});

test('what is skipped is not seen, nor are the holes in it', () => {
  const { content, pieces } = collect(20, [
    [2, 3],
    [7, 4],
    [15, 2],
  ]);
  content.skip(4);
  content.push(Buffer.from('fg'));
  assert.is(textOf(pieces), 'fg');
  content.skip(1);
  content.push(Buffer.from('yz'));
  assert.is(textOf(pieces), 'fg....yz...');
});

test.run();
