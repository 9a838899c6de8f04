import { mkdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { removeTree } from '../../src/bootstrap/remove-tree.ts';
import { scanDirectory } from '../../src/source/directory.ts';
import { makeDeepTree } from '../support/deep-tree.ts';
import { rejects } from '../support/rejects.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('source/directory: deep trees');
const scratch = new Scratch('directory-deep');
const deep = scratch.in('deep');
const LEVELS = 2000;

test.before(() => {
  mkdirSync(deep);
  makeDeepTree(deep, LEVELS);
});
test.after(() => {
  // Its paths are longer than those that Node removes.
  removeTree(deep);
  scratch.remove();
});

test(`${LEVELS} directories within one another are scanned, and the file at the bottom is read`, () => {
  const source = scanDirectory(deep);
  try {
    assert.is(source.tree.entries.length, LEVELS + 1);
    const file = source.tree.entries.at(-1)!;
    assert.is(file.path, `${'d/'.repeat(LEVELS)}f`);
    assert.is(source.readFile(file, 100).toString(), 'the bottom');
  } finally {
    source.close();
  }
});

test('a path over the limit is refused with what to do', async () => {
  const root = scratch.in('longer');
  mkdirSync(root);
  makeDeepTree(root, 82, 'n'.repeat(200));
  try {
    await rejects(
      async () => scanDirectory(root).close(),
      'name-too-long',
      /nnn\.\.\.: has a path of 164\d\d bytes, more than the limit of 16384\. Remove the directory/,
    );
  } finally {
    removeTree(root);
  }
});

test.run();
