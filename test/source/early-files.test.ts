import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type EarlyFile, earlyFilesSize, writeEarlyFiles } from '../../src/source/early-files.ts';
import { DIRECTORY, newc, newcArchive } from '../support/archive-bytes.ts';

const test = suite('early-files');

const CONTENT = Buffer.from('AAAABBBBBCC');

function written(...files: readonly EarlyFile[]): Buffer {
  const target = Buffer.alloc(earlyFilesSize(files));
  writeEarlyFiles(target, files, (part, offset) => {
    CONTENT.copy(part, 0, offset, offset + part.length);
  });
  return target;
}

test('an archive of the files in their order, after their directories, each once', () => {
  const files = [
    { path: 'kernel/x86/microcode/b.bin', uid: 1, gid: 2, mtime: 7, content: { start: 4, end: 9 } },
    { path: 'kernel/firmware/acpi/a.aml', uid: 0, gid: 0, mtime: 0, content: { start: 9, end: 11 } },
    { path: 'kernel/x86/microcode/a.bin', uid: 0, gid: 0, mtime: 1, content: { start: 0, end: 4 } },
  ];
  const directories = [
    'kernel',
    'kernel/x86',
    'kernel/x86/microcode',
    'kernel/firmware',
    'kernel/firmware/acpi',
  ];
  assert.equal(
    written(...files),
    newcArchive(
      ...directories.map((path) => newc(path, { mode: DIRECTORY })),
      newc('kernel/x86/microcode/b.bin', { data: 'BBBBB', uid: 1, gid: 2, mtime: 7 }),
      newc('kernel/firmware/acpi/a.aml', { data: 'CC' }),
      newc('kernel/x86/microcode/a.bin', { data: 'AAAA', mtime: 1 }),
    ),
  );
});

test('nothing where there are none', () => {
  assert.is(earlyFilesSize([]), 0);
});

test.run();
