import { createHash } from 'node:crypto';
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
import type { StillrootError } from '../../src/errors.ts';
import { headerSpan } from '../../src/formats/cpio/newc.ts';
import { bytesInput } from '../../src/formats/input.ts';
import { readXz } from '../../src/formats/xz/reader.ts';
import { SLOT_SIZE } from '../../src/pack/output-ring.ts';
import { type PackOptions, type PackResult, pack } from '../../src/pack/pack.ts';
import { loadPathHashes } from '../../src/pack/path-hash.ts';
import { openFileSink, type Sink } from '../../src/pack/sink.ts';
import type { PlannedEntry } from '../../src/plan/planned-entry.ts';
import { scanDirectory } from '../../src/source/directory.ts';
import { makeEntry } from '../support/entries.ts';
import { MemorySink } from '../support/memory-sink.ts';
import { hardLinked, type MemorySource, memorySource } from '../support/memory-source.ts';
import { plannedTree } from '../support/plain-plan.ts';
import { Scratch } from '../support/temporary.ts';
import { archiveOf } from './archive-of.ts';
import { SMALL_LEVEL } from './small-level.ts';

const test = suite('pack');
const scratch = new Scratch('pack');
test.after(() => scratch.remove());
const hashes = await loadPathHashes();
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Some 400 kB, hard to compress, with hard links and one file of several parts. */
function someTree(): MemorySource {
  const noise = (seed: string, size: number): string => {
    let text = '';
    for (let n = 0; text.length < size; n++)
      text += createHash('sha512').update(`${seed} ${n}`).digest('base64');
    return text.slice(0, size);
  };
  const files: [string, string][] = [['big', noise('big', 200_000)]];
  for (let n = 0; n < 30; n++) files.push([`d/${n}`, noise(String(n), (n * 977) % 16_000)]);
  const source = memorySource([...files, ...hardLinked(['l/one', 'l/two'], { size: 9 })]);
  for (const name of ['l/one', 'l/two']) source.contents.set(name, Buffer.from('both have'));
  return source;
}

interface Packed {
  readonly sink: MemorySink;
  readonly result: PackResult;
}

async function packTree(source: MemorySource, options: Partial<PackOptions> = {}): Promise<Packed> {
  const sink = new MemorySink();
  return { sink, result: await packInto(sink, source, options) };
}

function packInto(
  sink: MemorySink,
  source: MemorySource,
  options: Partial<PackOptions> = {},
  entries: Iterable<PlannedEntry> = plannedTree(source.tree, hashes.forInode),
): Promise<PackResult> {
  return pack(entries, source, sink, { format: 'cpio.xz', level: SMALL_LEVEL, jobs: 2, hashes, ...options });
}

async function decompress(bytes: Buffer): Promise<Buffer> {
  const file = readXz(bytesInput(bytes));
  const pieces: Uint8Array[] = [];
  for (const [index] of file.blocks.entries()) pieces.push(await file.readBlock(index));
  return Buffer.concat(pieces);
}

const plain = await packTree(someTree(), { format: 'cpio' });
const compressed = await packTree(someTree(), { jobs: 1 });

test('what comes out of the .xz is the plain archive', async () => {
  const bytes = await decompress(compressed.sink.bytes);
  assert.ok(bytes.equals(plain.sink.bytes));
  assert.is(bytes.length % 4, 0);
});

