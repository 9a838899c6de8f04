// What ends a run before its archive is complete: nothing stays of it.
import type { Worker } from 'node:worker_threads';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PlannedEntry } from '../../src/plan/planned-entry.ts';
import { MemorySink } from '../support/memory-sink.ts';
import { memorySource } from '../support/memory-source.ts';
import { plannedTree } from '../support/plain-plan.ts';
import { failure, hashes, packInto, someTree } from './packed.ts';
import { SMALL_LEVEL } from './small-level.ts';

const test = suite('pack/failures');

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
