import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import { allocateRing, OutputRing, type RingMemory, SLOTS } from '../../src/pack/output-ring.ts';
import { OutputThread } from '../../src/pack/output-thread.ts';
import type { OutputOutcome, OutputTask } from '../../src/pack/output-worker.ts';
import type { ScannedFile } from '../../src/source/source.ts';
import { TreeFiles } from '../../src/source/tree-files.ts';
import { startThread } from '../../src/system/entry-points.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('output-thread');
const scratch = new Scratch('output-thread');
test.after(() => scratch.remove());
const sha256 = (content: string): string => createHash('sha256').update(content, 'latin1').digest('hex');

mkdirSync(scratch.in('tree'));
const root = openSync(scratch.in('tree'), 'r');
const files = new TreeFiles({ name: 'tree', root });
test.after(() => {
  files.close();
  closeSync(root);
});

function writeTreeFile(path: string, content: string): ScannedFile {
  writeFileSync(scratch.in('tree', path), content);
  const { mtimeNs } = statSync(scratch.in('tree', path), { bigint: true });
  const nanoseconds = Number(mtimeNs % 1_000_000_000n);
  return { path, size: content.length, mtime: Number(mtimeNs / 1_000_000_000n), nanoseconds };
}

async function pass(thread: OutputThread, text: string, file?: ScannedFile): Promise<void> {
  const buffer = thread.next();
  if (buffer === undefined) return;
  const start = buffer.write(text, 'latin1');
  if (file !== undefined) thread.add({ file, position: 0, start, length: file.size, isDigested: true });
  thread.pass(start + (file?.size ?? 0));
  await thread.makeRoom();
}

async function failure(work: Promise<unknown>): Promise<NodeJS.ErrnoException> {
  return await work.then(
    () => assert.unreachable('did not fail') as never,
    (error: NodeJS.ErrnoException) => error,
  );
}

for (const isNewFile of [true, false]) {
  test(`what is passed is written and digested, ${isNewFile ? 'at offsets' : 'in order'}`, async () => {
    const path = scratch.in(`out-${isNewFile}`);
    const descriptor = openSync(path, 'w');
    const thread = new OutputThread(descriptor, isNewFile, files);
    const contents = Array.from({ length: 60 }, (_, i) => `${i} ${'x'.repeat(i * 9970)}`);
    const digests: string[] = [];
    for (const [number, content] of contents.entries()) {
      await pass(thread, `${number}: `, writeTreeFile(`file ${number}`, content));
      digests.push(...thread.takeDigests());
    }
    const digest = await thread.finish();
    digests.push(...thread.takeDigests());
    await thread.close();
    closeSync(descriptor);
    const written = contents.map((content, number) => `${number}: ${content}`).join('');
    assert.ok(readFileSync(path, 'latin1') === written);
    assert.is(digest, sha256(written));
    assert.equal(digests, contents.map(sha256));
  });

  test(`a failure to write says what the system said, ${isNewFile ? 'at offsets' : 'in order'}`, async () => {
    const descriptor = openSync('/dev/full', 'w');
    const thread = new OutputThread(descriptor, isNewFile);
    for (let i = 0; i < 100 && !thread.hasFailed; i += 1) await pass(thread, 'x'.repeat(100_000));
    assert.is((await failure(thread.finish())).code, 'ENOSPC');
    assert.is(thread.next(), undefined);
    await thread.close();
    closeSync(descriptor);
  });
}

test('a file that has changed is said to have, and nothing more is laid out', async () => {
  const descriptor = openSync(scratch.in('changed'), 'w');
  const thread = new OutputThread(descriptor, true, files);
  const file = writeTreeFile('changed', 'content');
  writeTreeFile('changed', 'new content');
  for (let i = 0; i < 100 && !thread.hasFailed; i += 1) await pass(thread, 'x', file);
  const error = await failure(thread.finish());
  assert.instance(error, StillrootError);
  assert.is(error.code, 'source-changed');
  assert.is(thread.next(), undefined);
  await thread.close();
  closeSync(descriptor);
});

