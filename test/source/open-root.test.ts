import { closeSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openRoot } from '../../src/source/open-root.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('source/open-root');
const scratch = new Scratch('open-root');
test.after(() => scratch.remove());

test('a directory, and a symlink to one that the user names', () => {
  mkdirSync(scratch.in('root'));
  symlinkSync('root', scratch.in('link'));
  for (const name of ['root', 'link', 'root/']) closeSync(openRoot(scratch.in(name)));
});

test('what cannot be a tree is refused with a reason', () => {
  writeFileSync(scratch.in('file'), '');
  const refused: readonly (readonly [string, RegExp])[] = [
    ['', /^the source is an empty path\./],
    [scratch.in('none'), /none: no such directory\./],
    [scratch.in('file'), /file: is not a directory\./],
    ['/', /^\/: is the root of the running system\./],
    ['/..', /is the root of the running system\./],
    ['/proc/self/root', /is the root of the running system\./],
  ];
  for (const [path, message] of refused) assert.throws(() => openRoot(path), message, path);
});

test.run();
