import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { juliaCache } from '../../src/rewrite/julia-cache.ts';
import { makeEntry } from '../support/entries.ts';
import { makePlan } from '../support/make-plan.ts';
import { memorySource } from '../support/memory-source.ts';

const test = suite('julia-cache');
const TIME = 1_700_000_000;
const SOURCE = 'opt/depot/packages/Foo/src/Foo.jl';
const CACHE = 'opt/depot/compiled/v1.10/Foo/xyz_1.ji';
const RULE = {
  id: 'common/julia-caches',
  match: ['**/*.ji'],
  action: { do: 'rewrite', normalizer: 'julia-cache' },
  why: 'a test',
  source: 'the test',
} as const;

function cacheOf(time: number, path = `/${SOURCE}`): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(path.length);
  const recorded = Buffer.alloc(8);
  recorded.writeDoubleLE(time);
  const magic = Buffer.from('fb6a6c690d0a1a0a', 'hex');
  return Buffer.concat([magic, Buffer.from('/usr/share/other.jl\0'), length, Buffer.from(path), recorded]);
}

/** Codes of the warnings about a cache and a source of this time. */
function warned(epoch: number, content = cacheOf(TIME), mtime = TIME, nanoseconds = 0): string[] {
  const source = makeEntry(SOURCE, 'file', { mtime, nanoseconds });
  const plan = makePlan(memorySource([[CACHE, content.toString('latin1')], source]), [RULE], {
    epoch,
  });
  return plan.warnings.map(({ code }) => code);
}

test('a cache whose source gets another time is told, whatever becomes of it', () => {
  assert.equal(warned(0), ['cache-stale']);
  assert.equal(warned(TIME - 1), ['cache-stale']);
  assert.equal(warned(0, cacheOf(TIME + 0.25), TIME, 250_000_000), ['cache-stale']);
});

test('a time that Julia accepts is none: its own, floor, ceiling, and 1', () => {
  assert.equal(warned(TIME), []);
  assert.equal(warned(1), []);
  assert.equal(warned(TIME + 9, cacheOf(TIME + 0.25), TIME, 250_000_000), []);
});

test('what was stale before, without a source, or is no cache says nothing', () => {
  assert.equal(warned(0, cacheOf(TIME - 5)), []);
  assert.equal(warned(0, cacheOf(TIME, '/opt/gone.jl')), []);
  assert.equal(warned(0, Buffer.from('not a cache')), []);
  assert.equal(warned(0, cacheOf(TIME).subarray(0, 40)), []);
});

test('nothing is rewritten', () => {
  const lookUp = (): undefined => undefined;
  const context = { path: CACHE, epoch: 0, policy: lookUp, owned: undefined, lookUp, original: lookUp };
  assert.is(juliaCache.apply(cacheOf(TIME), context).outcome, 'unchanged');
});

test.run();
