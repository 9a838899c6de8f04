import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { madeOnce, SHARED_DIRECTORY, sharedPath } from './made-once.ts';
import { Scratch } from './temporary.ts';

const test = suite('made once');
const scratch = new Scratch('made-once');
test.after(() => scratch.remove());

const MODULE = new URL('made-once.ts', import.meta.url).href;

test('a path of this run, or of this process where no run gave one', () => {
  const given = process.env[SHARED_DIRECTORY];
  try {
    process.env[SHARED_DIRECTORY] = '/given';
    assert.is(sharedPath('debian'), '/given/debian');
    delete process.env[SHARED_DIRECTORY];
    const own = sharedPath('debian');
    assert.match(own, /^\/var\/tmp\/.+\/debian$/);
    assert.is(sharedPath('debian'), own);
  } finally {
    if (given !== undefined) process.env[SHARED_DIRECTORY] = given;
  }
});

test('of several that ask at a time one makes it, and all find it whole', async () => {
  const path = scratch.in('asked');
  let made = 0;
  const ask = async (): Promise<string> => {
    await madeOnce(path, async (part) => {
      made += 1;
      writeFileSync(part, 'half');
      await new Promise((resolve) => setImmediate(resolve));
      assert.not.ok(existsSync(path));
      writeFileSync(part, 'whole');
    });
    return readFileSync(path, 'utf8');
  };
  assert.equal(await Promise.all([ask(), ask(), ask()]), ['whole', 'whole', 'whole']);
  assert.is(await ask(), 'whole');
  assert.is(made, 1);
});

test('a failure leaves nothing, and the next one begins anew', async () => {
  const path = scratch.in('failed');
  const failed = madeOnce(path, async (part) => {
    mkdirSync(`${part}/left`, { recursive: true });
    throw new Error('no network');
  });
  const error = await failed.catch((reason: Error) => reason);
  assert.is((error as Error).message, 'no network');
  assert.not.ok(existsSync(`${path}.part`));
  await madeOnce(path, async (part) => mkdirSync(part));
  assert.not.ok(existsSync(`${path}/left`));
});

test('what a killed process leaves is not taken for it, and nobody waits for that process', async () => {
  const path = scratch.in('killed');
  const script = `
    import { mkdirSync } from 'node:fs';
    import { madeOnce } from ${JSON.stringify(MODULE)};
    await madeOnce(process.argv[1], async (part) => {
      mkdirSync(part + '/left', { recursive: true });
      process.kill(process.pid, 'SIGKILL');
    });`;
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script, path]);
  assert.is(signal, 'SIGKILL');
  assert.ok(existsSync(`${path}.part/left`));
  await madeOnce(path, async (part) => mkdirSync(part));
  assert.ok(existsSync(path));
  assert.not.ok(existsSync(`${path}/left`));
});

test.run();
