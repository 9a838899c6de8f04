import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BlockCache, type BlockCacheOptions } from '../../src/cache/block-cache.ts';
import { openCacheDirectory } from '../../src/cache/cache-directory.ts';
import { blockName } from '../../src/cache/stored-block.ts';
import { inspectXzBlock } from '../../src/formats/xz/inspect-block.ts';
import { Scratch } from '../support/temporary.ts';
import { encodedBlock } from './encoded-block.ts';

const test = suite('block cache');
const scratch = new Scratch('block-cache');
test.after(() => scratch.remove());

const recipe = { profile: 1, encoder: 'test', preset: 0, dictionary: 65536 };
const rawOf = (text: string): Buffer => Buffer.from(`${text}, and more of it. `.repeat(40));
/** A little more than the file of a block has. */
const FILE_SIZE = 160;

let number = 0;
/** A fresh one, or another look at the same directory. */
function cacheIn(path: string, options: Partial<BlockCacheOptions> = {}): BlockCache {
  return new BlockCache(openCacheDirectory(path), {
    recipe,
    inspect: inspectXzBlock,
    leaveFree: 0,
    ...options,
  });
}

function fresh(): string {
  number += 1;
  return scratch.in(`cache-${number}`);
}

async function store(cache: BlockCache, text: string): Promise<string> {
  const raw = rawOf(text);
  const key = cache.keyOf(raw);
  cache.store(key, await encodedBlock(raw));
  return blockName(key);
}

function find(cache: BlockCache, text: string): boolean {
  const raw = rawOf(text);
  return cache.find(cache.keyOf(raw), raw) !== undefined;
}

const filesIn = (path: string): string[] => readdirSync(`${path}/blocks`).sort();

test('what was stored is found, by another one too', async () => {
  const path = fresh();
  const cache = cacheIn(path);
  assert.not(find(cache, 'a'));
  const name = await store(cache, 'a');
  assert.ok(find(cache, 'a'));
  assert.not(find(cache, 'b'));
  cache.close();
  const other = cacheIn(path);
  const raw = rawOf('a');
  const found = other.find(other.keyOf(raw), raw);
  const { bytes, digest } = await encodedBlock(raw);
  assert.equal([found?.digest, [...(found?.bytes ?? [])]], [digest, [...bytes]]);
  assert.equal([other.used, other.stored, other.notes, other.notStored], [1, 0, [], undefined]);
  assert.equal(filesIn(path), [name]);
  other.close();
});

test('files and directories are for the user alone', async () => {
  const path = fresh();
  const cache = cacheIn(path);
  const name = await store(cache, 'a');
  const mode = (file: string): number => statSync(file).mode & 0o777;
  assert.is(mode(path), 0o700);
  assert.is(mode(`${path}/blocks`), 0o700);
  assert.is(mode(`${path}/blocks/${name}`), 0o600);
  cache.close();
});

test('a damaged block is removed, noted and stored again', async () => {
  const path = fresh();
  const cache = cacheIn(path);
  const name = await store(cache, 'a');
  const file = `${path}/blocks/${name}`;
  const sound = readFileSync(file);
  for (const damage of [
    sound.subarray(0, 50),
    Buffer.alloc(0),
    Buffer.alloc(sound.length),
    Buffer.concat([sound, Buffer.alloc(1)]),
    Buffer.concat([sound.subarray(0, sound.length - 3), Buffer.from('xyz')]),
  ]) {
    writeFileSync(file, damage);
    cache.notes.length = 0;
    assert.not(find(cache, 'a'));
    assert.not(existsSync(file));
    assert.match(cache.notes.join(), /^[0-9a-f]{64}\.block: removed, its? /);
    await store(cache, 'a');
    assert.ok(find(cache, 'a'));
  }
  cache.close();
});

test('a block under the name of another one is not taken for it', async () => {
  const path = fresh();
  const cache = cacheIn(path);
  const name = await store(cache, 'a');
  const raw = rawOf('b');
  writeFileSync(`${path}/blocks/${blockName(cache.keyOf(raw))}`, readFileSync(`${path}/blocks/${name}`), {
    mode: 0o600,
  });
  assert.not(find(cache, 'b'));
  assert.match(cache.notes.join(), /belongs to another key/);
  assert.ok(find(cache, 'a'));
  cache.close();
});

