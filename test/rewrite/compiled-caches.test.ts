import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { juliaCache, pycMtime } from '../../src/rewrite/compiled-caches.ts';
import type { Neighbour, RewriteContext } from '../../src/rewrite/rewrite.ts';
import { makeEntry } from '../support/entries.ts';
import { makePlan } from '../support/make-plan.ts';
import { memorySource } from '../support/memory-source.ts';
import { after, apply, differingBytes, faultAt, lookUpIn, sample, survivesDamage } from './damage.ts';

const test = suite('compiled-caches');

const FINAL = 1_650_000_000;
/** What the samples were compiled from. */
const SOURCE = { size: 15, mtime: 1_700_000_000, nanoseconds: 5, finalMtime: FINAL };
const CACHED = 'usr/lib/x/__pycache__/hello.cpython-311.pyc';

function context(path: string = CACHED, source: Partial<Neighbour> = {}): Partial<RewriteContext> {
  return { path, lookUp: lookUpIn({ 'usr/lib/x/hello.py': { ...SOURCE, ...source } }) };
}

const LAYOUTS = [
  { file: 'python311.pyc', path: CACHED, mtimeAt: 8, hasSize: true },
  { file: 'python36.pyc', path: 'usr/lib/x/__pycache__/hello.cpython-36.pyc', mtimeAt: 4, hasSize: true },
  { file: 'python27.pyc', path: 'usr/lib/x/hello.pyc', mtimeAt: 4, hasSize: false },
];

for (const { file, path, mtimeAt, hasSize } of LAYOUTS) {
  test(`${file}: the header follows the source, and nothing else changes`, () => {
    const before = sample(file);
    const result = after(pycMtime, before, context(path));
    assert.is(before.readUInt32LE(mtimeAt), SOURCE.mtime);
    assert.is(result.readUInt32LE(mtimeAt), FINAL);
    assert.ok(differingBytes(before, result).every((at) => at >= mtimeAt && at < mtimeAt + 4));
  });

  test(`${file}: a source that keeps its time leaves the file alone`, () => {
    const kept = context(path, { finalMtime: SOURCE.mtime });
    assert.is(apply(pycMtime, sample(file), kept).outcome, 'unchanged');
  });

  test(`${file}: stale files go where no package has them`, () => {
    for (const source of [{ mtime: 1_699_999_999 }, ...(hasSize ? [{ size: 16 }] : [])]) {
      const stale = context(path, source);
      assert.is(apply(pycMtime, sample(file), stale).outcome, 'unchanged');
      assert.is(apply(pycMtime, sample(file), { ...stale, owned: () => true }).outcome, 'unchanged');
      assert.is(apply(pycMtime, sample(file), { ...stale, owned: () => false }).outcome, 'obsolete');
    }
  });

  test(`${file}: damage`, () => {
    survivesDamage(pycMtime, sample(file), { context: context(path) });
    survivesDamage(pycMtime, sample(file), { context: { ...context(path), owned: () => false } });
  });
}

test('files with a hash of their source hold no time', () => {
  for (const file of ['python311-checked.pyc', 'python311-unchecked.pyc']) {
    const stale = { ...context(CACHED, { mtime: 1, size: 1 }), owned: () => false };
    assert.is(apply(pycMtime, sample(file), stale).outcome, 'unchanged');
    survivesDamage(pycMtime, sample(file), { context: context() });
  }
});

test('optimization levels belong to the same source', () => {
  for (const level of ['opt-1', 'opt-2']) {
    const path = `usr/lib/x/__pycache__/hello.cpython-311.${level}.pyc`;
    assert.is(apply(pycMtime, sample('python311.pyc'), context(path)).outcome, 'rewritten');
  }
  assert.is(apply(pycMtime, sample('python27.pyc'), context('usr/lib/x/hello.pyo')).outcome, 'rewritten');
});