test('the result says what was written', () => {
  assert.is(plain.sink.state, 'committed');
  assert.is(plain.result.entries, 35);
  assert.is(plain.result.fileBytes, plain.sink.bytes.length);
  assert.is(plain.result.payloadBytes, plain.sink.bytes.length);
  assert.is(plain.result.fileDigest, sha256(plain.sink.bytes));
  assert.is(plain.result.payloadDigest, plain.result.fileDigest);
  assert.equal(plain.result.blocks, []);

  const { result, sink } = compressed;
  assert.is(sink.state, 'committed');
  assert.is(result.fileBytes, sink.bytes.length);
  assert.is(result.fileDigest, sha256(sink.bytes));
  assert.is(result.payloadBytes, plain.result.payloadBytes);
  assert.is(result.payloadDigest, plain.result.payloadDigest);
  assert.equal(
    result.blocks,
    readXz(bytesInput(sink.bytes)).blocks.map(({ offset, unpaddedSize, uncompressedSize }) => ({
      size: Math.ceil(unpaddedSize / 4) * 4,
      unpaddedSize,
      uncompressedSize,
      digest: sha256(sink.bytes.subarray(offset, offset + Math.ceil(unpaddedSize / 4) * 4)),
    })),
  );
  assert.ok(result.blocks.length >= 4, `${result.blocks.length} blocks`);
});

test('the number of threads has no influence on any byte', async () => {
  for (const jobs of [2, 64]) {
    const { sink } = await packTree(someTree(), { jobs });
    assert.ok(sink.bytes.equals(compressed.sink.bytes), `${jobs} jobs`);
  }
});

test('a source that reads in small pieces gives the same archive', async () => {
  const source = someTree();
  const slow = memorySource([], { readSize: 1000 });
  slow.open = (entry) => {
    const file = source.open(entry);
    return { ...file, read: (target) => file.read(target.subarray(0, 1000)) };
  };
  const sink = new MemorySink();
  await packInto(sink, slow, {}, plannedTree(source.tree, hashes.forInode));
  assert.ok(sink.bytes.equals(compressed.sink.bytes));
});

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

test('an early segment goes first as it is and is in the digest of the file only', async () => {
  const segment = Buffer.from('microcode is here, 4');
  for (const [format, base] of [
    ['cpio', plain],
    ['cpio.xz', compressed],
  ] as const) {
    const { sink, result } = await packTree(someTree(), { format, segment });
    assert.ok(sink.bytes.equals(Buffer.concat([segment, base.sink.bytes])), format);
    assert.is(result.payloadDigest, plain.result.payloadDigest);
    assert.is(result.payloadBytes, plain.result.payloadBytes);
    assert.is(result.fileDigest, sha256(sink.bytes));
    assert.is(result.fileBytes, sink.bytes.length);
  }
});

test('progress goes up to the size of the archive', async () => {
  for (const format of ['cpio', 'cpio.xz'] as const) {
    const seen: number[] = [];
    const ahead: number[] = [];
    const onProgress = (done: number, begun: number): void => {
      seen.push(done);
      ahead.push(begun - done);
    };
    const { result } = await packTree(someTree(), { format, onProgress });
    assert.ok(seen.length > 0);
    assert.equal(
      seen.toSorted((a, b) => a - b),
      seen,
    );
    assert.is(seen.at(-1), result.payloadBytes);
    // Only encoders have something that is begun and not done.
    assert.ok(format === 'cpio' ? Math.max(...ahead) === 0 : Math.max(...ahead) > 0);
    assert.is(ahead.at(-1), 0);
  }
});

async function failure(work: Promise<unknown>): Promise<StillrootError> {
  try {
    await work;
  } catch (error) {
    return error as StillrootError;
  }
  throw new Error('did not fail');
}

test('a file that shrinks or grows ends it, and the sink is aborted', async () => {
  for (const format of ['cpio', 'cpio.xz'] as const) {
    for (const content of ['', 'x'.repeat(20_000)]) {
      const source = someTree();
      source.contents.set('d/9', Buffer.from(content));
      const sink = new MemorySink();
      const error = await failure(packInto(sink, source, { format }));
      assert.is(error.code, 'source-changed');
      assert.is(sink.state, 'aborted');
      assert.is(source.openFiles, 0);
    }
  }
});

test('an entry that cannot be planned ends it, and the sink is aborted', async () => {
  const source = someTree();
  function* failing(): Generator<PlannedEntry> {
    yield* plannedTree(source.tree, hashes.forInode).slice(0, 30);
    throw new Error('no plan');
  }
  for (const format of ['cpio', 'cpio.xz'] as const) {
    const sink = new MemorySink();
    assert.is((await failure(packInto(sink, source, { format }, failing()))).message, 'no plan');
    assert.is(sink.state, 'aborted');
  }
});

