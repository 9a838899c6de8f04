import { parse } from 'smol-toml';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import { findLongKey } from '../../src/rules/toml-keys.ts';
import { readRuleFile } from '../../src/rules/user-file.ts';
import { Random } from '../fuzz/random.ts';

const test = suite('rules/toml-keys');

const LONG: readonly (readonly [what: string, toml: string])[] = [
  ['a dotted key', '@a.b.c.d = 1'],
  ['blanks around the dots', '@a . b\t.\tc . d = 1'],
  ['quoted parts', `@a."b".'c'."d" = 1`],
  ['dots inside of quotes are none', `@"a.b.c"."b"."c"."d" = 1`],
  ['a header', 'x = 1\n[@a.b.c.d]'],
  ['a header of an array of tables', '[[ @a.b.c.d ]]'],
  ['a key of an inline table', 'x = { y = 1, @a.b.c.d = 2 }'],
  ['a key in an array', 'x = [{ @a.b.c.d = 2 }]'],
  ['after a comment', '# a.b\n@a.b.c.d = 1'],
  ['after a string with an escaped backslash', 'x = "\\\\"\n@a.b.c.d = 1'],
  ['after a string with an escaped quote', 'x = "\\" "\n@a.b.c.d = 1'],
  ['after a long string that ends with five quotes', 'x = """ "" """""\n@a.b.c.d = 1'],
  ['after a literal string with a backslash', "x = '\\'\n@a.b.c.d = 1"],
  ['after a long literal string', "x = '''\n'' \\'''\n@a.b.c.d = 1"],
  ['after Windows line ends', 'x = 1\r\n@a.b.c.d = 1'],
];

for (const [what, marked] of LONG) {
  test(`found: ${what}`, () => {
    const toml = marked.replace('@', '');
    assert.is(findLongKey(toml, 3), marked.indexOf('@'));
    assert.is(findLongKey(toml, 4), undefined);
    // It is TOML, so the parser would have taken it.
    parse(toml);
  });
}

test('nothing else is taken for one', () => {
  for (const toml of [
    '',
    'a.b.c = 1.5',
    'a.b.c = 1979-05-27T07:32:00.999',
    'x = "a.b.c.d.e"',
    "x = 'a.b.c.d.e'",
    'x = """\na.b.c.d = 1\n"""',
    "x = '''\na.b.c.d = 1\n'''",
    '# a.b.c.d',
    'x = 1 # a.b.c.d',
    'a.b = 1\nc.d = 2',
    'x = [1.5, 2.5, 3.5]',
    'x = "not closed a.b.c.d',
  ]) {
    assert.is(findLongKey(toml, 3), undefined, toml);
  }
});

test('a rule file with such a key is refused where it begins, before it is parsed', () => {
  for (const [text, place] of [
    [`${'a.'.repeat(400_000)}b = 1`, ':1:1:'],
    [`\n[[${'a.'.repeat(400_000)}b]]`, ':2:3:'],
    [`x = { ${'"a".'.repeat(200_000)}b = 1 }`, ':1:7:'],
  ] as const) {
    try {
      readRuleFile(text, 'f.toml');
      assert.unreachable();
    } catch (error) {
      if (!(error instanceof StillrootError)) throw error;
      assert.is(error.code, 'rule-file');
      assert.match(error.message, `f.toml${place} a key with more than 8 parts`);
    }
  }
});

const TOKENS = [
  ...['a', 'b', '.', '.', '.', ' ', '=', '=1', '\n', '"', "'", '"""', "'''"],
  ...['\\', '[', ']', '{', '}', ',', '#', '1.5'],
];

test('whatever the parser takes has no long key that was passed over', () => {
  let taken = 0;
  for (let seed = 0; seed < 40_000; seed += 1) {
    const random = new Random(seed);
    const toml = Array.from({ length: 4 + random.below(14) }, () => random.pick(TOKENS)).join('');
    const depth = depthOf(toml);
    if (depth === undefined) continue;
    taken += 1;
    // A header of two parts and a key of two make four tables and the value.
    if (depth > 4 && findLongKey(toml, 2) === undefined) {
      assert.ok(/[[{]/.test(toml), JSON.stringify(toml));
    }
  }
  assert.ok(taken > 300, `${taken} taken`);
});

/** Undefined where it is no TOML. */
function depthOf(toml: string): number | undefined {
  try {
    return keyDepth(parse(toml));
  } catch {
    return undefined;
  }
}

function keyDepth(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof Date) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(keyDepth));
}

test.run();
