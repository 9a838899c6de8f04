import { parse } from 'smol-toml';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import { findLongKey, findPositions, type TomlPath } from '../../src/rules/toml-positions.ts';
import { readRuleFile } from '../../src/rules/user-file.ts';
import { Random } from '../fuzz/random.ts';

const test = suite('toml-positions');

/** Each path with the text expected at the positions of its key and its value. */
function check(toml: string, ...wanted: [path: TomlPath, key: string, value: string][]): void {
  parse(toml);
  const positionOf = findPositions(toml);
  for (const [path, key, value] of wanted) {
    const position = positionOf(path);
    const name = JSON.stringify(path);
    assert.ok(position !== undefined, `finds ${name}`);
    assert.ok(toml.slice(position?.key).startsWith(key), `${name} key at ${toml.slice(position?.key)}`);
    assert.ok(
      toml.slice(position?.value).startsWith(value),
      `${name} value at ${toml.slice(position?.value)}`,
    );
  }
}

test('toml-positions: keys and values', () => {
  check(
    'a = 1\n  b="x" # c = 3\n\n"quo.ted" = true\n\'lit"eral\' = 2\n',
    [['a'], 'a', '1'],
    [['b'], 'b', '"x"'],
    [['quo.ted'], '"quo', 'true'],
    [['lit"eral'], "'lit", '2'],
  );
  assert.is(findPositions('# a = 1\n')(['a']), undefined);
  check('"a\\u0062" = 1', [['ab'], '"a', '1']);
});

test('toml-positions: arrays of tables count', () => {
  const toml =
    '[[rule]]\nid = 1\n# [[rule]]\n[[rule]]\nid = 2\n[ rule . when ]\ntype = 3\n[[ "rule" ]]\nid = 4\n[policies]\nx = 5\n';
  check(
    toml,
    [['rule', 0], '[[rule]]\nid = 1', '[[rule]]\nid = 1'],
    [['rule', 0, 'id'], 'id = 1', '1'],
    [['rule', 1, 'id'], 'id', '2'],
  );
  check(toml, [['rule', 1, 'when'], '[ rule', '[ rule'], [['rule', 1, 'when', 'type'], 'type', '3']);
  check(
    toml,
    [['rule', 2, 'id'], 'id = 4', '4'],
    [['policies'], '[pol', '[pol'],
    [['policies', 'x'], 'x', '5'],
  );
});

test('toml-positions: arrays of tables within arrays of tables', () => {
  const toml = '[[a]]\n[[a.b]]\nx = 1\n[[a.b]]\nx = 2\n[[a]]\n[[a.b]]\nx = 3\n';
  check(
    toml,
    [['a', 0, 'b', 0, 'x'], 'x', '1'],
    [['a', 0, 'b', 1, 'x'], 'x', '2'],
    [['a', 1, 'b', 0, 'x'], 'x', '3'],
  );
});

test('toml-positions: inline tables, arrays and dotted keys', () => {
  const toml = 'when = { type = "f" , "a b" = {x=[1, [2,3] ]} }\nw.x.y = ["p", # "q"\n  "r",\n]\nend = 9\n';
  check(
    toml,
    [['when'], 'when', '{'],
    [['when', 'type'], 'type', '"f"'],
    [['when', 'a b', 'x', 1, 0], '2,3', '2,3'],
  );
  check(
    toml,
    [['w', 'x'], 'w.x', '["p"'],
    [['w', 'x', 'y'], 'w.x.y', '["p"'],
    [['w', 'x', 'y', 1], '"r"', '"r"'],
    [['end'], 'end', '9'],
  );
});

test('toml-positions: strings hide what is in them', () => {
  const toml = [
    'a = "x = 1 # \\" ] }"',
    "b = 'y = 2 \\'",
    'c = """\nd = 3\n\\""" still ""here"""""',
    "e = '''\nf = 4\n# ''it'''''",
    'g = 5',
  ].join('\n');
  check(
    toml,
    [['a'], 'a', '"x'],
    [['b'], 'b', "'y"],
    [['c'], 'c', '"""'],
    [['e'], 'e', "'''"],
    [['g'], 'g = 5', '5'],
  );
  assert.is(findPositions(toml)(['d']), undefined);
  assert.is(findPositions(toml)(['f']), undefined);
});

test('toml-positions: carriage returns and no line end at the end', () => {
  check('a = [\r\n 1,\r\n 2\r\n]\r\nb = 2', [['a', 1], '2', '2'], [['b'], 'b', '2']);
});

test('toml-positions: ends on any text, valid or not', () => {
  for (const text of [
    'a',
    'a =',
    'a = [',
    'a = {',
    'a = "',
    "a = '''",
    '[',
    '[[',
    '[[a',
    '=',
    ']',
    'a = [[[',
    '"\\',
    '{',
    'a = [}',
    'a = [}}',
    'a = [1 }',
    'a = {]',
    '.',
    ',',
  ]) {
    findPositions(text);
  }
});

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

test('toml-keys: nothing else is taken for one', () => {
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

test('toml-keys: a rule file with such a key is refused where it begins, before it is parsed', () => {
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

test('toml-keys: whatever the parser takes has no long key that was passed over', () => {
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

/** Undefined if it is not TOML. */
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
