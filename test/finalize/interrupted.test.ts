// SIGKILL before every single call that changes anything: the next run has the same result as an uninterrupted one.
import { lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { JOURNAL_DIRECTORY } from '../../src/source/source.ts';
import { before } from '../support/before.ts';
import { withCutFs } from '../support/cut-fs.ts';
import { Scratch } from '../support/temporary.ts';
import { stepOf } from '../support/thorough.ts';
import {
  discard,
  FAST_PLACE,
  freshDirectory,
  makeEveryKind,
  openDescriptors,
  RULES,
  seen,
} from './every-kind.ts';
import { finalizeOnce } from './finalize-once.ts';

const test = suite('interrupted');
const scratch = new Scratch('interrupted', FAST_PLACE);
let expected = '';
let outsideExpected = '';
let total = 0;

/** In the process of the test the one that was killed still runs; here it does not. */
function bury(root: string): void {
  if (!readdirSync(root).includes(JOURNAL_DIRECTORY)) return;
  const mark = `${root}/${JOURNAL_DIRECTORY}/process`;
  rmSync(mark, { force: true });
  writeFileSync(mark, '1 0');
}

before(test, () => {
  const at = freshDirectory(scratch.path);
  makeEveryKind(`${at}/root`, `${at}/outside`);
  outsideExpected = seen(`${at}/outside`);
  const open = openDescriptors();
  const { calls } = withCutFs(Number.POSITIVE_INFINITY, () => {
    const { done, recovered } = finalizeOnce(`${at}/root`, { rules: RULES });
    assert.is(recovered, undefined);
    const kinds = ['remove', 'directory', 'symlink', 'write', 'fill', 'relink', 'set'];
    for (const kind of kinds) assert.ok(done.includes(kind), kind);
    if (process.getuid?.() !== 0) assert.ok(done.includes('unlock'));
  });
  assert.is(openDescriptors(), open);
  total = calls;
  expected = seen(`${at}/root`);
  assert.is(seen(`${at}/outside`), outsideExpected);
  assert.equal(finalizeOnce(`${at}/root`, { rules: RULES }).done, []);
  assert.is(seen(`${at}/root`), expected);
  discard(at);
});
test.after(() => scratch.remove());

test('the tree became what the rules say', () => {
  const at = freshDirectory(scratch.path);
  const root = `${at}/root`;
  makeEveryKind(root, `${at}/outside`);
  finalizeOnce(root, { rules: RULES });
  const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8');
  assert.is(read('id'), 'fixed\n');
  assert.is(read('plain/inside-c'), 'one content for all names\n');
  assert.is(read('shared-b'), 'a copy of its own\n');
  assert.equal(['split-a', 'plain/split-b', 'plain/split-c', 'split-d'].map(read), [
    '',
    '',
    'kept by some',
    'kept by some',
  ]);
  const { ino, nlink } = lstatSync(`${root}/split-a`);
  assert.equal([ino, nlink], [lstatSync(`${root}/plain/split-b`).ino, 2]);
  assert.equal(
    ['plain/split-c', 'split-d'].map((path) => lstatSync(`${root}/${path}`).nlink),
    [1, 1],
  );
  assert.is(read('was-directory'), 'now a file\n');
  assert.is(read('was-file/new'), 'new\n');
  assert.is(read('was-full'), '');
  assert.is(readFileSync(`${at}/outside/shared`, 'utf8'), 'first');
  assert.equal(
    readdirSync(`${at}/root`).filter((name) => name.startsWith('.') || name === 'gone' || name === 'x'),
    [],
  );
  discard(at);
});

test('killed before any call', () => {
  assert.ok(total > 100, `${total} calls`);
  const open = openDescriptors();
  for (let limit = 0; limit < total; limit += stepOf(1, 13)) {
    const at = freshDirectory(scratch.path);
    const root = `${at}/root`;
    makeEveryKind(root, `${at}/outside`);
    const { wasKilled } = withCutFs(limit, () => finalizeOnce(root, { rules: RULES }));
    assert.ok(wasKilled, `call ${limit}`);
    bury(root);
    finalizeOnce(root, { rules: RULES });
    assert.is(seen(root), expected, `killed after ${limit} of ${total} calls`);
    assert.is(seen(`${at}/outside`), outsideExpected, `killed after ${limit} of ${total} calls`);
    assert.equal(finalizeOnce(root, { rules: RULES }).done, []);
    discard(at);
  }
  assert.is(openDescriptors(), open);
});

/** As if the journal were on another filesystem than the rest: a btrfs subvolume, `--cross-mounts`. */
function acrossFilesystems(name: string, args: readonly unknown[]): void {
  const [from, to] = args.map(String);
  const isFromJournal = name === 'renameSync' && /\/(content-\d+|passing)$/.test(from ?? '');
  if (!isFromJournal && !(name === 'linkSync' && /\/passing$/.test(to ?? ''))) return;
  throw Object.assign(new Error('EXDEV'), { code: 'EXDEV' });
}

test('where nothing can be renamed into the tree: the same, killed before any call', () => {
  const run = (root: string): unknown => finalizeOnce(root, { rules: RULES });
  for (let limit = 0, cuts = 1; cuts > 0; limit += stepOf(3, 37)) {
    const at = freshDirectory(scratch.path);
    const root = `${at}/root`;
    makeEveryKind(root, `${at}/outside`);
    const { wasKilled } = withCutFs(limit, () => run(root), acrossFilesystems);
    cuts = wasKilled ? 1 : 0;
    bury(root);
    withCutFs(Number.POSITIVE_INFINITY, () => run(root), acrossFilesystems);
    assert.is(seen(root), expected, `killed after ${limit} calls`);
    assert.is(seen(`${at}/outside`), outsideExpected);
    discard(at);
  }
});

test('killed, and the run that completes it killed as well', () => {
  for (let first = 0; first < total; first += stepOf(17, 61)) {
    for (let second = 0; second < total; second += stepOf(13, 47)) {
      const at = freshDirectory(scratch.path);
      const root = `${at}/root`;
      makeEveryKind(root, `${at}/outside`);
      for (const limit of [first, second]) {
        withCutFs(limit, () => finalizeOnce(root, { rules: RULES }));
        bury(root);
      }
      finalizeOnce(root, { rules: RULES });
      assert.is(seen(root), expected, `killed after ${first} and ${second} calls`);
      discard(at);
    }
  }
});

test.run();
