import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OutputThread } from '../../src/pack/output-thread.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('output-thread');
const scratch = new Scratch('output-thread');
test.after(() => scratch.remove());

function pass(thread: OutputThread, text: string): void {
  const buffer = thread.next();
  if (buffer !== undefined) thread.pass(buffer.write(text, 'latin1'));
}

test('what is passed is written in order, and digested', async () => {
  const path = scratch.in('out');
  const descriptor = openSync(path, 'wx');
  const thread = new OutputThread(descriptor);
  const pieces = Array.from({ length: 100 }, (_, i) => `${i} ${'x'.repeat(i * 997)}`);
  for (const piece of pieces) pass(thread, piece);
  const digest = await thread.finish();
  await thread.close();
  closeSync(descriptor);
  assert.is(readFileSync(path, 'latin1'), pieces.join(''));
  assert.is(digest, createHash('sha256').update(pieces.join('')).digest('hex'));
});

test('parts are digested when it is asked for', async () => {
  const descriptor = openSync(scratch.in('asked'), 'wx');
  const thread = new OutputThread(descriptor);
  const asked: string[] = [];
  const answers: string[] = [];
  for (let i = 0; i < 60; i += 1) {
    const buffer = thread.next() as Buffer;
    const text = `content ${i}`;
    buffer.write(text, i, 'latin1');
    if (thread.ask(i, i + text.length)) asked.push(createHash('sha256').update(text).digest('hex'));
    thread.pass(i + text.length);
    answers.push(...thread.takeAnswers());
  }
  await thread.finish();
  answers.push(...thread.takeAnswers());
  await thread.close();
  closeSync(descriptor);
  assert.ok(asked.length > 0);
  assert.equal(answers, asked);
});

test('a failure stops the filling and says what the system said', async () => {
  const descriptor = openSync('/dev/full', 'w');
  const thread = new OutputThread(descriptor);
  for (let i = 0; i < 100 && !thread.hasFailed; i += 1) pass(thread, 'x'.repeat(1000));
  const error = await thread.finish().then(
    () => undefined,
    (cause: NodeJS.ErrnoException) => cause,
  );
  assert.is(error?.code, 'ENOSPC');
  assert.is(thread.next(), undefined);
  await thread.close();
  closeSync(descriptor);
});

test('a new file is written by both threads, with the same bytes', async () => {
  const path = scratch.in('shared');
  const descriptor = openSync(path, 'wx');
  const thread = new OutputThread(descriptor, true);
  const pieces = Array.from({ length: 60 }, (_, i) =>
    String(i)
      .repeat(300_000 + i)
      .slice(0, 900_000 + i * 7),
  );
  for (const piece of pieces) pass(thread, piece);
  const digest = await thread.finish();
  await thread.close();
  closeSync(descriptor);
  assert.ok(readFileSync(path, 'latin1') === pieces.join(''));
  assert.is(digest, createHash('sha256').update(pieces.join('')).digest('hex'));
});

test('a failure of either thread is the failure of both', async () => {
  const descriptor = openSync('/dev/full', 'w');
  const thread = new OutputThread(descriptor, true);
  for (let i = 0; i < 100 && !thread.hasFailed; i += 1) pass(thread, 'x'.repeat(1_000_000));
  assert.ok(thread.hasFailed);
  const error = await thread.finish().then(
    () => undefined,
    (cause: NodeJS.ErrnoException) => cause,
  );
  assert.is(error?.code, 'ENOSPC');
  assert.is(thread.next(), undefined);
  await thread.close();
  closeSync(descriptor);
});

test('closing without finishing ends the thread', async () => {
  const descriptor = openSync(scratch.in('unfinished'), 'wx');
  const thread = new OutputThread(descriptor);
  pass(thread, 'x');
  await thread.close();
  await thread.close();
  closeSync(descriptor);
});

test.run();