/** Lays out one slot, and leaves everything else to the other thread. */
async function onOtherThread(path: string, descriptor: number, file: ScannedFile): Promise<OutputOutcome> {
  const memory = allocateRing();
  const ring = new OutputRing(memory);
  const workerData: OutputTask = { memory, descriptor, isNewFile: true, tree: files.tree };
  const slot = ring.next();
  slot?.parts.add({ file, position: 0, start: 0, length: file.size, isDigested: true });
  ring.pass(file.size);
  ring.end();
  const worker = startThread('output-thread', { workerData });
  const outcome = await new Promise<OutputOutcome>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  assert.is(
    readFileSync(path, 'latin1') === '',
    !('digest' in outcome),
    'nothing of another file is written',
  );
  return outcome;
}

test('the other thread does everything, where this one does nothing, and sees the same changes', async () => {
  const path = scratch.in('other');
  const descriptor = openSync(path, 'w');
  const file = writeTreeFile('other', 'content');
  writeFileSync(scratch.in('outside'), 'content');
  const changes: Array<readonly [string, () => void]> = [
    ['file grew while it was read (7 -> 9 bytes)', () => void writeTreeFile('other', 'content++')],
    ['file shrank while it was read (7 -> 1 bytes)', () => void writeTreeFile('other', 'c')],
    ['file was modified while it was read', () => void writeTreeFile('other', 'CONTENT')],
    ['vanished or was replaced while the tree was read (ENOENT)', () => rmSync(scratch.in('tree/other'))],
    [
      'vanished or was replaced while the tree was read (ELOOP)',
      () => symlinkSync(scratch.in('outside'), scratch.in('tree/other')),
    ],
  ];
  for (const [what, change] of changes) {
    change();
    const outcome = await onOtherThread(path, descriptor, file);
    const hint = 'Make sure that nothing writes to the tree.';
    assert.equal(outcome, { unread: { code: 'source-changed', what, where: 'tree/other', hint } });
  }
  rmSync(scratch.in('tree/other'));
  const outcome = await onOtherThread(path, descriptor, writeTreeFile('other', 'content'));
  assert.equal(outcome, { digest: sha256('content') });
  closeSync(descriptor);
});

/** A thread whose worker is ended as soon as there is one. */
async function withoutWorker(descriptor: number, memory?: RingMemory): Promise<OutputThread> {
  const ended: Promise<unknown>[] = [];
  const onWorker = (worker: Worker): void => void ended.push(worker.terminate());
  process.once('worker', onWorker);
  const thread = new OutputThread(descriptor, true, files, memory);
  // Workers are told of in the next turn.
  await new Promise(setImmediate);
  await Promise.all(ended);
  assert.is(ended.length, 1);
  return thread;
}

test('a thread that does not start costs time only', async () => {
  const path = scratch.in('alone');
  const descriptor = openSync(path, 'w');
  const thread = await withoutWorker(descriptor);
  const file = writeTreeFile('alone', 'content');
  for (let number = 0; number < 30; number += 1) await pass(thread, `${number}`, file);
  const digest = await thread.finish();
  const written = Array.from({ length: 30 }, (_, number) => `${number}content`).join('');
  assert.is(readFileSync(path, 'latin1'), written);
  assert.is(digest, sha256(written));
  assert.is(thread.takeDigests().length, 30);
  await thread.close();
  closeSync(descriptor);
});

test('a thread that ends with work in its hands is an error, not an endless wait', async () => {
  const descriptor = openSync(scratch.in('lost'), 'w');
  const memory = allocateRing();
  const thread = await withoutWorker(descriptor, memory);
  thread.pass((thread.next() as Buffer).write('x', 'latin1'));
  // As if the other thread had done it.
  new OutputRing(memory).takeToFill();
  const error = await failure(thread.finish());
  assert.match(error.message, /the output thread ended early: exit code \d/);
  await thread.close();
  closeSync(descriptor);
});

test('a failure of the other thread is not taken for the end, whichever thread digests', async () => {
  const descriptor = openSync(scratch.in('failed'), 'w');
  const memory = allocateRing();
  const thread = await withoutWorker(descriptor, memory);
  // Until there is no room: then this thread fills and digests.
  for (let number = 0; number < SLOTS; number += 1) await pass(thread, `${number}`);
  assert.ok(new OutputRing(memory).hasRoom, 'it has digested something');
  new OutputRing(memory).fail();
  await failure(thread.finish());
  await thread.close();
  closeSync(descriptor);
});

test('closing without finishing ends the thread', async () => {
  const descriptor = openSync(scratch.in('unfinished'), 'w');
  const thread = new OutputThread(descriptor);
  await pass(thread, 'x');
  await thread.close();
  await thread.close();
  closeSync(descriptor);
});

test.run();
