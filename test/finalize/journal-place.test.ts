// A journal is only valid where it was written: not from an archive, not in a copy, not after a change.
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { encodeJournal } from '../../src/finalize/journal-format.ts';
import { encodeSeal, parseSeal, sealOf } from '../../src/finalize/seal.ts';
import { finish } from '../../src/finalize/steps.ts';
import { Target } from '../../src/finalize/target.ts';
import { JOURNAL_DIRECTORY } from '../../src/source/source.ts';
import { withCutFs } from '../support/cut-fs.ts';
import { Scratch } from '../support/temporary.ts';
import { FAST_PLACE, freshDirectory, seen } from './every-kind.ts';
import { finalizeOnce, rule } from './finalize-once.ts';

const test = suite('journal-place');
const scratch = new Scratch('journal-place', FAST_PLACE);
test.after(() => scratch.remove());

const RULES = [rule('log', { do: 'truncate' }), rule('gone', { do: 'drop' })];

/** A tree whose run was killed when its list counted, and before anything else was done. */
function interrupted(): string {
  const root = `${freshDirectory(scratch.path)}/root`;
  mkdirSync(root);
  for (const name of ['log', 'gone']) writeFileSync(`${root}/${name}`, 'as it was\n');
  let isCommitted = false;
  assert.throws(() =>
    withCutFs(
      Number.POSITIVE_INFINITY,
      () => finalizeOnce(root, { rules: RULES }),
      (name, [from]) => {
        if (isCommitted && name !== 'fsyncSync') throw new Error('killed');
        if (name === 'renameSync' && String(from).endsWith('/seal.new')) isCommitted = true;
      },
    ),
  );
  writeFileSync(`${root}/${JOURNAL_DIRECTORY}/process`, '1 0');
  return root;
}

function recover(root: string): number | undefined {
  const target = new Target(root);
  try {
    return finish(target.recover());
  } finally {
    target.close();
  }
}

/** Twice: the first answer must not make the second one another. */
function isRefused(root: string, message: RegExp): void {
  rmSync(`${root}/${JOURNAL_DIRECTORY}/process`, { force: true });
  const before = seen(root);
  for (let round = 0; round < 2; round += 1) {
    assert.throws(
      () => recover(root),
      (error: StillrootError) =>
        error.code === 'finalize-interrupted' &&
        message.test(error.message) &&
        /build it again|remove it/.test(error.message),
    );
    assert.is(
      seen(root).replaceAll(/^"\.stillroot-finalize" .*$/gm, ''),
      before.replaceAll(/^"\.stillroot-finalize" .*$/gm, ''),
    );
  }
  assert.is(readFileSync(`${root}/log`, 'utf8'), 'as it was\n');
}

test('where it was written it counts, and so it does when the tree has another name', () => {
  const root = interrupted();
  assert.ok((recover(root) ?? 0) > 1);
  assert.is(readFileSync(`${root}/log`, 'utf8'), '');
  const moved = interrupted();
  renameSync(moved, `${moved}-elsewhere`);
  assert.ok((recover(`${moved}-elsewhere`) ?? 0) > 1);
  assert.not.ok(existsSync(`${moved}-elsewhere/gone`));
});

