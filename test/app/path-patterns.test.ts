import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PathPatterns } from '../../src/app/path-patterns.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('path-patterns');

const PATHS = [
  'etc',
  'etc/a',
  'etc/b',
  'etcetera',
  'usr',
  'usr/bin',
  'usr/bin/[',
  'usr/bin/x',
  'usr/lib/x.so',
  'w\x0ax',
];
const matching = (...typed: string[]): string[] => {
  const patterns = new PathPatterns(typed);
  return PATHS.filter((path) => patterns.matches(path));
};

test('a path with all that is below it, however it is written', () => {
  for (const typed of ['etc', '/etc', './etc/', 'etc//'])
    assert.equal(matching(typed), ['etc', 'etc/a', 'etc/b'], typed);
  assert.equal(matching('etc/b', 'etcetera'), ['etc/b', 'etcetera']);
});

test('globs, and what is below what they match', () => {
  assert.equal(matching('*/bin'), ['usr/bin', 'usr/bin/[', 'usr/bin/x']);
  assert.equal(matching('**/*.so'), ['usr/lib/x.so']);
  assert.equal(matching('etc/[ab]', 'usr/lib'), ['etc/a', 'etc/b', 'usr/lib/x.so']);
});

test('names that look like a glob, and bytes as list shows them', () => {
  assert.equal(matching('usr/bin/['), ['usr/bin/[']);
  assert.equal(matching('w\\x0ax'), ['w\nx']);
});

test('without any, everything', () => {
  assert.equal(matching(), PATHS);
  assert.is(new PathPatterns([]).literals, undefined);
});

test('literals, where there are only such', () => {
  assert.equal(new PathPatterns(['/etc', 'usr/bin/']).literals, ['etc', 'usr/bin']);
  assert.is(new PathPatterns(['etc', 'u*']).literals, undefined);
  assert.is(new PathPatterns(['usr/bin/[']).literals, undefined);
});

test('what matches nothing is an error, and so is what names everything', async () => {
  const patterns = new PathPatterns(['etc', 'nope', 'no*\x1b']);
  for (const path of PATHS) patterns.matches(path);
  await rejects(
    () => patterns.requireUsed('x.cpio'),
    'usage',
    /^x\.cpio: no entry of the archive matches "nope" \(and 1 more\)/,
  );
  for (const typed of ['', '/', './', '.'])
    await rejects(() => new PathPatterns([typed]), 'usage', /names everything/);
  const overlapping = new PathPatterns(['etc', 'etc/a']);
  for (const path of PATHS) overlapping.matches(path);
  overlapping.requireUsed('x');
});

test.run();
