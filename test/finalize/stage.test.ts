// New contents in the journal's directory: what they are, and whose attributes they inherit.
import { createHash } from 'node:crypto';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AttributeCopier, Place } from '../../src/finalize/file-calls.ts';
import { Journal } from '../../src/finalize/journal.ts';
import type { Draft, DraftContent, Operation } from '../../src/finalize/operation.ts';
import { stage } from '../../src/finalize/stage.ts';
import { finish, type Notes, noNotes } from '../../src/finalize/steps.ts';
import { DescriptorStack } from '../../src/source/descriptors.ts';
import { JOURNAL_DIRECTORY } from '../../src/source/source.ts';
import { withCutFs } from '../support/cut-fs.ts';
import { makeEntry } from '../support/entries.ts';
import { memorySource } from '../support/memory-source.ts';
import { Scratch } from '../support/temporary.ts';
import { freshDirectory, openDescriptors } from './every-kind.ts';

const test = suite('stage');
const scratch = new Scratch('stage');
test.after(() => scratch.remove());

const ME = [process.getuid?.() ?? 0, process.getgid?.() ?? 0] as const;
/** More than one piece. */
const LARGE = 'large '.repeat(400_000);
const source = memorySource([
  ['d/large', LARGE],
  ['d/\xff', 'x'],
]);
const content = (fields: Partial<DraftContent>): DraftContent => ({
  bytes: () => Buffer.from('given'),
  origin: undefined,
  owner: ME,
  mode: 0o4751,
  mtime: 7,
  ...fields,
});
const sha256 = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex');

interface Staged {
  readonly operations: Operation[];
  readonly notes: Notes;
  readonly journal: string;
}

function staging(
  drafts: readonly Draft[],
  attributes: AttributeCopier | undefined,
  check: (staged: Staged) => void,
): void {
  const path = freshDirectory(scratch.path);
  mkdirSync(`${path}/d`);
  writeFileSync(`${path}/d/large`, 'on disk');
  writeFileSync(Buffer.from(`${path}/d/\xff`, 'latin1'), 'on disk, with a name of its own');
  const root = openSync(path, 'r');
  const journal = Journal.create('tree', root);
  const descriptors = new DescriptorStack(root);
  const open = openDescriptors();
  const notes = noNotes();
  try {
    const operations = finish(stage(drafts, { source, descriptors, journal, attributes, notes }));
    check({ operations, notes, journal: `${path}/${JOURNAL_DIRECTORY}` });
    // That of the directory of the origin is kept open.
    assert.ok(openDescriptors() <= open + 1);
  } finally {
    descriptors.close();
    journal.close();
    closeSync(root);
  }
}

test('what is written is there with its content, owner, mode and time, and its digest is known', () => {
  const drafts: Draft[] = [
    { do: 'remove', path: 'x', isDirectory: false },
    { do: 'write', path: 'a', content: content({}) },
    { do: 'write', path: 'b', content: content({ bytes: null, origin: source.tree.get('d/large')! }) },
  ];
  staging(drafts, undefined, ({ operations, notes, journal }) => {
    assert.equal(operations, [
      drafts[0],
      { do: 'write', path: 'a', staged: { number: 0, size: 5, sha256: sha256('given') } },
      { do: 'write', path: 'b', staged: { number: 1, size: LARGE.length, sha256: sha256(LARGE) } },
    ]);
    assert.equal(readdirSync(journal).sort(), ['content-0', 'content-1', 'process']);
    assert.is(readFileSync(`${journal}/content-0`, 'latin1'), 'given');
    assert.ok(readFileSync(`${journal}/content-1`, 'latin1') === LARGE);
    for (const name of ['content-0', 'content-1']) {
      const { mode, mtimeMs, uid, gid } = lstatSync(`${journal}/${name}`);
      assert.equal([mode & 0o7777, mtimeMs, uid, gid], [0o4751, 7000, ...ME]);
    }
    assert.equal(notes, noNotes());
  });
  assert.is(source.openFiles, 0);
});

test('what is filled in is content only: the file in the tree keeps what it has', () => {
  const attributes = { takes: () => true, copy: () => assert.unreachable() as never };
  const origin = source.tree.get('d/large')!;
  for (const names of [undefined, ['d/large', 'e']]) {
    const draft: Draft = {
      do: 'fill',
      path: 'd/large',
      content: content({ origin }),
      ...(names && { names }),
    };
    staging([draft], attributes, ({ operations, journal }) => {
      const staged = { number: 0, size: 5, sha256: sha256('given') };
      assert.equal(operations, [{ do: 'fill', path: 'd/large', staged, ...(names && { names }) }]);
      assert.is(lstatSync(`${journal}/content-0`).mode & 0o7777, 0o600);
    });
  }
});

