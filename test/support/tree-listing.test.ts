import { chmodSync, linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { afterPacking } from './expected-listing.ts';
import { Scratch } from './temporary.ts';
import { compareListings, listTree } from './tree-listing.ts';

const test = suite('tree listing');
const scratch = new Scratch('listing');
test.after(() => scratch.remove());

function make(name: string): string {
  const root = scratch.in(name);
  mkdirSync(`${root}/d`, { recursive: true });
  writeFileSync(`${root}/f`, 'x');
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]), '');
  linkSync(`${root}/f`, `${root}/d/g`);
  symlinkSync('f', `${root}/s`);
  for (const path of ['f', 'd']) utimesSync(`${root}/${path}`, new Date(-500), new Date(-500));
  return root;
}

test('lists bytes, groups and times before 1970', () => {
  const listing = listTree(make('one'));
  assert.equal([...listing.keys()], ['d', 'd/g', 'f', 's', '\xff']);
  assert.is(listing.get('f')?.group, 'd/g');
  assert.is(listing.get('d')?.group, undefined);
  assert.is(listing.get('f')?.mtime, -1);
  assert.is(listing.get('s')?.target, 'f');
});

test('equal trees have no differences, and each change has its line', () => {
  const [a, b] = [make('a'), make('b')];
  for (const root of [a, b]) {
    utimesSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]), 0, 0);
  }
  const strip = (root: string): ReturnType<typeof listTree> => {
    const listing = listTree(root);
    // The time of a symlink is that of its making.
    const symlink = listing.get('s');
    if (symlink !== undefined) symlink.mtime = 0;
    return listing;
  };
  assert.equal(compareListings(strip(a), strip(b)), []);
  chmodSync(`${b}/f`, 0o600);
  writeFileSync(`${b}/new`, '');
  const lines = compareListings(strip(b), strip(a));
  assert.ok(lines.includes('"f": mode is 0600, expected 0644'), lines.join('\n'));
  assert.ok(lines.includes('"new": not expected (file)'));
  assert.ok(compareListings(strip(a), strip(b)).includes('"new": missing'));
});

test('afterPacking clamps times and ties only files together', () => {
  const listing = listTree(make('packed'));
  const symlink = listing.get('s');
  assert.ok(symlink);
  symlink.group = 's';
  const after = afterPacking(listing, { epoch: 100, ownedByRoot: true });
  assert.is(after.get('f')?.mtime, 0);
  assert.is(after.get('\xff')?.mtime, 100);
  assert.is(after.get('f')?.group, 'd/g');
  assert.is(after.get('s')?.group, undefined);
  assert.is(after.get('f')?.owner, '0:0');
});

test.run();
