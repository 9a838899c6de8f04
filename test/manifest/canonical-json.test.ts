import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { canonicalJson } from '../../src/manifest/canonical-json.ts';

const test = suite('manifest/canonical-json');

test('sorted keys, two spaces, LF, one at the end', () => {
  const value = { b: [1, { d: null, c: 'x' }, []], a: {}, B: true };
  assert.is(
    canonicalJson(value),
    '{\n  "B": true,\n  "a": {},\n  "b": [\n    1,\n    {\n      "c": "x",\n      "d": null\n    },\n    []\n  ]\n}\n',
  );
});

test('keys in the order of their code units, also such as JavaScript puts first', () => {
  assert.is(
    canonicalJson({ 10: 0, 9: 0, a: 0, '\u{10000}': 0, '\uffff': 0 }).replaceAll(/\s/g, ''),
    '{"10":0,"9":0,"a":0,"\u{10000}":0,"\uffff":0}',
  );
});

test('keys without a value are left out; nothing else is', () => {
  assert.is(
    canonicalJson({ a: undefined, b: null, c: '', d: 0, e: false }).replaceAll(/\s/g, ''),
    '{"b":null,"c":"","d":0,"e":false}',
  );
});

test('a key __proto__ is a key', () => {
  const value = JSON.parse('{"__proto__":{"x":1},"a":2}') as object;
  assert.equal(JSON.parse(canonicalJson(value)), value);
  assert.ok(canonicalJson(value).includes('"__proto__"'));
});

test('text of any kind is ASCII-safe where it must be, and UTF-8 elsewhere', () => {
  assert.is(canonicalJson('a"\\\u0000\u001b\n\ud800ü'), '"a\\"\\\\\\u0000\\u001b\\n\\ud800ü"\n');
});

test('a number that is none', () => {
  assert.throws(() => canonicalJson({ a: Number.NaN }), /NaN in JSON/);
  assert.throws(() => canonicalJson([Number.POSITIVE_INFINITY]), RangeError);
});

test('what is read again is what was written, and equal whatever the order of its keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      assert.equal(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      assert.is(canonicalJson(reversed(value)), text);
    }),
  );
});

/** The same with the keys of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversed(each)]),
  );
}

test.run();
