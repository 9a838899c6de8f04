import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  areSameGroups,
  BlockParser,
  headOf,
  NotFollowed,
  openGroups,
} from '../../../src/diff/blocks/block-entries.ts';

const test = suite('block entries');

/** A newc entry; the trailer is one too. */
function entry(name: string, content = '', mode = 0o100644, inode = 0, nlink = 1): string {
  const numbers = [inode, mode, 0, 0, nlink, 0, content.length, 0, 0, 0, 0, name.length + 1, 0];
  const header = `070701${numbers.map((each) => each.toString(16).toUpperCase().padStart(8, '0')).join('')}`;
  const pad = (text: string): string => text + '\0'.repeat((4 - (text.length % 4)) % 4);
  return pad(`${header}${name}\0`) + pad(content);
}

const TRAILER = entry('TRAILER!!!', '', 0);
const DIRECTORY = 0o040755;

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function parse(text: string, lead = 0): BlockParser {
  const parser = new BlockParser(lead);
  parser.push(bytesOf(text));
  return parser;
}

test('what begins a block', () => {
  const head = headOf(bytesOf(entry('a/b', 'xyz') + TRAILER));
  assert.is(typeof head === 'object' && head.name, 'a/b');
  assert.is(headOf(bytesOf(TRAILER)), 'trailer');
  assert.is(headOf(bytesOf('content of a file')), 'rest');
  assert.is(headOf(bytesOf(entry('a').slice(0, 60))), 'rest');
  assert.throws(
    () => headOf(bytesOf('070701 and no header'.padEnd(200, '-'))),
    (e: unknown) => e instanceof NotFollowed,
  );
});

test('entries and where they end, whole and in pieces', () => {
  const text = entry('a', '12345') + entry('b', 'x'.repeat(40));
  const bytes = bytesOf(`rest${text}`);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 6 }), (cuts) => {
      const parser = new BlockParser(4);
      const places = [0, ...cuts.sort((x, y) => x - y), bytes.length];
      for (const [i, place] of places.entries()) parser.push(bytes.subarray(places[i - 1] ?? 0, place));
      const { entries, end, ended } = parser.finish(bytes.length);
      assert.equal(
        entries.map(({ name, offset, size }) => [name, offset, size]),
        [
          ['a', 4, 5],
          ['b', 4 + entry('a', '12345').length, 40],
        ],
      );
      assert.is(end, bytes.length);
      assert.is(ended, false);
    }),
    { numRuns: 50 },
  );
  assert.is(parse(text + TRAILER).finish(text.length + TRAILER.length).ended, true);
});

test('the last file may go on in the next block, and a header may not', () => {
  const text = entry('a', 'x'.repeat(100));
  assert.is(parse(text.slice(0, 150)).finish(150).end, text.length);
  const cut = text + entry('b').slice(0, 50);
  assert.throws(() => parse(cut).finish(cut.length), isNotFollowed);
});

test('names that are no paths are not followed', () => {
  for (const name of ['./a', '/a', 'a/', 'a//b', 'a/../b'])
    assert.throws(() => parse(entry(name)), isNotFollowed);
});

test('entries out of order, or bytes that are none, are not followed', () => {
  assert.throws(() => parse(entry('b') + entry('a')), isNotFollowed);
  assert.throws(() => parse(entry('a') + entry('a')), isNotFollowed);
  const behind = `${entry('a')}garbage`;
  assert.throws(() => parse(behind).finish(behind.length), isNotFollowed);
  assert.is(parse(entry('.', '', DIRECTORY) + entry('-')).finish(0).entries.length, 2);
});

function isNotFollowed(error: unknown): boolean {
  return error instanceof NotFollowed;
}

test('up to a path: as soon as it is known what comes next', () => {
  const parser = parse(entry('a', '1') + entry('d', '', DIRECTORY));
  assert.is(parser.upTo('b')?.next, 'd');
  assert.is(parser.upTo('d'), undefined, 'whether the directory is empty is not known');
  parser.push(bytesOf(entry('d/x', '2')));
  assert.is(parser.upTo('d'), undefined, 'nor what the directory is without its first entry');
  parser.push(bytesOf(entry('f')));
  const part = parser.upTo('d');
  assert.equal(
    part?.known.entries.map(({ name }) => name),
    ['a', 'd', 'd/x'],
  );
  assert.is(part?.next, 'f');
  assert.is(part?.known.end, entry('a', '1').length + entry('d').length + entry('d/x', '2').length);
  assert.is(parser.upTo('f'), undefined);
});

test('files with names elsewhere are told by what is known of them', () => {
  const groups = (text: string): Map<string, string> => openGroups(parse(text).finish(0).entries);
  const one = entry('a', '', 0o100644, 5, 2);
  assert.equal([...groups(one + entry('b', 'x', 0o100644, 5, 2)).keys()], []);
  assert.equal([...groups(one + entry('b', 'x', 0o100644, 6, 2)).keys()], ['a', 'b']);
  assert.equal([...groups(entry('d', '', DIRECTORY, 7, 3)).keys()], []);
  const none = new Set<string>();
  assert.is(areSameGroups(groups(one), groups(one), none), true);
  assert.is(areSameGroups(groups(one), groups(one), new Set(['a'])), false);
  assert.is(areSameGroups(groups(one), groups(''), none), false);
  for (const other of [entry('a', '', 0o100644, 6, 2), entry('a', '', 0o100644, 5, 3)]) {
    assert.is(areSameGroups(groups(one), groups(other), none), false);
  }
});

test.run();
