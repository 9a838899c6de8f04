import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openInputFile } from '../../src/source/input-file.ts';
import { failure } from '../formats/xz/sample.ts';

const scratch = mkdtempSync(join(tmpdir(), 'stillroot-'));
const test = suite('input file');
test.after(() => rmSync(scratch, { recursive: true }));

const path = join(scratch, 'file');

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
  assert.is((await failure(() => openInputFile(join(scratch, 'none')))).code, 'source-missing');
  assert.is((await failure(() => openInputFile(scratch))).code, 'source-not-supported');
  const fifo = join(scratch, 'fifo');
  execFileSync('mkfifo', [fifo]);
  // Must not wait for a writer.
  assert.is((await failure(() => openInputFile(fifo))).code, 'source-not-supported');
});

test.run();
