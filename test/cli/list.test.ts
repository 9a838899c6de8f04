import { linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { modeLetters } from '../../src/list/long-line.ts';
import { typeOfMode } from '../../src/source/archive-entry.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('cli list');
const scratch = new Scratch('cli-list');
const tree = scratch.in('tree');
const RAW = ['--skip', '**', '--owner', 'root', '--source-date-epoch', '1600000000'];

before(test, () => {
  mkdirSync(`${tree}/dir`, { recursive: true });
  writeFileSync(`${tree}/dir/one`, 'content', { mode: 0o640 });
  linkSync(`${tree}/dir/one`, `${tree}/dir/two`);
  symlinkSync('dir/one', `${tree}/link`);
  writeFileSync(`${tree}/name with\nnewline`, '');
  for (const path of ['dir/one', 'dir', 'name with\nnewline']) utimesSync(`${tree}/${path}`, 1e9, 1e9);
});
test.after(() => scratch.remove());

interface Row {
  readonly path: string;
  readonly segment: number;
}

async function rows(archive: string): Promise<Row[]> {
  const { status, stdout, stderr } = await run(['list', archive, '--json']);
  assert.is(status, 0, stderr);
  return (JSON.parse(stdout) as { entries: Row[] }).entries;
}

test('own archives, plain and compressed, list what was packed, in archive order', async () => {
  const facts = { uid: 0, gid: 0, mtime: 1e9, links: 1, inode: 0, segment: 0 };
  for (const name of ['a.cpio', 'a.cpio.xz']) {
    await run(['pack', tree, '-o', scratch.in(name), '-q', ...RAW]);
    const found = await rows(scratch.in(name));
    const { inode } = found[1] as unknown as { inode: number };
    assert.ok(inode > 0);
    assert.equal(found, [
      { path: 'dir', type: 'directory', mode: '0755', size: 0, ...facts },
      { path: 'dir/one', type: 'file', mode: '0640', size: 0, ...facts, links: 2, inode },
      { path: 'dir/two', type: 'file', mode: '0640', size: 7, ...facts, links: 2, inode },
      {
        path: 'link',
        type: 'symlink',
        mode: '0777',
        size: 0,
        ...facts,
        mtime: 1_600_000_000,
        target: 'dir/one',
      },
      { path: 'name with\\x0anewline', type: 'file', mode: '0644', size: 0, ...facts },
    ]);
  }
});

test('an archive behind an early one is segment 1', async () => {
  const early = scratch.in('early.cpio');
  await run(['pack', tree, '-o', early, '-q', ...RAW]);
  for (const name of ['with.cpio', 'with.cpio.xz']) {
    await run(['pack', tree, '-o', scratch.in(name), '--segment', early, '-q', ...RAW]);
    const found = await rows(scratch.in(name));
    assert.equal(
      found.map(({ segment }) => segment),
      [0, 0, 0, 0, 0, 1, 1, 1, 1, 1],
    );
    assert.equal(
      found.slice(5).map(({ path }) => path),
      found.slice(0, 5).map(({ path }) => path),
    );
  }
});

test('as text it is like ls -l', async () => {
  const { stdout } = await run(['list', scratch.in('a.cpio.xz')]);
  assert.equal(stdout.split('\n').slice(0, 4), [
    'drwxr-xr-x   1     0     0           0 2001-09-09 01:46:40 dir',
    '-rw-r-----   2     0     0           0 2001-09-09 01:46:40 dir/one',
    '-rw-r-----   2     0     0           7 2001-09-09 01:46:40 dir/two',
    'lrwxrwxrwx   1     0     0           7 2020-09-13 12:26:40 link -> dir/one',
  ]);
});

test('a damaged archive is an error with the place, wherever it is cut', async () => {
  const { readFileSync } = await import('node:fs');
  for (const name of ['a.cpio', 'a.cpio.xz']) {
    const bytes = readFileSync(scratch.in(name));
    for (const length of [7, 50, 111, Math.floor(bytes.length / 2), bytes.length - 130]) {
      writeFileSync(scratch.in('cut'), bytes.subarray(0, length));
      const { status, stderr } = await run(['list', scratch.in('cut')]);
      assert.is(status, 2, `${name} cut to ${length}`);
      assert.match(stderr, /^stillroot: .*cut[: ].*\.\n$/);
    }
  }
});

test('letters of modes, as ls has them', () => {
  assert.is(modeLetters('file', 0o4755), '-rwsr-xr-x');
  assert.is(modeLetters('file', 0o4644), '-rwSr--r--');
  assert.is(modeLetters('file', 0o2755), '-rwxr-sr-x');
  assert.is(modeLetters('directory', 0o1777), 'drwxrwxrwt');
  assert.is(modeLetters('directory', 0o1776), 'drwxrwxrwT');
  assert.is(modeLetters('block', 0), 'b---------');
  assert.is(modeLetters(undefined, 0o644), '?rw-r--r--');
});

test('types of modes', () => {
  assert.is(typeOfMode(0o100644), 'file');
  assert.is(typeOfMode(0o120777), 'symlink');
  assert.is(typeOfMode(0o140000), 'socket');
  assert.is(typeOfMode(0o644), undefined);
});

test.run();
