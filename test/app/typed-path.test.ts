import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findTypedPath, unescapePath } from '../../src/app/path-patterns.ts';
import { showPath } from '../../src/tree/path.ts';
import { makeEntry } from '../support/entries.ts';
import { memorySource } from '../support/memory-source.ts';

const test = suite('typed-path');

const { tree } = memorySource([
  ['a\\x41', ''],
  ['a\\\\b', ''],
  ['aA', ''],
  ['back\\slash', ''],
  ['caf\xc3\xa9', ''],
  ['caf\xe9', ''],
  makeEntry('li\xff', 'symlink', { target: 'usr' }),
  makeEntry('usr', 'directory'),
  ['usr/\x07', ''],
]);
const cases: readonly (readonly [typed: string, path: string])[] = [
  ['/caf\\xe9/', 'caf\xe9'],
  ['caf\\xE9', 'caf\xe9'],
  ['café', 'caf\xc3\xa9'],
  ['back\\\\slash', 'back\\slash'],
  ['back\\slash', 'back\\slash'],
  ['li\\xff/\\x07', 'usr/\x07'],
  ['li\\xff', 'li\xff'],
  ['none\\x41', 'noneA'],
  ['none\\xZZ\\', 'none\\xZZ\\'],
  ['/', ''],
];
for (const [typed, path] of cases)
  test(`${typed} is a path`, () => assert.is(findTypedPath(tree, typed), path));

test('what is there by the very name goes before what the escapes stand for', () => {
  assert.is(findTypedPath(tree, 'a\\x41'), 'a\\x41');
  assert.is(findTypedPath(tree, 'a\\\\x41'), 'a\\x41');
  assert.is(findTypedPath(tree, 'a\\\\b'), 'a\\\\b');
});

test('every path that is shown can be typed', () => {
  const name = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
  const text = fc
    .string({ unit: 'binary', maxLength: 12 })
    .map((each) => Buffer.from(each).toString('latin1'));
  const slashes = fc.stringMatching(/^[\\x0-9a-f]{0,12}$/);
  fc.assert(
    fc.property(fc.oneof(name, text, slashes), (path) => assert.is(unescapePath(showPath(path)), path)),
  );
});

test.run();