test('a copy of an interrupted tree is not completed, however exact it is', () => {
  const root = interrupted();
  const copy = `${root}-copy`;
  cpSync(root, copy, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  chmodSync(`${copy}/${JOURNAL_DIRECTORY}`, 0o700);
  isRefused(copy, /not written here: it is a copy, or was extracted from an archive/);
  // The original is what it was.
  assert.ok((recover(root) ?? 0) > 1);
});

test('a list that was written to, or to which anything else was done, does not count', () => {
  const list = (root: string): string => `${root}/${JOURNAL_DIRECTORY}/list`;
  const text = readFileSync(list(interrupted()), 'utf8');
  const changes: readonly ((path: string) => void)[] = [
    (path) => writeFileSync(path, text.replace('"gone"', '"none"')),
    (path) => writeFileSync(path, text),
    (path) => chmodSync(path, 0o600),
    (path) => utimesSync(path, 1, 1),
    (path) => renameSync(path, path),
    (path) => {
      rmSync(path);
      writeFileSync(path, text, { mode: 0o600 });
    },
  ];
  for (const change of changes) {
    const root = interrupted();
    const before = lstatSync(list(root), { bigint: true });
    change(list(root));
    const after = lstatSync(list(root), { bigint: true });
    // Renaming a file to itself does nothing.
    if (after.ctimeNs === before.ctimeNs && after.ino === before.ino) assert.ok(recover(root));
    else isRefused(root, /not written here/);
  }
});

test('the journal of another tree does not count here', () => {
  const [root, other] = [interrupted(), interrupted()];
  rmSync(`${other}/${JOURNAL_DIRECTORY}`, { recursive: true });
  renameSync(`${root}/${JOURNAL_DIRECTORY}`, `${other}/${JOURNAL_DIRECTORY}`);
  isRefused(other, /belongs to another directory/);
});

/** What an attacker who knows the program can put into an archive after guessing the inode numbers. */
function forge(root: string, guess: (sealed: string) => string): void {
  const directory = `${root}/${JOURNAL_DIRECTORY}`;
  mkdirSync(directory, { mode: 0o700 });
  const list = encodeJournal([
    { do: 'remove', path: 'gone', isDirectory: false },
    { do: 'set', path: 'log', mode: 0o777 },
  ]);
  writeFileSync(`${directory}/list`, list, { mode: 0o600 });
  const stats = (path: string) => lstatSync(path, { bigint: true });
  const found = { root: stats(root), directory: stats(directory), list: stats(`${directory}/list`) };
  writeFileSync(`${directory}/seal`, guess(encodeSeal(sealOf(found, []))), { mode: 0o600 });
}

test('a forged journal with every number right but the time of change is refused', () => {
  const guesses: readonly ((seal: string) => string)[] = [
    (seal) => seal.replace(/"changed":"\d+"/, `"changed":"${BigInt(Date.now()) * 1_000_000n}"`),
    (seal) => seal.replace(/"changed":"(\d+)"/, (_, at: string) => `"changed":"${BigInt(at) - 1n}"`),
    (seal) => seal.replace(/"changed":"\d+"/, '"changed":"0"'),
  ];
  for (const guess of guesses) {
    const root = interrupted();
    rmSync(`${root}/${JOURNAL_DIRECTORY}`, { recursive: true });
    forge(root, guess);
    isRefused(root, /not written here/);
    assert.ok(existsSync(`${root}/gone`));
  }
  // What makes the difference is the guess: the numbers of the system are believed.
  const root = interrupted();
  rmSync(`${root}/${JOURNAL_DIRECTORY}`, { recursive: true });
  forge(root, (seal) => seal);
  assert.is(recover(root), 2);
  assert.not.ok(existsSync(`${root}/gone`));
});

test('a list without a seal counts for nothing, and goes', () => {
  const root = interrupted();
  rmSync(`${root}/${JOURNAL_DIRECTORY}/seal`);
  assert.is(recover(root), undefined);
  assert.not.ok(existsSync(`${root}/${JOURNAL_DIRECTORY}`));
  assert.ok(existsSync(`${root}/gone`));
});

test('a seal without its list, and a directory with anything that finalize does not make there, are refused', () => {
  const root = interrupted();
  rmSync(`${root}/${JOURNAL_DIRECTORY}/list`);
  isRefused(root, /contains seal without list/);
  for (const name of ['operations', 'x', 'content-x', 'content-0.txt', '\x1b[31mred']) {
    const other = interrupted();
    writeFileSync(`${other}/${JOURNAL_DIRECTORY}/${name}`, 'stillroot finalize journal 1\nend\n');
    isRefused(other, /contains (operations|x|content-x|content-0\.txt|\\x1b\[31mred), which this version/);
  }
  const nested = interrupted();
  rmSync(`${nested}/${JOURNAL_DIRECTORY}/seal`);
  mkdirSync(`${nested}/${JOURNAL_DIRECTORY}/content-7`);
  isRefused(nested, /contains content-7, which/);
});

test('a seal of a gigabyte is not read', () => {
  const root = interrupted();
  const path = `${root}/${JOURNAL_DIRECTORY}/seal`;
  const seal = parseSeal(readFileSync(path, 'utf8'), 'here');
  writeFileSync(
    path,
    encodeSeal({ ...seal, mounts: [{ path: 'x'.repeat(2 ** 20), device: '1', inode: '1' }] }),
  );
  isRefused(root, /contains a file seal of \d+ bytes, wanted at most 1048576/);
});

test.run();
