// Each operation, performed twice: the second time changes nothing.
import {
  chmodSync,
  closeSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Journal } from '../../src/finalize/journal.ts';
import type { Operation } from '../../src/finalize/operation.ts';
import { type Notes, noNotes } from '../../src/finalize/steps.ts';
import { TreeWriter } from '../../src/finalize/tree-writer.ts';
import { JOURNAL_DIRECTORY } from '../../src/source/source.ts';
import { Scratch } from '../support/temporary.ts';
import { compareListings, type Listing, listTree } from '../support/tree-listing.ts';
import { freshDirectory } from './every-kind.ts';

const test = suite('tree-writer');
const scratch = new Scratch('tree-writer');
test.after(() => scratch.remove());

const STAGED = { number: 0, size: 4, sha256: 'a'.repeat(64) };
const ME = [process.getuid?.() ?? 0, process.getgid?.() ?? 0] as const;

function makeTree(root: string): void {
  mkdirSync(`${root}/d`);
  mkdirSync(`${root}/empty`);
  writeFileSync(`${root}/d/f`, 'a longer content than four bytes\n');
  linkSync(`${root}/d/f`, `${root}/d/g`);
  writeFileSync(`${root}/h`, 'x');
  symlinkSync('h', `${root}/l`);
  for (const path of ['d/f', 'h', 'l', 'd', 'empty']) lutimesSync(`${root}/${path}`, 100, 100);
}

/** What became of the tree, without the journal. */
function carryOut(
  operations: readonly Operation[],
  times: number,
): { listing: Listing; root: string; notes: Notes } {
  const root = freshDirectory(scratch.path);
  makeTree(root);
  const descriptor = openSync(root, 'r');
  const journal = Journal.create('tree', descriptor);
  writeFileSync(`${root}/${JOURNAL_DIRECTORY}/content-0`, 'four');
  lutimesSync(`${root}/${JOURNAL_DIRECTORY}/content-0`, 7, 7);
  const notes = noNotes();
  try {
    for (let time = 0; time < times; time += 1) {
      const writer = new TreeWriter('tree', descriptor, operations, { staging: journal, notes });
      for (const operation of operations) writer.carryOut(operation);
      writer.close();
    }
    journal.remove();
  } finally {
    journal.close();
    closeSync(descriptor);
  }
  return { listing: listTree(root), root, notes };
}

/** What directories have for a time where nothing set it is of no interest. */
function withoutTimes(listing: Listing, keep: readonly string[]): Listing {
  return new Map(
    [...listing].map(([path, each]) => [path, keep.includes(path) ? each : { ...each, mtime: 0 }]),
  );
}

const CASES: Readonly<
  Record<string, { readonly operations: readonly Operation[]; readonly check: (root: string) => void }>
