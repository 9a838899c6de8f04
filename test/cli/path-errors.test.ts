// System errors about a path are reported in one line with status 2, for any option or argument.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('cli/path-errors');
const scratch = new Scratch('cli-path-errors');
const [tree, archive] = [scratch.in('tree'), scratch.in('tree.cpio')];
const manifest = `${archive}.manifest.json`;

before(test, async () => {
  mkdirSync(`${tree}/etc`, { recursive: true });
  writeFileSync(`${tree}/etc/x`, 'x');
  writeFileSync(scratch.in('file'), 'x');
  symlinkSync('loop', scratch.in('loop'));
  assert.is((await run(['pack', tree, '-o', archive])).status, 0);
});
test.after(() => scratch.remove());

/** What the system refuses with each code. EACCES and EISDIR have separate tests. */
const BROKEN: Readonly<Record<string, string>> = {
  ENOENT: `${scratch.in('missing')}/x.cpio`,
  ENOTDIR: `${scratch.in('file')}/x.cpio`,
  ELOOP: `${scratch.in('loop')}/x.cpio`,
  ENAMETOOLONG: scratch.in(`${'n'.repeat(300)}.cpio`),
};

/** Directories that are made where they are missing. */
const MADE: ReadonlySet<string> = new Set(['--cache', '-C']);

/** Everything that takes a path, with the path last or in the middle. */
const CALLS: readonly ((path: string) => readonly string[])[] = [
  (path) => ['pack', path, '-o', scratch.in('new.cpio')],
  (path) => ['pack', tree, '-o', path],
  (path) => ['pack', tree, '-o', scratch.in('new.cpio'), '-f', '--manifest', path],
  (path) => ['pack', tree, '-o', scratch.in('new.cpio'), '-f', '--rules', path],
  (path) => ['pack', tree, '-o', scratch.in('new.cpio'), '-f', '--segment', path],
  (path) => ['pack', tree, '-o', scratch.in('new.zip'), '-f', '--ospkg', 'x', '--kernel', path],
  (path) => ['pack', tree, '-o', scratch.in('new.cpio.xz'), '-f', '--cache', path],
  (path) => ['check', path],
  (path) => ['finalize', path],
  (path) => ['diff', path, tree],
  (path) => ['diff', tree, path],
  (path) => ['diff', tree, archive, '--propose', path],
  (path) => ['diff', tree, archive, '--report', `html=${path}`],
  (path) => ['verify', path, archive],
  (path) => ['verify', manifest, path],
  (path) => ['reproduce', path, tree],
  (path) => ['reproduce', manifest, path],
  (path) => ['reproduce', manifest, tree, '--against', path],
  (path) => ['reproduce', manifest, tree, '-o', path],
  (path) => ['packages', path],
  (path) => ['list', path],
  (path) => ['extract', path, '-C', scratch.in('out')],
  (path) => ['extract', archive, '-C', path],
  (path) => ['rules', 'explain', path, 'etc/x'],
  (path) => ['rules', 'list', '--rules', path],
  (path) => ['cache', 'info', '--cache', path],
  (path) => ['bench', tree, '--variant-path', path],
  (path) => ['bench', tree, '--report', `html=${path}`],
];

for (const [code, path] of Object.entries(BROKEN)) {
  test(`${code}: one line and status 2`, async () => {
    const wrong: string[] = [];
    for (const call of CALLS) {
      const argv = call(path);
      if (code === 'ENOENT' && argv.some((word) => MADE.has(word) && argv.at(-1) === path)) continue;
      const { status, stderr } = await run(argv, {
        env: { PATH: process.env.PATH, XDG_CACHE_HOME: '/dev/null' },
      });
      const isRight = status === 2 && /^stillroot: (?!internal)[^\n]+\n$/.test(stderr);
      if (!isRight)
        wrong.push(
          `${argv.join(' ').replaceAll('n'.repeat(300), 'nnn')}\n  -> ${status} ${stderr.replaceAll('n'.repeat(300), 'nnn')}`,
        );
    }
    assert.equal(wrong, []);
  });
}

test.run();
