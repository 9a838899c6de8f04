import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { Journal, processMark } from '../../src/finalize/journal.ts';
import { encodeJournal, LIST_MAX } from '../../src/finalize/journal-format.ts';
import type { Operation } from '../../src/finalize/operation.ts';
import { JOURNAL_DIRECTORY } from '../../src/source/source.ts';
import { withCutFs } from '../support/cut-fs.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { freshDirectory, openDescriptors } from './every-kind.ts';

const test = suite('journal');
const scratch = new Scratch('journal');
test.after(() => scratch.remove());

const OPERATIONS: readonly Operation[] = [{ do: 'directory', path: 'd' }];
const GONE = '1 0';

/** Runs with an open root; the path of the journal's directory is given, too. */
function inRoot(work: (root: number, journal: string) => void): void {
  const path = freshDirectory(scratch.path);
  const root = openSync(path, 'r');
  try {
    work(root, `${path}/${JOURNAL_DIRECTORY}`);
  } finally {
    closeSync(root);
  }
}

function isRefused(root: number, message: RegExp): void {
  const open = openDescriptors();
  assert.throws(
    () => Journal.open('tree', root)?.committed(),
    (error: StillrootError) => error.code === 'finalize-interrupted' && message.test(error.message),
  );
  assert.ok(openDescriptors() <= open + 1);
}

test('only its owner can look into it; it goes without a trace', () => {
  inRoot((root, path) => {
    const journal = Journal.create('tree', root);
    assert.is(statSync(path).mode & 0o7777, 0o700);
    assert.is(statSync(`${path}/process`).mode & 0o7777, 0o600);
    journal.commit(OPERATIONS);
    assert.equal(readdirSync(path).sort(), ['list', 'process', 'seal']);
    assert.is(readFileSync(`${path}/list`, 'utf8'), encodeJournal(OPERATIONS));
    journal.remove();
    journal.close();
    assert.not.ok(existsSync(path));
  });
});

test('there can be but one', () => {
  inRoot((root) => {
    Journal.create('tree', root).close();
    assert.throws(() => Journal.create('tree', root), /another finalize is running/);
  });
});

test('nothing was left behind', () => {
  inRoot((root) => assert.is(Journal.open('tree', root), undefined));
});

test('the run that is at work is told apart from one that was interrupted', () => {
  inRoot((root, path) => {
    const first = Journal.create('tree', root);
    isRefused(root, new RegExp(`another finalize is running \\(process ${process.pid}\\)`));
    first.abandon();
    first.close();
    const second = Journal.open('tree', root);
    assert.is(second?.committed(), undefined);
    // Now this one is at work.
    assert.match(readFileSync(`${path}/process`, 'utf8'), new RegExp(`^${process.pid} `));
    second?.close();
  });
});

test('what counts is a list with its seal under its final name', () => {
  inRoot((root, path) => {
    Journal.create('tree', root).close();
    writeFileSync(`${path}/process`, GONE);
    writeFileSync(`${path}/list`, encodeJournal(OPERATIONS));
    writeFileSync(`${path}/seal.new`, '');
    const journal = Journal.open('tree', root);
    assert.is(journal?.committed(), undefined);
    for (const name of ['list', 'seal.new']) rmSync(`${path}/${name}`);
    journal?.commit(OPERATIONS);
    assert.equal(journal?.committed(), { operations: OPERATIONS, mounts: [] });
    journal?.remove();
    journal?.close();
    assert.not.ok(existsSync(path));
  });
});

for (const mode of [0o755, 0o770, 0o701]) {
  test(`a directory with mode 0${mode.toString(8)} is none of ours`, () => {
    inRoot((root, path) => {
      mkdirSync(path);
      chmodSync(path, mode);
      writeFileSync(`${path}/list`, encodeJournal(OPERATIONS));
      isRefused(root, /belongs to user \d+ with mode/);
    });
  });
}

test('a symlink, a file and a FIFO under its name are refused and stay', () => {
  inRoot((root, path) => {
    const elsewhere = freshDirectory(scratch.path);
    chmodSync(elsewhere, 0o700);
    writeFileSync(`${elsewhere}/list`, encodeJournal(OPERATIONS));
    symlinkSync(elsewhere, path);
    isRefused(root, /is not a directory that finalize created/);
    assert.ok(existsSync(`${elsewhere}/list`));
  });
  inRoot((root, path) => {
    writeFileSync(path, '');
    isRefused(root, /is not a directory that finalize created/);
  });
});

test('a seal or list that is a symlink, a FIFO or has a second name is refused', async () => {
  const at = freshDirectory(scratch.path);
  writeFileSync(`${at}/list`, encodeJournal(OPERATIONS));
  await succeed(['mkfifo', `${at}/fifo`]);
  for (const make of [
    (path: string) => symlinkSync(`${at}/list`, path),
    (path: string) => linkSync(`${at}/list`, path),
    (path: string) => linkSync(`${at}/fifo`, path),
    (path: string) => mkdirSync(path),
  ]) {
    for (const name of ['seal', 'list']) {
      inRoot((root, path) => {
        const journal = Journal.create('tree', root);
        journal.commit(OPERATIONS);
        journal.abandon();
        journal.close();
        rmSync(`${path}/${name}`);
        make(`${path}/${name}`);
        isRefused(root, /contains/);
      });
    }
  }
});

