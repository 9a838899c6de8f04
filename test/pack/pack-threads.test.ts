// An archive that two threads write: the same bytes, and an end of both where one fails.
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { headerSpan } from '../../src/formats/cpio/newc.ts';
import { SLOT_SIZE } from '../../src/pack/output-ring.ts';
import { type PackOptions, type PackResult, pack } from '../../src/pack/pack.ts';
import { openFileSink, type Sink } from '../../src/pack/sink.ts';
import { scanDirectory } from '../../src/source/directory.ts';
import { makeEntry } from '../support/entries.ts';
import { MemorySink } from '../support/memory-sink.ts';
import { hardLinked, memorySource } from '../support/memory-source.ts';
import { plannedTree } from '../support/plain-plan.ts';
import { Scratch } from '../support/temporary.ts';
import { archiveOf } from './archive-of.ts';
import { failure, hashes, packTree, sha256 } from './packed.ts';
import { SMALL_LEVEL } from './small-level.ts';

const test = suite('pack/threads');
const scratch = new Scratch('pack-threads');
test.after(() => scratch.remove());

test('written by two threads it is the same, and digests of contents come in order, whoever made them', async () => {
  const files: [string, string][] = [['large', 'large'.repeat(3_000_000)]];
  for (let n = 0; n < 3000; n += 1) files.push([`d/${n}`, String(n).repeat((n * 977) % 12_000)]);
  const source = memorySource([...files, ...hardLinked(['l/one', 'l/two'], { size: 9 })]);
  const digested = async (sink: Sink): Promise<{ told: string[]; result: PackResult }> => {
    const told: string[] = [];
    const onEntry: PackOptions['onEntry'] = ({ entry }, content) =>
      void told.push(`${entry.path} ${content}`);
    const entries = plannedTree(source.tree, hashes.forInode);
    const options = { format: 'cpio', level: SMALL_LEVEL, jobs: 1, hashes, onEntry } as const;
    return { told, result: await pack(entries, source, sink, options) };
  };
  const memory = new MemorySink();
  const path = scratch.in('threaded.cpio');
  const expected = await digested(memory);
  const threaded = await digested(openFileSink(path, false));
  assert.ok(memory.bytes.length > 64 * 1024 * 1024, 'worth a thread');
  assert.ok(readFileSync(path).equals(memory.bytes));
  assert.equal(threaded.result, expected.result);
  assert.equal(threaded.told, expected.told);
  for (const [name, content] of files) {
    if (name !== 'large' && Number(name.slice(2)) % 500 !== 7) continue;
    assert.ok(threaded.told.includes(`${name} ${sha256(Buffer.from(content, 'latin1'))}`), name);
  }
});

/** A directory worth a thread: a large file with holes, files that share slots, and one with two names. */
function largeDirectory(name: string): string {
  const root = scratch.in(name);
  mkdirSync(join(root, 'd'), { recursive: true });
  for (let n = 0; n < 200; n += 1) writeFileSync(join(root, 'd', `${n}`), String(n).repeat(n * 37));
  writeFileSync(join(root, 'large'), 'begins');
  truncateSync(join(root, 'large'), 65 * 1024 * 1024);
  appendFileSync(join(root, 'large'), 'ends');
  linkSync(join(root, 'd/77'), join(root, 'other name'));
  symlinkSync('d/77', join(root, 'symlink'));
  return root;
}

test('a directory: written by two threads, which both read it, it is the same', async () => {
  const source = scanDirectory(largeDirectory('large-directory'));
  try {
    for (const format of ['cpio', 'tar'] as const) {
      const digested = async (sink: Sink): Promise<unknown> => {
        const told: string[] = [];
        const onEntry: PackOptions['onEntry'] = ({ entry }, content) =>
          void told.push(`${entry.path} ${content}`);
        const entries = plannedTree(source.tree, hashes.forInode);
        return { told, result: await pack(entries, source, sink, { format, jobs: 1, hashes, onEntry }) };
      };
      const memory = new MemorySink();
      const path = scratch.in(`large-directory.${format}`);
      const expected = await digested(memory);
      assert.equal(await digested(openFileSink(path, false)), expected);
      assert.ok(readFileSync(path).equals(memory.bytes), format);
    }
  } finally {
    source.close();
  }
});

test('a file of a directory that changes after the scan ends it, whichever thread reads it', async () => {
  const root = largeDirectory('changing-directory');
  for (const path of ['d/1', 'd/150', 'large']) {
    const source = scanDirectory(root);
    try {
      appendFileSync(join(root, path), 'x');
      const entries = plannedTree(source.tree, hashes.forInode);
      const output = scratch.in('changing.cpio');
      const error = await failure(
        pack(entries, source, openFileSink(output, false), { format: 'cpio', jobs: 1, hashes }),
      );
      assert.is(error.code, 'source-changed', path);
      assert.is(error.where, join(root, path));
      assert.match(error.message, /file grew while it was read/);
      assert.not(existsSync(output));
    } finally {
      source.close();
    }
  }
});

/** Files that end from four bytes before to four bytes after the end of a slot, each followed by small ones. */
function filesAtSlotEnds(): [string, string][] {
  const files: [string, string][] = [];
  let at = 0;
  for (let short = -4; short <= 4; short += 1) {
    const name = `${String.fromCharCode(98 + files.length / 2)}`;
    const end = Math.ceil((at + 10_000) / SLOT_SIZE) * SLOT_SIZE - short;
    const size = end - at - headerSpan(name.length);
    files.push([name, name.repeat(size)], [`${name}-`, 'x'.repeat(Math.abs(short))]);
    at = end + ((4 - (size % 4)) % 4) + headerSpan(2) + Math.ceil(Math.abs(short) / 4) * 4;
  }
  return files;
}

test('files that end at the end of a slot: the same by one thread and by two', async () => {
  const files = filesAtSlotEnds();
  const source = memorySource(files);
  const { sink } = await packTree(source, { format: 'cpio' });
  assert.ok(sink.bytes.equals(archiveOf(files)));
  const ends = files.slice(0, 1).map(([name, content]) => headerSpan(name.length) + content.length);
  assert.equal(ends, [SLOT_SIZE + 4]);

  // As if the tree had more than is packed: that makes it worth a thread.
  const large = memorySource([...files, makeEntry('zz', 'file', { size: 64 * 1024 * 1024 })]);
  const entries = plannedTree(source.tree, hashes.forInode);
  const path = scratch.in('slots.cpio');
  const options = { format: 'cpio', level: SMALL_LEVEL, jobs: 1, hashes } as const;
  await pack(entries, large, openFileSink(path, false), options);
  assert.ok(readFileSync(path).equals(sink.bytes));
});

test('a failure between two threads ends the other one', async () => {
  const workers: Worker[] = [];
  const onWorker = (worker: Worker): void => void workers.push(worker);
  process.on('worker', onWorker);
  try {
    const large = memorySource([['a', 'content'], makeEntry('zz', 'file', { size: 64 * 1024 * 1024 })]);
    large.contents.set('zz', Buffer.from('not as long as it should be'));
    const entries = plannedTree(large.tree, hashes.forInode);
    const sink = openFileSink(scratch.in('failed.cpio'), false);
    const options = { format: 'cpio', level: SMALL_LEVEL, jobs: 1, hashes } as const;
    const error = await failure(pack(entries, large, sink, options));
    assert.match(error.message, 'zz');
    assert.is(workers.length, 1);
    assert.is(workers[0]?.threadId, -1, 'it has ended');
  } finally {
    process.off('worker', onWorker);
  }
});

test.run();
