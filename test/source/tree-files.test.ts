import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import type { ScannedFile } from '../../src/source/source.ts';
import { TreeFiles } from '../../src/source/tree-files.ts';
import { testWhere } from '../support/requires.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('tree-files');
const scratch = new Scratch('tree-files');
test.after(() => scratch.remove());

const TIME = 1_700_000_000;
const SCANNED: ScannedFile = { path: 'd/file', size: 10, mtime: TIME, nanoseconds: 500_000_000 };

function writeOld(path: string, content: string): void {
  writeFileSync(path, content);
  utimesSync(path, TIME + 0.5, TIME + 0.5);
}

/** A tree with one file, as it was scanned; and outside of it a file that looks the same. */
function freshTree(): { root: string; file: string; outside: string } {
  const root = join(scratch.path, Math.random().toString(36).slice(2));
  const outside = `${root}.outside`;
  for (const path of [root, outside]) {
    mkdirSync(join(path, 'd'), { recursive: true });
    writeOld(join(path, 'd/file'), '0123456789');
  }
  return { root, file: join(root, 'd/file'), outside };
}

function withFiles<T>(root: string, use: (files: TreeFiles) => T): T {
  const descriptor = openSync(root, 'r');
  const files = new TreeFiles({ name: 'mine', root: descriptor });
  try {
    return use(files);
  } finally {
    files.close();
    closeSync(descriptor);
  }
}

test('any part of a file', () => {
  withFiles(freshTree().root, (files) => {
    for (let position = 0; position < 10; position += 1) {
      for (let end = position + 1; end <= 10; end += 1) {
        const target = Buffer.alloc(end - position);
        files.readPart(SCANNED, position, target);
        assert.is(target.toString(), '0123456789'.slice(position, end));
      }
    }
  });
});

type Tree = ReturnType<typeof freshTree>;

/** What can happen to a file between the scan and the reading of it, and what is said then. */
const CHANGES: Readonly<Record<string, readonly [(tree: Tree) => void, RegExp]>> = {
  grows: [({ file }) => writeOld(file, '0123456789a'), /file grew while it was read \(10 -> 11 bytes\)/],
  shrinks: [({ file }) => truncateSync(file, 3), /file shrank while it was read \(10 -> 3 bytes\)/],
  'is emptied': [({ file }) => truncateSync(file), /file shrank while it was read \(10 -> 0 bytes\)/],
  'is written to': [({ file }) => writeFileSync(file, '0123456780'), /was modified while it was read/],
  'has another time': [({ file }) => utimesSync(file, TIME, TIME + 0.25), /was modified while it was read/],
  vanishes: [({ file }) => rmSync(file), /vanished or was replaced .*\(ENOENT\)/],
  'becomes a symlink to its like': [
    ({ file, outside }) => {
      rmSync(file);
      symlinkSync(join(outside, 'd/file'), file);
    },
    /vanished or was replaced .*\(ELOOP\)/,
  ],
  'becomes a directory': [
    ({ file }) => {
      rmSync(file);
      mkdirSync(file);
    },
    /was a file when the tree was scanned, but no longer is/,
  ],
  'becomes a FIFO': [
    ({ file }) => {
      rmSync(file);
      execFileSync('mkfifo', [file]);
    },
    /was a file when the tree was scanned, but no longer is/,
  ],
  'is in a directory that becomes a symlink': [
    ({ root, outside }) => {
      renameSync(join(root, 'd'), join(root, 'gone'));
      symlinkSync(join(outside, 'd'), join(root, 'd'));
    },
    /vanished or was replaced .*\((ENOTDIR|ELOOP)\)/,
  ],
  'is in a directory that vanishes': [
    ({ root }) => rmSync(join(root, 'd'), { recursive: true }),
    /vanished or was replaced .*\(ENOENT\)/,
  ],
};

/** Ways to read it whole, or its end. */
const WAYS: Readonly<Record<string, (files: TreeFiles) => void>> = {
  'from the beginning': (files) => files.readPart(SCANNED, 0, Buffer.alloc(10)),
  'its beginning': (files) => files.readPart(SCANNED, 0, Buffer.alloc(2)),
  'its end': (files) => files.readPart(SCANNED, 5, Buffer.alloc(5)),
  'piece by piece': (files) => {
    const open = files.open(SCANNED);
    try {
      while (open.read(Buffer.alloc(4)) > 0);
      open.verify();
    } finally {
      open.close();
    }
  },
};

for (const [change, [make, message]] of Object.entries(CHANGES)) {
  test(`a file that ${change} after the scan is an error, in whatever way it is read`, () => {
    for (const [way, read] of Object.entries(WAYS)) {
      const tree = freshTree();
      make(tree);
      try {
        withFiles(tree.root, read);
      } catch (error) {
        assert.instance(error, StillrootError);
        const { code, where, what } = error as StillrootError;
        assert.equal([code, where], ['source-changed', 'mine/d/file'], way);
        assert.match(what, message, way);
        continue;
      }
      assert.unreachable(`${way}: nothing was said`);
    }
  });
}

test('a file of which not all was read is an error where all was meant to be', () => {
  withFiles(freshTree().root, (files) => {
    const open = files.open(SCANNED);
    open.read(Buffer.alloc(4));
    assert.throws(() => open.verify(), /only 4 of 10 bytes could be read/);
    open.requireUnchanged();
    open.close();
  });
});

/** The kernel says 4096 bytes of its files here, whatever they have. */
const KERNEL_FILE = 'uevent_seqnum';
const kernelFile = statSync(`/sys/kernel/${KERNEL_FILE}`, { throwIfNoEntry: false });

const lacking = kernelFile === undefined ? 'no /sys here' : undefined;

testWhere(test, lacking, 'a file that is smaller than it says ends early', () => {
  const { size = 0, mtimeMs = 0 } = kernelFile ?? {};
  const seconds = Math.floor(mtimeMs / 1000);
  const nanoseconds = Math.round((mtimeMs - seconds * 1000) * 1e6);
  const length = readFileSync(`/sys/kernel/${KERNEL_FILE}`).length;
  assert.ok(length > 0 && length < size);
  const file: ScannedFile = { path: KERNEL_FILE, size, mtime: seconds, nanoseconds };
  withFiles('/sys/kernel', (files) =>
    assert.throws(
      () => files.readPart(file, 0, Buffer.alloc(size)),
      new RegExp(`file ended after ${length} of ${size} bytes`),
    ),
  );
});

test('no file or directory stays open', () => {
  const { root } = freshTree();
  const openNow = (): number => readdirSync('/proc/self/fd').length;
  const before = openNow();
  withFiles(root, (files) => {
    for (let count = 0; count < 20; count += 1) files.readPart(SCANNED, 0, Buffer.alloc(10));
  });
  assert.is(openNow(), before);
});

test.run();