test('a mark that is no file, or says nothing, holds nobody up', () => {
  for (const make of [
    (path: string) => symlinkSync('/proc/self/stat', path),
    (path: string) => writeFileSync(path, ''),
    (path: string) => writeFileSync(path, 'a b c'),
  ]) {
    inRoot((root, path) => {
      mkdirSync(path, 0o700);
      make(`${path}/process`);
      const journal = Journal.open('tree', root);
      assert.is(journal?.committed(), undefined);
      journal?.remove();
      journal?.close();
      assert.not.ok(existsSync(path));
    });
  }
});

test('the mark of a process that came in between is put back, and the run that moved it away gives up', () => {
  const living = processMark();
  inRoot((root, path) => {
    Journal.create('tree', root).close();
    writeFileSync(`${path}/process`, GONE);
    let moves = 0;
    const open = openDescriptors();
    withCutFs(
      Number.POSITIVE_INFINITY,
      () => isRefused(root, new RegExp(`another finalize is running \\(process ${process.pid}\\)`)),
      (name, [from]) => {
        if (name !== 'renameSync' || !String(from).endsWith('/process')) return;
        moves += 1;
        // What the other process does after this one has seen the mark of the dead one.
        rmSync(`${path}/process`);
        writeFileSync(`${path}/process`, living);
      },
    );
    assert.is(moves, 1);
    assert.equal(readdirSync(path), ['process']);
    assert.is(readFileSync(`${path}/process`, 'utf8'), living);
    assert.is(openDescriptors(), open);
  });
});

test('of two that remove the mark of a dead process one goes on', () => {
  inRoot((root, path) => {
    Journal.create('tree', root).close();
    writeFileSync(`${path}/process`, GONE);
    // The other one has moved it away, and has set no mark yet; then it has.
    withCutFs(
      Number.POSITIVE_INFINITY,
      () => Journal.open('tree', root)?.close(),
      (name, [from]) => {
        if (name === 'renameSync' && String(from).endsWith('/process')) rmSync(`${path}/process`);
      },
    );
    assert.is(readFileSync(`${path}/process`, 'utf8'), processMark());
    writeFileSync(`${path}/process`, GONE);
    withCutFs(
      Number.POSITIVE_INFINITY,
      () => isRefused(root, /another finalize is running(?! \()/),
      (name, [place]) => {
        if (name !== 'openSync' || !String(place).endsWith('/process')) return;
        writeFileSync(`${path}/process`, `${process.pid} of the other`);
      },
    );
    assert.is(readFileSync(`${path}/process`, 'utf8'), `${process.pid} of the other`);
  });
});

test('a filesystem that cannot sync a directory is no failure; one that cannot sync the list is', () => {
  for (const [code, isFile, fails] of [
    ['EINVAL', false, false],
    ['ENOTSUP', false, false],
    ['EIO', false, true],
    ['EINVAL', true, true],
  ] as const) {
    inRoot((root, path) => {
      const journal = Journal.create('tree', root);
      const commit = (): unknown =>
        withCutFs(
          Number.POSITIVE_INFINITY,
          () => journal.commit(OPERATIONS),
          (name, [descriptor]) => {
            if (name !== 'fsyncSync' || fstatSync(Number(descriptor)).isFile() !== isFile) return;
            throw Object.assign(new Error(code), { code });
          },
        );
      if (fails) assert.throws(commit, new RegExp(code));
      else commit();
      assert.is(existsSync(`${path}/seal`), !fails);
      journal.close();
    });
  }
});

test('a seal of bytes that mean nothing is refused and stays', () => {
  inRoot((root, path) => {
    mkdirSync(path, 0o700);
    writeFileSync(`${path}/seal`, Buffer.alloc(4096));
    isRefused(root, /not written by this version of finalize/);
    assert.ok(existsSync(`${path}/seal`));
  });
});

test('a list or seal that is too long is refused before it is read', () => {
  for (const [name, max] of [
    ['list', LIST_MAX],
    ['seal', 1024 * 1024],
  ] as const) {
    inRoot((root, path) => {
      const journal = Journal.create('tree', root);
      journal.commit(OPERATIONS);
      journal.abandon();
      journal.close();
      // Only the size is there: no memory and no disk could hold what is read of it.
      truncateSync(`${path}/${name}`, 2 ** 42);
      isRefused(root, new RegExp(`contains a file ${name} of ${2 ** 42} bytes, wanted at most ${max}`));
      rmSync(`${path}/process`);
      truncateSync(`${path}/${name}`, max + 1);
      isRefused(root, new RegExp(`contains a file ${name} of ${max + 1} bytes, wanted at most ${max}`));
    });
  }
});

test('a mark that is too long holds nobody up', () => {
  inRoot((root, path) => {
    Journal.create('tree', root).close();
    truncateSync(`${path}/process`, 2 ** 42);
    const journal = Journal.open('tree', root);
    assert.is(readFileSync(`${path}/process`, 'utf8'), processMark());
    journal?.close();
  });
});

test.run();
