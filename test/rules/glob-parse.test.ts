import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OP_ANY, OP_SET, OP_STAR, parseGlob } from '../../src/rules/glob-parse.ts';

const test = suite('glob-parse');

function fail(what: string, at: number): never {
  throw new Error(`${what} at ${at}`);
}

/** Each branch as text, with wildcards as `<*>`, `<?>` and `<set>`. */
function branches(pattern: string): string[] {
  const names = new Map([
    [OP_STAR, '<*>'],
    [OP_ANY, '<?>'],
    [OP_SET, '<set>'],
  ]);
  return parseGlob(pattern, fail).map((tokens) =>
    tokens.map(({ op }) => names.get(op) ?? String.fromCharCode(op)).join(''),
  );
}

test('wildcards and what is no longer one', () => {
  assert.equal(branches('a*?[bc]'), ['a<*><?><set>']);
  assert.equal(branches('\\*\\?\\[\\{\\,\\}\\a'), ['*?[{,}a']);
  assert.equal(branches('a]b,c'), ['a]b,c']);
});

test('braces are written out from left to right', () => {
  assert.equal(branches('{a,b}{c,d}'), ['ac', 'ad', 'bc', 'bd']);
  assert.equal(branches('x{,y{1,2},z}w'), ['xw', 'xy1w', 'xy2w', 'xzw']);
  assert.equal(branches('{a\\,b,[,}]}'), ['a,b', '<set>']);
});

test('tokens know where they stand', () => {
  const [, second] = parseGlob('a{b,\\c}*', fail);
  assert.equal(
    second?.map(({ at }) => at),
    [0, 4, 7],
  );
});

test('refuses braces that do not fit', () => {
  assert.throws(() => branches('a{b,c'), /unclosed brace at 1/);
  assert.throws(() => branches('{a}'), /braces without a comma at 0/);
  assert.throws(() => branches('{1..3}'), /braces without a comma at 0/);
  assert.throws(() => branches('a,b}'), /closing brace without an opening one at 3/);
});

test.run();
