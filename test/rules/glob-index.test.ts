import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Move } from '../../src/packages/moved-directories.ts';
import { Glob } from '../../src/rules/glob.ts';
import { GlobIndex } from '../../src/rules/glob-index.ts';

const test = suite('glob-index');

test('lists the globs that match, ascending and each once', () => {
  const index = new GlobIndex([
    'etc/machine-id',
    '**/machine-id',
    'etc/*',
    '{etc,var}/{machine-id,x}',
    '**',
    'etc/**/machine-*',
    'var/**',
  ]);
  assert.equal(index.match('etc/machine-id'), [0, 1, 2, 3, 4, 5]);
  assert.equal(index.match('machine-id'), [1, 4]);
  assert.equal(index.match('var/machine-id'), [1, 3, 4, 6]);
  assert.equal(index.match('var'), [4]);
  assert.equal(index.match(''), []);
});

test('two branches of one glob count once', () => {
  const index = new GlobIndex(['{a*,*b}', '{**/ab,ab,*}']);
  assert.equal(index.match('ab'), [0, 1]);
});

test('does not mix up directories that begin alike', () => {
  const index = new GlobIndex(['a/x', 'a/b/x', 'ab/x']);
  assert.equal(index.match('a/x'), [0]);
  assert.equal(index.match('ab/x'), [2]);
  assert.equal(index.match('a/b/x'), [1]);
  assert.equal(index.match('a/x'), [0]);
  assert.equal(index.match('b/x'), []);
});

test('no globs match nothing', () => {
  assert.equal(new GlobIndex([]).match('a/b'), []);
});

test('equals trying each glob, in any order of paths', () => {
  const name = fc.constantFrom('a', 'b', 'ab', 'ba', '.a', 'a.b', 'constructor');
  const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join('/'));
  const component = fc.oneof(
    name,
    fc.constantFrom('**', '**', '*', '?', 'a*', '*b', '*.b', '[ab]', '[!a]*', '{a,b}', '{a,ab/b}', '?a*'),
  );
  const glob = fc.array(component, { minLength: 1, maxLength: 4 }).map((all) => all.join('/'));
  const property = fc.property(
    fc.array(glob, { maxLength: 12 }),
    fc.array(path, { minLength: 1, maxLength: 20 }),
    (patterns, paths) => {
      const index = new GlobIndex(patterns);
      const single = patterns.map((pattern) => new Glob(pattern));
      for (const each of paths) {
        const expected = single.flatMap((one, i) => (one.matches(each) ? [i] : []));
        assert.equal([...index.match(each)], expected, `${patterns} on ${each}`);
      }
    },
  );
  fc.assert(property, { numRuns: 2000 });
});

test('a moved directory: what is inside matches as if each pattern were written out for the new place', () => {
  const moves: readonly Move[] = [
    { from: ['a'], to: ['ab'] },
    { from: ['a'], to: ['b', '*', 'ba'] },
    { from: ['a', 'b'], to: ['a.b'] },
    { from: ['ab'], to: ['ba', '*'] },
  ];
  const name = fc.constantFrom('a', 'b', 'ab', 'ba', 'a.b');
  const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join('/'));
  const component = fc.oneof(name, fc.constantFrom('a', '**', '*', 'a*'));
  const glob = fc.array(component, { minLength: 1, maxLength: 4 }).map((all) => all.join('/'));
  const writtenOut = (pattern: string): string[] => {
    const inside = moves.filter(({ from }) => pattern.startsWith(`${from.join('/')}/`));
    const moved = inside.map(({ from, to }) => `${to.join('/')}${pattern.slice(from.join('/').length)}`);
    return [pattern, ...moved];
  };
  let matches = 0;
  const property = fc.property(
    fc.array(glob, { maxLength: 8 }),
    fc.array(path, { minLength: 1, maxLength: 20 }),
    (patterns, paths) => {
      const globs = patterns.map((pattern) => new Glob(pattern, 'path', moves));
      const index = new GlobIndex(globs);
      for (const each of paths) {
        const expected = patterns.flatMap((pattern, i) => {
          const isMatch = writtenOut(pattern).some((one) => new Glob(one).matches(each));
          matches += isMatch && !new Glob(pattern).matches(each) ? 1 : 0;
          return isMatch ? [i] : [];
        });
        assert.equal([...index.match(each)], expected, `${patterns} on ${each}`);
        assert.equal(
          globs.flatMap((one, i) => (one.matches(each) ? [i] : [])),
          expected,
        );
      }
    },
  );
  fc.assert(property, { numRuns: 1000 });
  assert.ok(matches > 50, `only ${matches} matches in a new place`);
});

test.run();
