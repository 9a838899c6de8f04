import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { valueChanges } from '../../src/app/explain-values.ts';
import type { Action, Rule } from '../../src/rules/rule.ts';
import { makeEntry, symlink } from '../support/entries.ts';
import { makePlan, SETTINGS } from '../support/make-plan.ts';
import { memorySource } from '../support/memory-source.ts';

const test = suite('cli explain values');

const rule = (match: string, action: Action): Rule => ({
  ...{ id: `t/${match}`, match: [match], action, why: 'a test', source: 'the test' },
});
const { epoch } = SETTINGS;
const source = memorySource([
  makeEntry('etc', 'directory', { mtime: epoch + 1, nanoseconds: 5 }),
  ['etc/shadow', 'root:*:19000:0:99999:7:::\n'],
  ['etc/gone', 'xyz'],
  ['etc/damaged', 'no shadow file\n'],
  ['etc/mtab', 'x'],
  makeEntry('etc/mode', 'file', { mode: 0o777, uid: 5, mtime: 7 }),
  symlink('etc/link', 'x'),
]);
const plan = makePlan(source, [
  rule('etc/{shadow,damaged}', { do: 'rewrite', normalizer: 'shadow-last-change' }),
  rule('etc/gone', { do: 'drop' }),
  rule('etc/mtab', { do: 'link', target: '../proc/mounts' }),
  rule('etc/mode', { do: 'mode', mode: 0o600 }),
  rule('etc/mode', { do: 'owner', user: 0, group: 42 }),
  rule('etc/new', { do: 'add', entry: { type: 'file', content: 'kiosk\n', mode: 0o644 } }),
]);
const told = (path: string): string[] =>
  valueChanges(plan, path).map(({ what, from, to }) => `${what}: ${from} -> ${to}`);

test('content by size and digest, of the old bytes and the new', () => {
  const [content, ...others] = told('etc/shadow');
  assert.match(
    content ?? '',
    /^content: 26 bytes, sha256 [0-9a-f]{12}\.\.\. -> 26 bytes, sha256 [0-9a-f]{12}\.\.\.$/,
  );
  const digests = content?.match(/[0-9a-f]{12}/g) ?? [];
  assert.is.not(digests[0], digests[1]);
  assert.equal(others, []);
});

test('metadata: only what changes', () => {
  assert.equal(told('etc/mode'), ['mode: 0777 -> 0600', 'owner: 5:0 -> 0:42']);
  assert.equal(told('etc'), [`time: ${epoch + 1}.000000005 -> ${epoch}`]);
  assert.equal(told('etc/link'), []);
  assert.equal(told('etc/mtab'), ['type: file -> symlink', 'target: none -> ../proc/mounts']);
});

test('what leaves the archive, and what comes into it', () => {
  assert.equal(told('etc/gone'), ['entry: file, 3 bytes -> not in the archive']);
  assert.equal(told('etc/new'), [
    'entry: none -> file, 6 bytes',
    'mode: none -> 0644',
    'owner: none -> 0:0',
    'time: none -> 0',
  ]);
});

test('nothing about a file that its normalizer left, a path that is nowhere, and the root', () => {
  for (const path of ['etc/damaged', 'none', '']) assert.equal(told(path), []);
});

test.run();
