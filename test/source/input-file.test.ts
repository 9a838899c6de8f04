import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openArchiveFile } from '../../src/source/archive-file.ts';
import { areSameBytes, openInputFile } from '../../src/source/input-file.ts';
import { failure, pseudoRandom } from '../formats/xz/sample.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('input file');
const scratch = new Scratch('input-file');
test.after(() => scratch.remove());

const path = scratch.in('file');

test('reads at any offset, less only at the end', () => {
  writeFileSync(path, 'hello world');
  const file = openInputFile(path);
  assert.is(file.size, 11);
  assert.is(Buffer.from(file.read(6, 5)).toString(), 'world');
  assert.is(Buffer.from(file.read(6, 500)).toString(), 'world');
  assert.is(file.read(11, 5).length, 0);
  assert.is(file.read(2 ** 40, 5).length, 0);
  file.close();
});

test('a file that shrinks is an error, not an end', async () => {
  writeFileSync(path, 'hello world');
  const file = openInputFile(path);
  truncateSync(path, 4);
  const error = await failure(() => file.read(0, 11));
  assert.is(error.code, 'source-changed');
  assert.match(error.message, '11 -> 4 bytes');
  file.close();
});

test('what is missing or no regular file', async () => {
  assert.is((await failure(() => openInputFile(scratch.in('none')))).code, 'source-missing');
  assert.is((await failure(() => openInputFile(scratch.path))).code, 'source-not-supported');
  const fifo = scratch.in('fifo');
  execFileSync('mkfifo', [fifo]);
  // Must not wait for a writer.
  assert.is((await failure(() => openInputFile(fifo))).code, 'source-not-supported');
});

test('two places of files, larger than one read', () => {
  const bytes = pseudoRandom(600_000, 1);
  const other = bytes.slice();
  other[599_990]! ^= 1;
  writeFileSync(scratch.in('a'), bytes);
  writeFileSync(scratch.in('b'), other);
  const a = openArchiveFile(scratch.in('a'));
  const b = openArchiveFile(scratch.in('b'));
  const same = (x: number, y: number, length: number): boolean =>
    areSameBytes({ file: a, offset: x }, { file: b, offset: y }, length);
  try {
    assert.is(same(0, 0, 599_990), true);
    assert.is(same(0, 0, 599_991), false);
    assert.is(same(7, 7, 599_983), true);
    assert.is(same(7, 8, 100), false);
    assert.is(same(0, 0, 0), true);
    assert.is(same(599_995, 599_995, 5), true);
    assert.is(same(599_995, 599_995, 6), false, 'beyond the end');
    assert.is(same(0, 599_990, 300_000), false, 'beyond the end of one of them');
    const buffer = new Uint8Array(10);
    assert.is(a.readInto(buffer, 599_995), 5);
    assert.equal(buffer.subarray(0, 5), bytes.subarray(599_995));
    assert.is(a.readInto(buffer, 700_000), 0);
  } finally {
    a.close();
    b.close();
  }
});

test.run();