const pathOf = ({ directory, name }: Place): string =>
  `${readlinkSync(`/proc/self/fd/${directory}`).split('/').at(-1)}/${name}`;

test('attributes come from the file that is replaced, before its mode; those refused are noted', () => {
  const copies: string[][] = [];
  const attributes: AttributeCopier = {
    takes: (name) => name !== '\xff',
    copy: (from, to) => {
      const { mode } = lstatSync(`/proc/self/fd/${to.directory}/${to.name}`);
      copies.push([pathOf(from), pathOf(to), (mode & 0o7777).toString(8)]);
      // A name that cannot be passed on has been given another one.
      assert.match(readFileSync(`/proc/self/fd/${from.directory}/${from.name}`, 'utf8'), 'on disk');
      return copies.length === 1 ? [] : ['user.x'];
    },
  };
  const write = (path: string): Draft => ({
    do: 'write',
    path,
    content: content({ origin: source.tree.get(path)! }),
  });
  const drafts = [
    write('d/large'),
    write('d/\xff'),
    { do: 'write', path: 'new', content: content({}) } as const,
  ];
  staging(drafts, attributes, ({ notes, journal }) => {
    assert.equal(copies, [
      ['d/large', `${JOURNAL_DIRECTORY}/content-0`, '600'],
      [`${JOURNAL_DIRECTORY}/plain-name`, `${JOURNAL_DIRECTORY}/content-1`, '600'],
    ]);
    assert.equal([...notes.attributes], [['d/\xff', ['user.x']]]);
    assert.not.ok(readdirSync(journal).includes('plain-name'));
  });
});

/** Runs with one call refused. */
function refusing(call: string, code: string, work: () => void): void {
  withCutFs(Number.POSITIVE_INFINITY, work, (name) => {
    if (name === call) throw Object.assign(new Error(code), { code });
  });
}

test('a name that cannot be passed on, on another filesystem: its attributes are noted as lost', () => {
  const attributes: AttributeCopier = { takes: () => false, copy: () => assert.unreachable() as never };
  const draft: Draft = { do: 'write', path: 'a', content: content({ origin: source.tree.get('d/large')! }) };
  const work = (): void =>
    staging([draft], attributes, ({ notes }) =>
      assert.match([...notes.attributes.values()].flat().join(), /not readable under a name/),
    );
  refusing('linkSync', 'EXDEV', work);
  assert.throws(() => refusing('linkSync', 'EIO', work), /^EIO$/);
});

test('an owner that may not be given is noted; any other failure is one', () => {
  const draft: Draft = { do: 'write', path: 'a', content: content({}) };
  for (const code of ['EPERM', 'EINVAL']) {
    const work = (): void =>
      staging([draft], undefined, ({ notes }) => assert.equal([...notes.owners], ['a']));
    refusing('fchownSync', code, work);
  }
  const work = (): void => staging([draft], undefined, () => assert.unreachable());
  assert.throws(() => refusing('fchownSync', 'EIO', work), /^EIO$/);
});

test('a file that changes while it is read, or has no content at all, is an error', () => {
  const changed = memorySource([makeEntry('f', 'file', { size: 3 })]);
  changed.contents.set('f', Buffer.from('four'));
  const path = freshDirectory(scratch.path);
  const root = openSync(path, 'r');
  const journal = Journal.create('tree', root);
  const descriptors = new DescriptorStack(root);
  const options = { source: changed, descriptors, journal, attributes: undefined, notes: noNotes() };
  const write = (fields: Partial<DraftContent>): Draft => ({
    do: 'write',
    path: 'f',
    content: content(fields),
  });
  const origin = changed.tree.get('f')!;
  assert.throws(() => finish(stage([write({ bytes: null, origin })], options)), /3 -> 4 bytes/);
  assert.is(changed.openFiles, 0);
  const none = [{ do: 'remove', path: 'x', isDirectory: false } as const, write({ bytes: null })];
  journal.remove();
  journal.close();
  const again = Journal.create('tree', root);
  assert.throws(() => finish(stage(none, { ...options, journal: again })), /neither content nor origin/);
  again.close();
  closeSync(root);
});

test.run();
