import { parse } from 'smol-toml';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TomlPath } from '../../src/rules/toml-positions.ts';
import { findPositions } from '../../src/rules/toml-positions.ts';

const test = suite('toml-positions');

/** Each path with the text that has to stand where its key and its value do. */
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

test('keys and values', () => {
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

test('arrays of tables count', () => {
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

test('arrays of tables within arrays of tables', () => {
  const toml = '[[a]]\n[[a.b]]\nx = 1\n[[a.b]]\nx = 2\n[[a]]\n[[a.b]]\nx = 3\n';
  check(
    toml,
    [['a', 0, 'b', 0, 'x'], 'x', '1'],
    [['a', 0, 'b', 1, 'x'], 'x', '2'],
    [['a', 1, 'b', 0, 'x'], 'x', '3'],
  );
});

test('inline tables, arrays and dotted keys', () => {
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

test('strings hide what is in them', () => {
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

test('carriage returns and no line end at the end', () => {
  check('a = [\r\n 1,\r\n 2\r\n]\r\nb = 2', [['a', 1], '2', '2'], [['b'], 'b', '2']);
});

test('ends on any text, valid or not', () => {
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

test.run();