test('names that Python does not give have no source', () => {
  for (const name of [
    'hello.pyc',
    'hello.cpython-311.x.pyc',
    'hello.a.opt-1.b.pyc',
    'hello.cpython-311.pyo',
  ]) {
    const path = `usr/lib/x/__pycache__/${name}`;
    assert.is(
      apply(pycMtime, sample('python311.pyc'), { ...context(path), owned: () => false }).outcome,
      'unchanged',
      name,
    );
  }
});

test('without a source a cached file is of no use, and one beside it is a module of its own', () => {
  const alone = { lookUp: () => undefined, owned: () => false };
  assert.is(apply(pycMtime, sample('python311.pyc'), { ...alone, path: CACHED }).outcome, 'obsolete');
  assert.is(
    apply(pycMtime, sample('python311.pyc'), { ...alone, path: 'usr/lib/x/hello.pyc' }).outcome,
    'unchanged',
  );
  // A directory is not a source.
  const directory = { ...context(CACHED, { isFile: false }), owned: () => false };
  assert.is(apply(pycMtime, sample('python311.pyc'), directory).outcome, 'obsolete');
});

test('only the low 32 bits of time and size are recorded', () => {
  const bytes = Buffer.from(sample('python311.pyc'));
  bytes.writeUInt32LE(0xfffffffe, 8);
  bytes.writeUInt32LE(7, 12);
  const far = context(CACHED, { mtime: -2, size: 2 ** 32 + 7, finalMtime: 2 ** 32 + 3 });
  assert.is(after(pycMtime, bytes, far).readUInt32LE(8), 3);
});

test('a header that is none is reported', () => {
  faultAt(pycMtime, Buffer.from('00100d0a', 'hex'), 0, /00100d0a/);
  faultAt(pycMtime, Buffer.from('a70d0d0b00000000', 'hex'), 0, /a70d0d0b/);
  faultAt(pycMtime, sample('python311.pyc').subarray(0, 15), 0, /end of the file at 15/);
  const flags = Buffer.from(sample('python311.pyc'));
  for (const wrong of [2, 4, 0x80000000]) {
    flags.writeUInt32LE(wrong, 4);
    faultAt(pycMtime, flags, 4, /flags/);
  }
});

test('any time leads to the source of today', () => {
  const time = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  fc.assert(
    fc.property(time, time, (mtime, finalMtime) => {
      const bytes = Buffer.from(sample('python311.pyc'));
      bytes.writeUInt32LE(mtime, 8);
      assert.is(after(pycMtime, bytes, context(CACHED, { mtime, finalMtime })).readUInt32LE(8), finalMtime);
    }),
  );
});

const TIME = 1_700_000_000;
const JULIA_SOURCE = 'opt/depot/packages/Foo/src/Foo.jl';
const JULIA_CACHE = 'opt/depot/compiled/v1.10/Foo/xyz_1.ji';
const RULE = {
  id: 'common/julia-caches',
  match: ['**/*.ji'],
  action: { do: 'rewrite', normalizer: 'julia-cache' },
  why: 'a test',
  source: 'the test',
} as const;

function cacheOf(time: number, path = `/${JULIA_SOURCE}`): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(path.length);
  const recorded = Buffer.alloc(8);
  recorded.writeDoubleLE(time);
  const magic = Buffer.from('fb6a6c690d0a1a0a', 'hex');
  return Buffer.concat([magic, Buffer.from('/usr/share/other.jl\0'), length, Buffer.from(path), recorded]);
}

/** Codes of the warnings about a cache and a source of this time. */
function warned(epoch: number, content = cacheOf(TIME), mtime = TIME, nanoseconds = 0): string[] {
  const source = makeEntry(JULIA_SOURCE, 'file', { mtime, nanoseconds });
  const plan = makePlan(memorySource([[JULIA_CACHE, content.toString('latin1')], source]), [RULE], {
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
  const context = { path: JULIA_CACHE, epoch: 0, policy: lookUp, owned: undefined, lookUp, original: lookUp };
  assert.is(juliaCache.apply(cacheOf(TIME), context).outcome, 'unchanged');
});

test.run();
