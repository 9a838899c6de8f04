import { closeSync, openSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeFully } from '../../src/system/files.ts';
import { bytesReadLate } from '../support/late-reader.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('write-fully');
const scratch = new Scratch('write-fully');
test.after(() => scratch.remove());

test('all bytes, also none', () => {
  const descriptor = openSync(scratch.in('out'), 'wx');
  writeFully(descriptor, Buffer.from('hello'));
  writeFully(descriptor, Buffer.alloc(0));
  closeSync(descriptor);
  assert.is(readFileSync(scratch.in('out'), 'utf8'), 'hello');
});

test('what the system says is thrown', () => {
  const descriptor = openSync('/dev/full', 'w');
  assert.throws(() => writeFully(descriptor, Buffer.from('x')), /ENOSPC/);
  closeSync(descriptor);
});

test('a full pipe that does not block is waited for', async () => {
  // Node makes its standard output non-blocking when it is a pipe and is used.
  const module = new URL('../../src/system/files.ts', import.meta.url).href;
  const script = `process.stdout; const { writeFully } = await import(${JSON.stringify(module)}); writeFully(1, Buffer.alloc(1000000, 'x'))`;
  assert.is(await bytesReadLate(scratch.in('pipe'), script), 1_000_000);
});

test.run();