> = {
  unlock: {
    operations: [
      { do: 'unlock', path: 'd', mode: 0o711 },
      { do: 'unlock', path: 'gone/deeper', mode: 0o700 },
      { do: 'unlock', path: 'l', mode: 0o700 },
    ],
    check: (root) => {
      assert.is(lstatSync(`${root}/d`).mode & 0o7777, 0o711);
      assert.not.equal(lstatSync(`${root}/h`).mode & 0o7777, 0o700);
    },
  },
  remove: {
    operations: [
      { do: 'remove', path: 'd/f', isDirectory: false },
      { do: 'remove', path: 'd/g', isDirectory: false },
      { do: 'remove', path: 'd', isDirectory: true },
      { do: 'remove', path: 'l', isDirectory: false },
    ],
    check: (root) => {
      assert.equal([...listTree(root).keys()], ['empty', 'h']);
    },
  },
  directory: {
    operations: [{ do: 'directory', path: 'new' }],
    check: (root) => assert.is(lstatSync(`${root}/new`).mode & 0o7777, 0o700),
  },
  symlink: {
    operations: [
      { do: 'symlink', path: 'h', target: '../\xff\n' },
      { do: 'symlink', path: 'd/new', target: 'x' },
    ],
    check: (root) => assert.is(listTree(root).get('h')?.target, '../\xff\n'),
  },
  'remove, then a symlink in its place': {
    operations: [
      { do: 'remove', path: 'd/g', isDirectory: false },
      { do: 'remove', path: 'd/f', isDirectory: false },
      { do: 'remove', path: 'd', isDirectory: true },
      { do: 'symlink', path: 'd', target: 'empty' },
    ],
    check: (root) => assert.is(listTree(root).get('d')?.target, 'empty'),
  },
  'remove, then a directory in its place': {
    operations: [
      { do: 'remove', path: 'h', isDirectory: false },
      { do: 'directory', path: 'h' },
      { do: 'write', path: 'h/f', staged: STAGED },
    ],
    check: (root) => assert.is(readFileSync(`${root}/h/f`, 'utf8'), 'four'),
  },
  write: {
    operations: [{ do: 'write', path: 'd/f', staged: STAGED }],
    check: (root) => {
      assert.is(readFileSync(`${root}/d/f`, 'utf8'), 'four');
      assert.is(lstatSync(`${root}/d/f`).mtimeMs, 7000);
      assert.match(readFileSync(`${root}/d/g`, 'utf8'), 'a longer');
    },
  },
  fill: {
    operations: [
      { do: 'fill', path: 'd/f', staged: STAGED, names: ['d/f', 'd/g', 'gone/h'] },
      { do: 'set', path: 'd/f', names: ['d/f', 'd/g'], mtime: 9 },
    ],
    check: (root) => assert.is(readFileSync(`${root}/d/g`, 'utf8'), 'four'),
  },
  relink: {
    operations: [
      { do: 'relink', path: 'l', to: 'd/f' },
      { do: 'relink', path: 'd/g', to: 'd/f' },
    ],
    check: (root) => assert.is(lstatSync(`${root}/l`).nlink, 3),
  },
  set: {
    operations: [
      { do: 'set', path: 'l', owner: ME, mtime: 5 },
      { do: 'set', path: 'd/f', names: ['d/f', 'd/g'], mode: 0o4750, mtime: 6 },
      { do: 'set', path: 'empty', mode: 0o2755, mtime: 8 },
      { do: 'set', path: '', mode: 0o750, mtime: 9 },
    ],
    check: (root) => {
      assert.is(lstatSync(`${root}/l`).mtimeMs, 5000);
      assert.is(lstatSync(`${root}/d/g`).mode & 0o7777, 0o4750);
      assert.is(lstatSync(`${root}/empty`).mtimeMs, 8000);
      assert.is(lstatSync(root).mode & 0o7777, 0o750);
    },
  },
};

for (const [name, { operations, check }] of Object.entries(CASES)) {
  test(name, () => {
    const once = carryOut(operations, 1);
    check(once.root);
    const twice = carryOut(operations, 2);
    check(twice.root);
    const set = operations.filter((each) => each.do === 'set').map(({ path }) => path);
    assert.equal(compareListings(withoutTimes(twice.listing, set), withoutTimes(once.listing, set)), []);
    assert.equal(once.notes, noNotes());
  });
}

const REFUSED: Readonly<Record<string, Operation>> = {
  'a directory that is a file': { do: 'directory', path: 'h' },
  'a file that is none': { do: 'fill', path: 'l', staged: STAGED },
  'a name that nobody knew': { do: 'set', path: 'd/f', mtime: 1 },
  'a name beside the known ones': { do: 'fill', path: 'd/f', staged: STAGED, names: ['d/f', 'h'] },
  'a removed directory that is a file': { do: 'remove', path: 'h', isDirectory: true },
  'a removed file that is a directory': { do: 'remove', path: 'empty', isDirectory: false },
  'a directory on the way that is a symlink': { do: 'remove', path: 'l/x', isDirectory: false },
};
for (const [name, operation] of Object.entries(REFUSED)) {
  test(`refused: ${name}`, () => {
    assert.throws(
      () => carryOut([operation], 1),
      (error: { code?: string }) =>
        ['source-changed', 'ENOTDIR', 'EISDIR', 'ELOOP'].includes(error.code ?? ''),
    );
  });
}

test('a directory with something in it that nobody planned stays, and that is an error', () => {
  assert.throws(() => carryOut([{ do: 'remove', path: 'd', isDirectory: true }], 1), /ENOTEMPTY/);
});

test('a user cannot give a file away; that is noted', () => {
  if (process.getuid?.() === 0) return;
  const { notes } = carryOut([{ do: 'set', path: 'h', owner: [0, 0], mtime: 5 }], 1);
  assert.equal([...notes.owners], ['h']);
});

test('a mode that forbids everything forbids the owner nothing that finalize does', () => {
  const root = freshDirectory(scratch.path);
  writeFileSync(`${root}/f`, '');
  chmodSync(`${root}/f`, 0);
  const descriptor = openSync(root, 'r');
  const journal = Journal.create('tree', descriptor);
  const writer = new TreeWriter('tree', descriptor, [], { staging: journal, notes: noNotes() });
  writer.carryOut({ do: 'set', path: 'f', mode: 0o400, mtime: 3 });
  writer.close();
  journal.remove();
  journal.close();
  closeSync(descriptor);
  assert.is(lstatSync(`${root}/f`).mtimeMs, 3000);
});

test.run();
