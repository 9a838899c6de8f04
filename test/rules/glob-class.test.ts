import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readBracket } from '../../src/rules/glob-class.ts';

const test = suite('glob-class');

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

test('POSIX classes are those of ASCII', () => {
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

test('bytes, ranges, classes and negation go together', () => {
  assert.equal(bytes('[ca-bx]'), codes('abcx'));
  assert.equal(bytes('[]-a]'), codes(']^_`a'));
  assert.equal(bytes('[--0]'), codes('-.0'));
  assert.equal(bytes('[a\\-c]'), codes('a-c'));
  assert.equal(bytes('[\\[-\\]]'), codes('[\\]'));
  assert.equal(bytes('[[]'), codes('['));
  assert.is(bytes('[!a]').length, 254);
  assert.is(bytes('[^[:digit:]x]').length, 244);
});

test('a slash is in no set', () => {
  assert.not(bytes('[!a]').includes(0x2f));
  assert.not(bytes('[ -~]').includes(0x2f));
  assert.not(bytes('[[:punct:]]').includes(0x2f));
});

test('stops behind the bracket', () => {
  assert.is(readBracket('x[ab]y', 1, fail).next, 5);
});

test('refuses what is not closed or not known', () => {
  assert.throws(() => bytes('[a'), /unclosed bracket at 0/);
  assert.throws(() => bytes('[[:digit]'), /unknown character class at 1/);
  assert.throws(() => bytes('[[.a.]]'), /collating symbol at 1/);
  assert.throws(() => bytes('[b-a]'), /range that runs backwards at 1/);
  assert.throws(() => bytes('[a/]'), /slash inside brackets at 2/);
});

test.run();
