import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ErrorCode, StillrootError } from '../../src/errors.ts';
import { ArchiveCheck, checkForLinux, OrderCheck } from '../../src/formats/entry-checks.ts';
import type { Entry } from '../../src/tree/entry.ts';
import { makeEntry, symlink } from '../support/entries.ts';

const test = suite('formats/entry-checks');

function see(...entries: Entry[]): void {
  const order = new OrderCheck('so it would be lost');
  for (const entry of entries) order.see(entry);
}

function refusesOrder(code: ErrorCode, ...entries: Entry[]): void {
  assert.throws(
    () => see(...entries),
    (error: unknown) => error instanceof StillrootError && error.code === code,
  );
}

const directory = (path: string): Entry => makeEntry(path, 'directory');

test('a tree in tree order passes', () => {
  see(
    directory('a'),
    directory('a/b'),
    makeEntry('a/b/c'),
    makeEntry('a/c'),
    makeEntry('a-b'),
    directory('b'),
    makeEntry('b/x'),
  );
});

test('duplicates, orphans and disorder are refused', () => {
  refusesOrder('duplicate-path', makeEntry('a'), makeEntry('a'));
  refusesOrder('missing-parent', makeEntry('a/b'));
  refusesOrder('missing-parent', directory('a'), makeEntry('a/b/c'));
  // A file is not a parent, and neither is a directory that merely shares a prefix.
  refusesOrder('missing-parent', makeEntry('a'), makeEntry('a/b'));
  refusesOrder('missing-parent', directory('a'), makeEntry('ab/c'));
  refusesOrder('internal', makeEntry('b'), makeEntry('a'));
});

test('the message about an orphan says what would become of it', () => {
  assert.throws(() => see(makeEntry('a/b')), /its directory is not in the archive, so it would be lost/);
});

test('an archive may begin with its root, whose own fields are checked too', () => {
  const seen: string[] = [];
  const check = new ArchiveCheck('so it would be lost', ({ path }) => void seen.push(path));
  check.see(directory('.'));
  check.see(directory('d'));
  assert.throws(() => check.see(makeEntry('d')), /occurs twice/);
  assert.equal(seen, ['.', 'd']);
  assert.throws(() => new ArchiveCheck('', checkForLinux).see(symlink('l', '')), /empty target/);
});

test.run();