test('a sink that fails ends it, with its own error', async () => {
  for (const [format, limits] of [
    ['cpio', [0]],
    ['cpio.xz', [0, 1, 200_000]],
  ] as const) {
    for (const limit of limits) {
      const sink = new MemorySink();
      sink.onWrite = (bytes) => {
        if (bytes >= limit) throw new Error('disk is full');
      };
      assert.is((await failure(packInto(sink, someTree(), { format }))).message, 'disk is full');
      assert.is(sink.state, 'aborted');
    }
  }
});

test('a sink that cannot commit is aborted', async () => {
  const sink = new MemorySink();
  sink.commit = () => {
    throw new Error('no rename');
  };
  assert.is((await failure(packInto(sink, someTree(), { format: 'cpio' }))).message, 'no rename');
  assert.is(sink.state, 'aborted');
});

test('an abort ends it with its reason at any point, and nothing is committed', async () => {
  for (const format of ['cpio', 'cpio.xz'] as const) {
    for (const after of [0, 1, 2, 4]) {
      const controller = new AbortController();
      const sink = new MemorySink();
      let entries = 0;
      const source = someTree();
      function* aborting(): Generator<PlannedEntry> {
        for (const entry of plannedTree(source.tree, hashes.forInode)) {
          if (entries === after * 8) controller.abort(new Error('enough'));
          entries += 1;
          yield entry;
        }
      }
      const error = await failure(packInto(sink, source, { format, signal: controller.signal }, aborting()));
      assert.is(error.message, 'enough', `${format} after ${after}`);
      assert.is(sink.state, 'aborted');
    }
  }
});

test('an abort in the middle of encoding does not wait for the encoder', async () => {
  const controller = new AbortController();
  const sink = new MemorySink();
  const slow = { ...SMALL_LEVEL, preset: 9, blockMinimum: 4 << 20, blockMaximum: 16 << 20 };
  const source = memorySource([
    [
      'noise',
      Buffer.from(crypto.getRandomValues(new Uint8Array(65_536)))
        .toString('latin1')
        .repeat(90),
    ],
  ]);
  const told = { started: 0, finished: 0 };
  const onWorker = (worker: Worker): void => {
    worker.once('online', () => {
      told.started += 1;
      controller.abort(new Error('enough'));
    });
    worker.once('message', () => {
      told.finished += 1;
    });
  };
  process.on('worker', onWorker);
  const error = await failure(packInto(sink, source, { level: slow, signal: controller.signal }));
  process.off('worker', onWorker);
  assert.is(error.message, 'enough');
  assert.is(sink.state, 'aborted');
  assert.ok(told.started > 0);
  assert.is(told.finished, 0, 'blocks that were encoded to their end');
});

test('an abort before the start writes nothing that stays', async () => {
  for (const format of ['cpio', 'cpio.xz'] as const) {
    const sink = new MemorySink();
    const error = await failure(
      packInto(sink, someTree(), { format, signal: AbortSignal.abort(new Error('no')) }),
    );
    assert.is(error.message, 'no');
    assert.is(sink.state, 'aborted');
  }
});

test('what the system says of putting it on disk meanwhile ends it, too', async () => {
  class NewFile extends MemorySink {
    // Of no file: a sync of it fails.
    override readonly descriptor = 999_999 as unknown as undefined;
    readonly isNewFile = true;
    override failure(cause: unknown): unknown {
      return Object.assign(new Error('cannot be synced'), { cause });
    }
  }
  const sink = new NewFile();
  const segment = Buffer.alloc(33 * 1024 * 1024);
  const error = await failure(packInto(sink, someTree(), { format: 'cpio', segment }));
  assert.is(error.message, 'cannot be synced');
  assert.is((error.cause as NodeJS.ErrnoException).code, 'EBADF');
  assert.is(sink.state, 'aborted');
});

test.run();
