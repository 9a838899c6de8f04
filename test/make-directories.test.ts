import { existsSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeDirectories } from '../src/system/files.ts';
import { runCommand } from './support/run-command.ts';
import { Scratch } from './support/temporary.ts';

const test = suite('make-directories');
const scratch = new Scratch('make-directories');
const place = scratch.in('place');
test.before.each(() => {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
});
test.after(() => scratch.remove());

const failing = (path: string): string => {
  try {
    makeDirectories(path);
    return '';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
};

test('makes what is missing, with its mode, and takes what is there', () => {
  makeDirectories(`${place}/a/b//c/`, 0o700);
  for (const name of ['a', 'a/b', 'a/b/c']) assert.is(statSync(`${place}/${name}`).mode & 0o777, 0o700, name);
  makeDirectories(`${place}/a/b/c`);
  symlinkSync('a', `${place}/link`);
  makeDirectories(`${place}/link/../d/.`);
  assert.ok(existsSync(`${place}/d`));
  makeDirectories('/');
  makeDirectories('.');
});

test('what is no directory is an error', () => {
  writeFileSync(`${place}/file`, '');
  symlinkSync('nowhere', `${place}/dangling`);
  assert.equal(
    ['file', 'file/x', 'file/x/y', 'dangling', 'dangling/x'].map((name) => failing(`${place}/${name}`)),
    ['EEXIST', 'ENOTDIR', 'ENOTDIR', 'EEXIST', 'EEXIST'],
  );
  assert.is(failing(''), 'ENOENT');
});

test('ends where a filesystem makes no directory and says that it is not there', async () => {
  // In a separate process, so that an endless loop is detected.
  const module = new URL('../src/system/files.ts', import.meta.url).href;
  const code = `const { makeDirectories } = await import(${JSON.stringify(module)});
    for (const path of ['/proc/x', '/proc/x/y', '/proc/self/x/y'])
      try { makeDirectories(path); } catch (error) { console.log(error.code); }`;
  const { stdout } = await runCommand([process.execPath, '--input-type=module', '-e', code], {
    timeout: 60_000,
  });
  assert.match(stdout.toString(), /^(ENOENT|EACCES)\n(ENOENT|EACCES)\n(ENOENT|EACCES)\n$/);
});

test.run();
