import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { removeTree } from '../../src/bootstrap/remove-tree.ts';
import { rejects } from '../support/rejects.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('bootstrap/remove-tree');
const scratch = new Scratch('remove-tree');
const outside = scratch.in('outside');

test.before(() => {
  mkdirSync(`${outside}/directory`, { recursive: true });
  writeFileSync(`${outside}/directory/file`, 'kept');
});
test.after(() => scratch.remove());

test('everything goes, and nothing outside', () => {
  const tree = scratch.in('tree');
  mkdirSync(`${tree}/a/b/c`, { recursive: true });
  writeFileSync(`${tree}/a/file`, '');
  writeFileSync(Buffer.from(`${tree}/a/\xff\x80 \n'name`, 'latin1'), '');
  symlinkSync(outside, `${tree}/a/to-directory`);
  symlinkSync(`${outside}/directory/file`, `${tree}/a/to-file`);
  symlinkSync('nowhere', `${tree}/a/b/dangling`);
  symlinkSync('..', `${tree}/a/b/up`);
  linkSync(`${outside}/directory/file`, `${tree}/a/b/c/hard`);
  removeTree(tree);
  assert.not.ok(existsSync(tree));
  assert.is(readFileSync(`${outside}/directory/file`, 'utf8'), 'kept');
});

test('directories that even their owner may not change', () => {
  const tree = scratch.in('closed');
  mkdirSync(`${tree}/a/b`, { recursive: true });
  writeFileSync(`${tree}/a/b/file`, '');
  chmodSync(`${tree}/a/b`, 0);
  chmodSync(`${tree}/a`, 0o500);
  removeTree(tree);
  assert.not.ok(existsSync(tree));
});

test('deeper than a path may be long', () => {
  const tree = scratch.in('deep');
  mkdirSync(tree);
  const name = 'd'.repeat(200);
  const before = process.cwd();
  process.chdir(tree);
  try {
    for (let depth = 0; depth < 40; depth += 1) {
      mkdirSync(name);
      process.chdir(name);
    }
    writeFileSync('file', '');
  } finally {
    process.chdir(before);
  }
  removeTree(tree);
  assert.not.ok(existsSync(tree));
});

test('a symlink is not what was made', async () => {
  const link = scratch.in('link');
  symlinkSync(outside, link);
  await rejects(() => removeTree(link), 'bootstrap-failed', /cannot be removed/);
  assert.ok(existsSync(`${outside}/directory/file`));
});

test.run();
