import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { expandPlain, OP_ANY, OP_SET, OP_STAR, parseGlob, readBracket } from '../../src/rules/glob-parse.ts';

const test = suite('glob-parse');

function fail(what: string, at: number): never {
  throw new Error(`${what} at ${at}`);
}

/** The bytes of the set as numbers. */
function bytes(pattern: string): number[] {
  const { set, next } = readBracket(pattern, 0, fail);
  assert.is(next, pattern.length);
  return [...set.keys()].filter((byte) => set[byte] === 1);
}

const codes = (text: string): number[] => [...Buffer.from(text, 'latin1')].sort((a, b) => a - b);

test('glob-class: POSIX classes are those of ASCII', () => {
  const classes: Readonly<Record<string, RegExp>> = {
    alnum: /[0-9A-Za-z]/,
    alpha: /[A-Za-z]/,
    blank: /[ \t]/,
    cntrl: /[\x00-\x1f\x7f]/,
    digit: /[0-9]/,
    graph: /[!-.0-~]/,
    lower: /[a-z]/,
    print: /[ -.0-~]/,
    punct: /[!-.:-@[-`{-~]/,
    space: /[ \t-\r]/,
    upper: /[A-Z]/,
    xdigit: /[0-9A-Fa-f]/,
  };
  for (const [name, expected] of Object.entries(classes)) {
    const wanted = [...Array(256).keys()].filter((byte) => expected.test(String.fromCharCode(byte)));
    assert.equal(bytes(`[[:${name}:]]`), wanted, name);
  }
});

test('glob-class: bytes, ranges, classes and negation go together', () => {
  assert.equal(bytes('[ca-bx]'), codes('abcx'));
  assert.equal(bytes('[]-a]'), codes(']^_`a'));
  assert.equal(bytes('[--0]'), codes('-.0'));
  assert.equal(bytes('[a\\-c]'), codes('a-c'));
  assert.equal(bytes('[\\[-\\]]'), codes('[\\]'));
  assert.equal(bytes('[[]'), codes('['));
  assert.is(bytes('[!a]').length, 254);
  assert.is(bytes('[^[:digit:]x]').length, 244);
});

test('glob-class: a slash is in no set', () => {
  assert.not(bytes('[!a]').includes(0x2f));
  assert.not(bytes('[ -~]').includes(0x2f));
  assert.not(bytes('[[:punct:]]').includes(0x2f));
});

test('glob-class: stops behind the bracket', () => {
  assert.is(readBracket('x[ab]y', 1, fail).next, 5);
});

test('glob-class: refuses what is not closed or not known', () => {
  assert.throws(() => bytes('[a'), /unclosed bracket at 0/);
  assert.throws(() => bytes('[[:digit]'), /unknown character class at 1/);
  assert.throws(() => bytes('[[.a.]]'), /collating symbol at 1/);
  assert.throws(() => bytes('[b-a]'), /range that runs backwards at 1/);
  assert.throws(() => bytes('[a/]'), /slash inside brackets at 2/);
});

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

test('glob-parse: wildcards and what is no longer one', () => {
  assert.equal(branches('a*?[bc]'), ['a<*><?><set>']);
  assert.equal(branches('\\*\\?\\[\\{\\,\\}\\a'), ['*?[{,}a']);
  assert.equal(branches('a]b,c'), ['a]b,c']);
});

test('glob-parse: braces are written out from left to right', () => {
  assert.equal(branches('{a,b}{c,d}'), ['ac', 'ad', 'bc', 'bd']);
  assert.equal(branches('x{,y{1,2},z}w'), ['xw', 'xy1w', 'xy2w', 'xzw']);
  assert.equal(branches('{a\\,b,[,}]}'), ['a,b', '<set>']);
});

test('glob-parse: tokens know where they stand', () => {
  const [, second] = parseGlob('a{b,\\c}*', fail);
  assert.equal(
    second?.map(({ at }) => at),
    [0, 4, 7],
  );
});

test('glob-parse: refuses braces that do not fit', () => {
  assert.throws(() => branches('a{b,c'), /unclosed brace at 1/);
  assert.throws(() => branches('{a}'), /braces without a comma at 0/);
  assert.throws(() => branches('{1..3}'), /braces without a comma at 0/);
  assert.throws(() => branches('a,b}'), /closing brace without an opening one at 3/);
});

test('glob-parse: what is expanded as texts is what parsing in full gives, and nothing invalid is', () => {
  const part = fc.constantFrom(
    'a',
    'b',
    '/',
    '*',
    '?',
    '{',
    '}',
    ',',
    '{a,',
    '{,',
    '}/',
    '.',
    '[',
    ']',
    '\\',
  );
  const pattern = fc.array(part, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''));
  const chars: Readonly<Record<number, string>> = { [OP_STAR]: '*', [OP_ANY]: '?' };
  let plain = 0;
  fc.assert(
    fc.property(pattern, (text) => {
      const expanded = expandPlain(text);
      if (expanded === undefined) return;
      plain += 1;
      const parsed = parseGlob(text, fail).map((tokens) =>
        tokens.map(({ op }) => chars[op] ?? String.fromCharCode(op)).join(''),
      );
      assert.equal(expanded, parsed, text);
    }),
    { numRuns: 5000 },
  );
  assert.ok(plain > 200, `only ${plain} plain ones`);
});

test('glob-parse: what needs parsing in full is not expanded as texts', () => {
  for (const text of ['', 'a[b]', 'a\\*', 'a]', '{a', 'a}', '{a}', '{1..3}', '\u0100', 'x'.repeat(4097)]) {
    assert.is(expandPlain(text), undefined, text);
  }
  const wide = '{0,1}'.repeat(11);
  assert.is(expandPlain(wide), undefined);
  assert.throws(() => branches(wide), /more than 1024 patterns/);
  assert.is(expandPlain('{0,1}'.repeat(10))?.length, 1024);
  const deep = `${'{a,'.repeat(17)}${'}'.repeat(17)}`;
  assert.is(expandPlain(deep), undefined);
  assert.is(branches(deep).length, 18);
});

test.run();
