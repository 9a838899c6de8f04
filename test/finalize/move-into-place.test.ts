// How finished objects take their names, on one filesystem and across two; the latter is simulated by refusing to
// rename.
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeLink, makeSymlink, moveFile, NEIGHBOUR_NAME } from '../../src/finalize/move-into-place.ts';
import { withCutFs } from '../support/cut-fs.ts';
import { Scratch } from '../support/temporary.ts';
import { freshDirectory, openDescriptors } from './every-kind.ts';

const test = suite('move-into-place');
const scratch = new Scratch('move-into-place');
test.after(() => scratch.remove());

interface Places {
  readonly at: string;
  /** Descriptors of two directories. */
  readonly staging: number;
  readonly tree: number;
}

/** Two directories: `staging` with the file `new`, and `tree` with the file `old`. */
function inPlaces(work: (places: Places) => void): void {
  const at = freshDirectory(scratch.path);
  for (const name of ['staging', 'tree']) mkdirSync(`${at}/${name}`);
  writeFileSync(`${at}/staging/new`, 'new content');
  chmodSync(`${at}/staging/new`, 0o4751);
  utimesSync(`${at}/staging/new`, 5, 7);
  writeFileSync(`${at}/tree/old`, 'old');
  const open = openDescriptors();
  const [staging, tree] = ['staging', 'tree'].map((name) => openSync(`${at}/${name}`, 'r')) as [
    number,
    number,
  ];
  try {
    work({ at, staging, tree });
  } finally {
    closeSync(staging);
    closeSync(tree);
  }
  assert.is(openDescriptors(), open);
}

type Refusals = Readonly<Record<string, string>>;

/** Runs with these calls refused: their names, and with what. */
function refusing(refusals: Refusals, work: () => void, within = ''): string[] {
  const calls: string[] = [];
  withCutFs(Number.POSITIVE_INFINITY, work, (name, args) => {
    calls.push(name);
    const code = refusals[name];
    if (code !== undefined && String(args[0]).includes(within))
      throw Object.assign(new Error(code), { code });
  });
  return calls;
}

/** As on two filesystems: nothing of the staging directory can be renamed. */
function acrossFilesystems(work: () => void, more: Refusals = {}): void {
  let isFirst = true;
  withCutFs(Number.POSITIVE_INFINITY, work, (name) => {
    const code = name === 'renameSync' && isFirst ? 'EXDEV' : more[name];
    if (name === 'renameSync') isFirst = false;
    if (code !== undefined) throw Object.assign(new Error(code), { code });
  });
}

const NEW = (staging: number) => ({ directory: staging, name: 'new' });
const OLD = (tree: number) => ({ directory: tree, name: 'old' });

test('a file is renamed where that can be done', () => {
  inPlaces(({ at, staging, tree }) => {
    const { ino } = lstatSync(`${at}/staging/new`);
    assert.equal(
      refusing({}, () => moveFile(NEW(staging), OLD(tree), undefined)),
      ['renameSync'],
    );
    assert.is(lstatSync(`${at}/tree/old`).ino, ino);
    assert.equal(readdirSync(`${at}/staging`), []);
  });
});

test('across filesystems it is copied with all it has, beside its place, and what a cut run left there goes', () => {
  for (const leftover of [false, true]) {
    inPlaces(({ at, staging, tree }) => {
      if (leftover) writeFileSync(`${at}/tree/${NEIGHBOUR_NAME}`, 'a part of it, and much more than that');
      acrossFilesystems(() => moveFile(NEW(staging), OLD(tree), undefined));
      assert.is(readFileSync(`${at}/tree/old`, 'utf8'), 'new content');
      const { mode, mtimeMs, uid } = lstatSync(`${at}/tree/old`);
      assert.equal([mode & 0o7777, mtimeMs, uid], [0o4751, 7000, process.getuid?.()]);
      assert.equal(readdirSync(`${at}/tree`), ['old']);
      assert.equal(readdirSync(`${at}/staging`), []);
    });
  }
});

