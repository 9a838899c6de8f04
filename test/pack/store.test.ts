// The archive is the same whatever the store holds or does.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BlockCache } from '../../src/cache/block-cache.ts';
import { openCacheDirectory } from '../../src/cache/cache-directory.ts';
import { ENCODER } from '../../src/formats/encoders.ts';
import { inspectXzBlock } from '../../src/formats/xz/inspect-block.ts';
import type { BlockStore } from '../../src/pack/compressor.ts';
import { type PackResult, pack } from '../../src/pack/pack.ts';
import { loadPathHashes } from '../../src/pack/path-hash.ts';
import { MemorySink } from '../support/memory-sink.ts';
import { type MemorySource, memorySource } from '../support/memory-source.ts';
import { plannedTree } from '../support/plain-plan.ts';
import { Scratch } from '../support/temporary.ts';
import { SMALL_LEVEL } from './small-level.ts';

const test = suite('pack with a store');
const scratch = new Scratch('pack-store');
test.after(() => scratch.remove());
const hashes = await loadPathHashes();
const { preset, dictionary } = SMALL_LEVEL;
const recipe = { profile: 1, encoder: ENCODER, preset, dictionary };

function noise(seed: string, size: number): string {
  let text = '';
  for (let n = 0; text.length < size; n++)
    text += createHash('sha512').update(`${seed} ${n}`).digest('base64');
  return text.slice(0, size);
}

/** Some 400 kB in four blocks. */
function someTree(changed = ''): MemorySource {
  const files: [string, string][] = [['big', noise('big', 200_000)]];
  for (let n = 0; n < 30; n++) files.push([`d/${n}`, noise(`${n}`, (n * 977) % 16_000)]);
  files.push(['z', noise(`z${changed}`, 1000)]);
  return memorySource(files);
}

async function packed(
  store?: BlockStore,
  source: MemorySource = someTree(),
): Promise<{ bytes: Buffer; result: PackResult }> {
  const sink = new MemorySink();
  const options = { format: 'cpio.xz', level: SMALL_LEVEL, jobs: 2, hashes } as const;
  const entries = plannedTree(source.tree, hashes.forInode);
  const result = await pack(entries, source, sink, { ...options, ...(store === undefined ? {} : { store }) });
  return { bytes: sink.bytes, result };
}

function cacheIn(name: string): BlockCache {
  return new BlockCache(openCacheDirectory(scratch.in(name)), {
    recipe,
    inspect: inspectXzBlock,
    leaveFree: 0,
  });
}

const without = await packed();
const count = without.result.blocks.length;

async function expectSame(cache: BlockCache, used: number, stored: number): Promise<void> {
  const { bytes, result } = await packed(cache);
  assert.ok(bytes.equals(without.bytes));
  assert.equal(result, without.result);
  assert.equal([cache.used, cache.stored], [used, stored]);
  cache.close();
}

test('absent, cold and warm', async () => {
  assert.is(count, 4);
  await expectSame(cacheIn('plain'), 0, count);
  await expectSame(cacheIn('plain'), count, 0);
});

test('a part of it, and every block damaged in another place', async () => {
  await expectSame(cacheIn('damaged'), 0, count);
  const files = readdirSync(scratch.in('damaged', 'blocks')).map((name) =>
    scratch.in('damaged', 'blocks', name),
  );
  rmSync(files[0] as string);
  rmSync(files[1] as string);
  await expectSame(cacheIn('damaged'), count - 2, 2);
  for (const [index, file] of files.entries()) {
    const bytes = readFileSync(file);
    if (index % 3 === 0) writeFileSync(file, bytes.subarray(0, Math.floor((bytes.length * index) / count)));
    else {
      const at = Math.floor((bytes.length * index) / count);
      bytes[at] = (bytes[at] as number) ^ 0x10;
      writeFileSync(file, bytes);
    }
  }
  const cache = cacheIn('damaged');
  await expectSame(cache, 0, count);
  assert.is(cache.notes.length, count);
  await expectSame(cacheIn('damaged'), count, 0);
});

test('a changed file takes one block to encode', async () => {
  await expectSame(cacheIn('changed'), 0, count);
  const cache = cacheIn('changed');
  const changed = await packed(cache, someTree('!'));
  assert.ok(changed.bytes.equals((await packed(undefined, someTree('!'))).bytes));
  assert.equal([cache.used, cache.stored], [count - 1, 1]);
  cache.close();
});

test('two at once with one directory', async () => {
  const [one, other] = [cacheIn('shared'), cacheIn('shared')];
  const both = await Promise.all([packed(one), packed(other)]);
  for (const { bytes } of both) assert.ok(bytes.equals(without.bytes));
  for (const cache of [one, other]) {
    assert.equal([cache.notes, cache.notStored], [[], undefined]);
    cache.close();
  }
  assert.is(readdirSync(scratch.in('shared', 'blocks')).length, count);
  await expectSame(cacheIn('shared'), count, 0);
});

test.run();
