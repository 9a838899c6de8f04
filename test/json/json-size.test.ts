import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { duplicateKey, jsonSize } from '../../src/json/json-size.ts';
import { excerpt } from '../../src/json/shape.ts';
import { parseManifest } from '../../src/manifest/read-manifest.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('json/json-size');
const MANY = { depth: 1000, values: 1000 };

test('depth and number of what a text would become', () => {
  assert.equal(jsonSize('1', MANY), { depth: 0, values: 0 });
  assert.equal(jsonSize('[]', MANY), { depth: 1, values: 1 });
  assert.equal(jsonSize('[1, 2, {"a": [3]}]', MANY), { depth: 3, values: 5 });
  assert.equal(jsonSize('[[[]], [[]]]', MANY), { depth: 3, values: 6 });
});

test('what is in strings is text', () => {
  assert.equal(jsonSize(String.raw`["[,{", "\"[", "\\", "]"]`, MANY), { depth: 1, values: 4 });
  assert.equal(jsonSize('["[[[', MANY), { depth: 1, values: 1 });
});

test('counting stops above the limit', () => {
  assert.is(jsonSize('['.repeat(1e6), { depth: 5, values: 100 }).depth, 6);
  assert.is(jsonSize(`[${'1,'.repeat(1e6)}1]`, { depth: 5, values: 100 }).values, 101);
});

test('a manifest that would not fit into memory, or not on the stack, is refused before it is parsed', async () => {
  const schema = '"schema":"stillroot/manifest/1"';
  for (const [text, message] of [
    [
      `{${schema},"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      /m.json: is nested more than 64 levels deep/,
    ],
    [`{${schema},"tree":${'{"a":'.repeat(65)}1${'}'.repeat(65)}}`, /nested more than 64/],
    [`{${schema},"x":[${'[],'.repeat(8_000_000)}[]]}`, /more than 16000000 values/],
  ] as const) {
    await rejects(async () => void parseManifest(text, 'm.json'), 'manifest-malformed', message);
  }
});

test('a key that occurs twice in one object is found, however it is written', () => {
  assert.is(duplicateKey('{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}'), undefined);
  assert.is(duplicateKey('["a","a",{"b":"a"},{"b":"b"}]'), undefined);
  assert.is(duplicateKey('{"a":"a","b":"a"}'), undefined);
  assert.is(duplicateKey('{"a":1,"b":2,"a":3}'), 'a');
  assert.is(duplicateKey('{"x":[{"a":1}, {"a" \t\r\n: 1, "\\u0061":2}]}'), 'a');
  assert.is(duplicateKey('{"":1,"b":{},"":2}'), '');
  assert.is(duplicateKey(String.raw`{"\\":1,"\"":2,"\\":3}`), '\\');
  assert.is(duplicateKey('{"__proto__":1,"__proto__":2}'), '__proto__');
});

test('what a message shows of a value has nothing that a terminal acts on', () => {
  assert.is(excerpt('a\x7f\x9b\u202e\u{e0001}b'), '"a\\u{7f}\\u{9b}\\u{202e}\\u{e0001}b"');
  assert.is(excerpt('\x1b\n\ud800'), '"\\u001b\\n\\ud800"');
  assert.is(excerpt('caf\xe9'), '"caf\xe9"');
});

test.run();
