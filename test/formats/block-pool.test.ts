import { spawnSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BlockPool } from '../../src/formats/block-pool.ts';
import { type BlockOptions, encodeBlock } from '../../src/formats/xz/encode-block.ts';
import { until } from '../support/until.ts';
import { branchSoup, failure, pseudoRandom, sha256, textLike } from './xz/sample.ts';

const test = suite('block pool');
const LEVEL = { preset: 1, dictionary: 1024 * 1024 };
const THREAD = 'xz-thread';

function poolOf(
  jobs: number,
  level: Partial<BlockOptions> = {},
  keepsThreads = false,
): BlockPool<BlockOptions> {
  return new BlockPool({ jobs, thread: THREAD, settings: { ...LEVEL, x86: false, ...level }, keepsThreads });
}

function inputs(): Array<Uint8Array<ArrayBuffer>> {
  return [
    textLike(300000, 1),
    branchSoup(5000, 2),
    pseudoRandom(100000, 3),
    Uint8Array.of(1),
    textLike(9000, 4),
  ];
}

test('gives the bytes of encodeBlock for any number of jobs', async () => {
  const wanted: string[] = [];
  for (const raw of inputs()) wanted.push(sha256((await encodeBlock(raw, { ...LEVEL, x86: true })).bytes));
  for (const jobs of [1, 3]) {
    const pool = poolOf(jobs, { x86: true }, jobs > 1);
    const blocks = await Promise.all(inputs().map((raw) => pool.submit(raw, raw.length)));
    assert.equal(
      blocks.map((block) => sha256(block.bytes)),
      wanted,
    );
    await pool.close();
  }
});

test('takes the buffer over and hands it back to be filled again', async () => {
  const pool = poolOf(1);
  const raw = new Uint8Array(200000);
  raw.set(textLike(1000, 1));
  const promise = pool.submit(raw, 1000);
  assert.is(raw.length, 0);
  const block = await promise;
  assert.is(block.uncompressedSize, 1000);
  assert.is(block.buffer.length, 200000);
  block.buffer.set(textLike(1000, 1));
  const again = await pool.submit(block.buffer, 1000);
  assert.is(sha256(again.bytes), sha256(block.bytes));
  await pool.close();
});

test('threads that are kept encode one block after another; others are new for each', async () => {
  for (const [keepsThreads, wanted] of [
    [true, 2],
    [false, 6],
  ] as const) {
    let started = 0;
    const onWorker = (): void => {
      started += 1;
    };
    process.on('worker', onWorker);
    const pool = poolOf(2, {}, keepsThreads);
    await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => pool.submit(textLike(5000, seed), 5000)));
    await pool.close();
    process.off('worker', onWorker);
    assert.is(started, wanted);
  }
});

test('bounds the raw buffers in flight to jobs + 1', async () => {
  const jobs = 2;
  const pool = poolOf(jobs);
  let live = 0;
  let most = 0;
  const promises: Array<Promise<unknown>> = [];
  for (let index = 0; index < 6; index++) {
    await pool.whenFree();
    most = Math.max(most, ++live);
    promises.push(
      pool.submit(textLike(200000, index), 200000).then(() => {
        live--;
      }),
    );
  }
  await Promise.all(promises);
  assert.is(most, jobs + 1);
  await pool.close();
});

test('close ends threads in the middle of their blocks', async () => {
  const pool = poolOf(2, { preset: 9, dictionary: 8 * 1024 * 1024 });
  const raw = textLike(6 * 1024 * 1024, 1);
  const promises = [1, 2, 3].map(() => pool.submit(raw.slice(), raw.length));
  // Starting the threads takes far less processor time than this, and a block takes far more.
  const { user } = process.cpuUsage();
  await until(() => process.cpuUsage().user - user > 600_000, 'the threads encode');
  const waiting = pool.whenFree();
  await pool.close();
  // Had it waited for them, they would have been done.
  for (const promise of promises) {
    assert.match((await failure(() => promise)).message, 'closed before its blocks were done');
  }
  await failure(() => waiting);
  await failure(() => pool.whenFree());
  await failure(() => pool.submit(new Uint8Array(1), 1));
  await pool.close();
});

test('a failing thread fails the whole pool with its reason', async () => {
  // No property byte encodes this dictionary size, so the header cannot be written.
  const pool = poolOf(1, { dictionary: 5000 });
  const promises = [1, 2].map((seed) => pool.submit(textLike(100, seed), 100));
  for (const promise of promises) {
    const error = await failure(() => promise);
    assert.is(error.code, 'internal');
    assert.match(error.message, 'a dictionary of 5000 bytes');
  }
  await failure(() => pool.whenFree());
  await pool.close();
});

test('a block that is not one is refused', async () => {
  const pool = poolOf(1);
  const view = new Uint8Array(new ArrayBuffer(100), 10);
  for (const [raw, length] of [
    [view, 5],
    [new Uint8Array(5), 0],
    [new Uint8Array(5), 6],
  ] as const) {
    assert.is((await failure(() => pool.submit(raw, length))).code, 'internal');
  }
  await pool.close();
  assert.throws(() => poolOf(0), /jobs/);
});

/** A separate process: tests its flags and variables, and that it ends. */
function child(
  body: string,
  flags: string[],
  env: Record<string, string>,
): { status: number | null; stdout: string } {
  const pool = new URL('../../src/formats/block-pool.ts', import.meta.url).href;
  const script = `import { BlockPool } from ${JSON.stringify(pool)};
    const thread = ${JSON.stringify(THREAD)};
    const options = (jobs, level) =>
      ({ jobs, thread, settings: { ...level, x86: false }, keepsThreads: false });
    ${body}`;
  const { status, stdout } = spawnSync(process.execPath, [...flags, '--input-type=module', '-e', script], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status, stdout };
}

test("the parent's flags and variables do not reach the threads", () => {
  const body = `const pool = new BlockPool(options(1, { preset: 1, dictionary: 65536 }));
    const { bytes } = await pool.submit(new Uint8Array(100), 100);
    console.log(bytes.length);`;
  const plain = child(body, [], {});
  const odd = child(body, ['--stack-trace-limit=3', '--no-warnings'], {
    LANG: 'tr_TR.UTF-8',
    TZ: 'Asia/Tokyo',
  });
  assert.is(plain.status, 0);
  assert.equal(odd, plain);
});

test('a process can end after close, and an unread failure does not end it', () => {
  const body = `const { randomFillSync } = await import('node:crypto');
    const pool = new BlockPool(options(2, { preset: 9, dictionary: 8 << 20 }));
    for (let i = 0; i < 3; i++) void pool.submit(randomFillSync(new Uint8Array(16 << 20)), 16 << 20);
    await new Promise((resolve) => process.once('worker', (worker) => worker.once('online', resolve)));
    await pool.close();
    console.log('closed');`;
  assert.equal(child(body, [], {}), { status: 0, stdout: 'closed\n' });
});

test.run();
