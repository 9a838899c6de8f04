import type { fdatasync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WriteBehind } from '../../src/pack/archive-output.ts';
import type { Sink } from '../../src/pack/sink.ts';

const test = suite('write-behind');

const MIB = 1024 * 1024;

function sink(parts: Partial<Sink> = {}): Sink {
  return {
    write() {},
    descriptor: 7,
    isNewFile: true,
    failure: (cause) => new Error('failed', { cause }),
    commit() {},
    abort() {},
    ...parts,
  };
}

/** Syncs that end when they are told to. */
function heldSync(): { sync: typeof fdatasync; held: ((error: NodeJS.ErrnoException | null) => void)[] } {
  const held: ((error: NodeJS.ErrnoException | null) => void)[] = [];
  const sync = ((descriptor: number, done: (typeof held)[number]) => {
    assert.is(descriptor, 7);
    held.push(done);
  }) as unknown as typeof fdatasync;
  return { sync, held };
}

test('one sync at a time, each for 32 MiB or more', async () => {
  const { sync, held } = heldSync();
  const behind = new WriteBehind(sink(), sync);
  behind.wrote(31 * MIB);
  assert.is(held.length, 0);
  behind.wrote(MIB);
  assert.is(held.length, 1);
  behind.wrote(64 * MIB);
  assert.is(held.length, 1, 'the first has not ended');
  held[0]?.(null);
  behind.wrote(1);
  assert.is(held.length, 2);
  held[1]?.(null);
  await behind.finish();
});

test('the end waits for a sync that is running: its descriptor will be closed', async () => {
  const { sync, held } = heldSync();
  const behind = new WriteBehind(sink(), sync);
  behind.wrote(32 * MIB);
  let isFinished = false;
  const finished = behind.finish().then(() => {
    isFinished = true;
  });
  await new Promise(setImmediate);
  assert.not(isFinished);
  held[0]?.(null);
  await finished;
});

test('a failure is reported at the end, as the sink says it, even if a later sync succeeds', async () => {
  const { sync, held } = heldSync();
  const behind = new WriteBehind(sink(), sync);
  behind.wrote(32 * MIB);
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  held[0]?.(full);
  behind.wrote(32 * MIB);
  held[1]?.(null);
  const error = await behind.finish().then(
    () => undefined,
    (reason: Error) => reason,
  );
  assert.is(error?.message, 'failed');
  assert.is(error?.cause, full);
});

test('what is no new file is left alone', async () => {
  const { sync, held } = heldSync();
  for (const parts of [{ isNewFile: false }, { descriptor: undefined }])
    new WriteBehind(sink(parts), sync).wrote(64 * MIB);
  assert.is(held.length, 0);
});

test.run();