test('attributes are copied before the mode is set', () => {
  inPlaces(({ at, staging, tree }) => {
    const seen: unknown[] = [];
    const attributes = {
      takes: () => true,
      copy: (from: { name: string }, to: { name: string }) => {
        seen.push([from.name, to.name, lstatSync(`${at}/tree/${NEIGHBOUR_NAME}`).mode & 0o7777]);
        return [];
      },
    };
    acrossFilesystems(() => moveFile(NEW(staging), OLD(tree), attributes));
    assert.equal(seen, [['new', NEIGHBOUR_NAME, 0o600]]);
  });
});

test('an owner that may not be given is no failure; any other failure is one', () => {
  for (const code of ['EPERM', 'EINVAL']) {
    inPlaces(({ at, staging, tree }) => {
      acrossFilesystems(() => moveFile(NEW(staging), OLD(tree), undefined), { fchownSync: code });
      assert.is(lstatSync(`${at}/tree/old`).mode & 0o7777, 0o4751);
    });
  }
  for (const call of ['fchownSync', 'fchmodSync', 'futimesSync', 'unlinkSync']) {
    inPlaces(({ at, staging, tree }) => {
      const work = (): void => moveFile(NEW(staging), OLD(tree), undefined);
      assert.throws(() => acrossFilesystems(work, { [call]: 'EIO' }), /^EIO$/);
      assert.is(readFileSync(`${at}/tree/old`, 'utf8'), 'old', call);
      assert.ok(existsSync(`${at}/staging/new`));
    });
  }
});

test('only another filesystem is a reason to copy', () => {
  for (const code of ['EIO', 'EACCES', 'ENOENT']) {
    inPlaces(({ at, staging, tree }) => {
      const works = [
        () => moveFile(NEW(staging), OLD(tree), undefined),
        () => makeSymlink('target', staging, OLD(tree)),
        () => makeLink(NEW(staging), staging, OLD(tree)),
      ];
      for (const work of works) {
        assert.throws(() => refusing({ renameSync: code }, work), new RegExp(`^${code}$`));
      }
      assert.is(readFileSync(`${at}/tree/old`, 'utf8'), 'old');
      assert.equal(readdirSync(`${at}/tree`), ['old']);
    });
  }
});

for (const across of [false, true]) {
  const run = across ? acrossFilesystems : (work: () => void) => void refusing({}, work);
  const title = across ? 'across filesystems' : 'on one filesystem';
  test(`a symlink and a link replace what has the name, ${title}`, () => {
    inPlaces(({ at, staging, tree }) => {
      run(() => makeSymlink('\xff target', staging, OLD(tree)));
      assert.is(readlinkSync(`${at}/tree/old`, 'latin1'), '\xff target');
      writeFileSync(`${at}/tree/file`, 'x');
      run(() => makeLink({ directory: tree, name: 'file' }, staging, OLD(tree)));
      assert.is(lstatSync(`${at}/tree/old`).ino, lstatSync(`${at}/tree/file`).ino);
      // Once more, where rename has nothing to do.
      run(() => makeLink({ directory: tree, name: 'file' }, staging, OLD(tree)));
      assert.equal(readdirSync(`${at}/tree`).sort(), ['file', 'old']);
      // What could not be renamed goes with the journal.
      assert.equal(readdirSync(`${at}/staging`).sort(), across ? ['new', 'passing'] : ['new']);
    });
  });
}

test('what a cut run left under the passing name goes; where it cannot, that is said', () => {
  inPlaces(({ at, staging, tree }) => {
    linkSync(`${at}/staging/new`, `${at}/staging/passing`);
    makeSymlink('target', staging, OLD(tree));
    assert.is(readlinkSync(`${at}/tree/old`), 'target');
    assert.equal(readdirSync(`${at}/staging`), ['new']);
    linkSync(`${at}/staging/new`, `${at}/staging/passing`);
    const work = (): void => makeSymlink('other', staging, OLD(tree));
    assert.throws(() => refusing({ unlinkSync: 'EIO' }, work), /^EIO$/);
    assert.is(readlinkSync(`${at}/tree/old`), 'target');
  });
});

test.run();