test('a file that others may write to, a link, a directory and a huge file are not read', async () => {
  const path = fresh();
  const cache = cacheIn(path);
  const name = await store(cache, 'a');
  const file = `${path}/blocks/${name}`;
  const bytes = readFileSync(file);
  chmodSync(file, 0o660);
  assert.not(find(cache, 'a'));
  assert.match(cache.notes.pop() as string, /others can write to it \(mode 0660\)/);

  writeFileSync(`${path}/elsewhere`, bytes, { mode: 0o600 });
  symlinkSync('../elsewhere', file);
  assert.not(find(cache, 'a'));
  assert.match(cache.notes.pop() as string, /cannot be opened \(ELOOP\)/);
  assert.ok(existsSync(`${path}/elsewhere`));

  writeFileSync(file, Buffer.alloc(1024 * 1024), { mode: 0o600 });
  assert.not(find(cache, 'a'));
  assert.match(cache.notes.pop() as string, /too large/);

  mkdirSync(file);
  assert.not(find(cache, 'a'));
  assert.match(cache.notes.pop() as string, /not a file/);
  cache.close();
});

test('the blocks not used for longest go first', async () => {
  const path = fresh();
  const cache = cacheIn(path, { limit: 3 * FILE_SIZE });
  for (const [age, text] of ['a', 'b', 'c'].entries()) {
    const name = await store(cache, text);
    const { size } = statSync(`${path}/blocks/${name}`);
    assert.ok(size > FILE_SIZE * 0.75 && size < FILE_SIZE, `${size} bytes are what this test wants`);
    const time = Date.now() / 1000 - 1000 + age;
    utimesSync(`${path}/blocks/${name}`, time, time);
  }
  assert.is(filesIn(path).length, 3);
  // Used now, so that another one is the oldest.
  assert.ok(find(cache, 'a'));
  await store(cache, 'd');
  assert.equal(
    ['a', 'b', 'c', 'd'].filter((text) => find(cache, text)),
    ['a', 'c', 'd'],
  );
  cache.close();
});

test('a block larger than the limit, and a limit of nothing', async () => {
  const path = fresh();
  const cache = cacheIn(path, { limit: 3 * FILE_SIZE });
  await store(cache, 'a');
  cache.close();
  for (const limit of [0, 100]) {
    const small = cacheIn(path, { limit });
    await store(small, 'b');
    assert.is(small.stored, 0);
    assert.ok(find(small, 'a'), 'it is read all the same');
    small.close();
  }
  assert.is(filesIn(path).length, 1);
});

test('what a packer that was killed has left goes after a while', async () => {
  const path = fresh();
  const cache = cacheIn(path);
  const [old, young] = ['00000000000000aa.part', '00000000000000bb.part'];
  for (const name of [old, young]) writeFileSync(`${path}/blocks/${name}`, 'half');
  utimesSync(`${path}/blocks/${old}`, 1_000_000, 1_000_000);
  writeFileSync(`${path}/blocks/notes.txt`, 'not ours');
  const name = await store(cache, 'a');
  assert.equal(filesIn(path), [young, name, 'notes.txt'].sort());
  cache.close();
});

test('a filesystem that is nearly full is left alone', async () => {
  const path = fresh();
  const cache = cacheIn(path, { leaveFree: Number.MAX_SAFE_INTEGER });
  await store(cache, 'a');
  assert.equal([cache.stored, cache.notStored, filesIn(path)], [0, 'its filesystem is nearly full', []]);
  cache.close();
});

test('a directory that is removed meanwhile is no failure', async () => {
  const path = fresh();
  const cache = cacheIn(path);
  await store(cache, 'a');
  rmSync(path, { recursive: true });
  assert.not(find(cache, 'a'));
  await store(cache, 'b');
  assert.is(cache.notStored, 'it was removed meanwhile');
  assert.not(existsSync(path));
  cache.close();
});

test.run();
