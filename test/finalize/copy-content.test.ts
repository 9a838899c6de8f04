import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { copyContent, pieceBuffer } from '../../src/finalize/file-calls.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('copy-content');
const scratch = new Scratch('copy-content');
test.after(() => scratch.remove());

const PIECE = 1024 * 1024;

test('a buffer is as large as the file, but no larger than a piece, and never empty', () => {
  assert.equal(
    [0, 1024, 1025, PIECE, 5 * PIECE].map((size) => pieceBuffer(size).length),
    [1024, 1024, 1025, PIECE, PIECE],
  );
});

/** @returns the content of a file of 3 bytes after the copy was appended */
function copied(content: Buffer): Buffer {
  const [from, to] = [scratch.in('from'), scratch.in('to')];
  writeFileSync(from, content);
  writeFileSync(to, '');
  const source = openSync(from, 'r');
  const target = openSync(to, 'r+');
  try {
    writeSync(target, 'abc');
    copyContent(source, target);
  } finally {
    closeSync(source);
    closeSync(target);
  }
  return readFileSync(to);
}

test('files are copied whole, whether smaller or larger than a piece', () => {
  for (const size of [0, 1, 1023, 1024, 1025, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 7]) {
    const content = Buffer.from(Uint8Array.from({ length: size }, (_, i) => (i * 31) ^ (i >> 8)));
    assert.ok(copied(content).equals(Buffer.concat([Buffer.from('abc'), content])), `${size} bytes`);
  }
});

test('a file whose filesystem gives no size is copied whole, too', () => {
  const target = openSync(scratch.in('version'), 'w+');
  const source = openSync('/proc/version', 'r');
  try {
    copyContent(source, target);
  } finally {
    closeSync(source);
    closeSync(target);
  }
  assert.equal(readFileSync(scratch.in('version')), readFileSync('/proc/version'));
  assert.ok(readFileSync('/proc/version').length > 0);
});

test.run();
