/** A small tree and rules that cause every kind of operation, in every critical combination. */
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Rule } from '../../src/rules/rule.ts';
import { listTree } from '../support/tree-listing.ts';
import { EPOCH, rule } from './finalize-once.ts';

export const RULES: readonly Rule[] = [
  rule('cache/**', { do: 'drop' }),
  rule('gone', { do: 'drop' }),
  rule('log', { do: 'truncate' }),
  rule('id', { do: 'replace', content: 'fixed\n' }),
  rule('{inside-*,plain/inside-*}', { do: 'replace', content: 'one content for all names\n' }),
  // Of four names of one file two keep it, one of them with another mode.
  rule('{split-a,plain/split-b}', { do: 'truncate' }),
  rule('split-d', { do: 'mode', mode: 0o600 }),
  rule('shared-*', { do: 'replace', content: 'a copy of its own\n' }),
  rule('mtab', { do: 'link', target: '../proc/mounts' }),
  rule('secret', { do: 'mode', mode: 0o600 }),
  // Dropped and added again as something else.
  rule('was-directory', { do: 'drop' }),
  rule('was-directory', { do: 'add', entry: { type: 'file', content: 'now a file\n', mode: 0o640 } }),
  rule('was-full', { do: 'drop' }),
  rule('was-full', { do: 'add', entry: { type: 'symlink', target: 'log' } }),
  rule('was-file', { do: 'drop' }),
  rule('was-file', { do: 'add', entry: { type: 'directory', mode: 0o750 } }),
  rule('was-file/new', { do: 'add', entry: { type: 'file', content: 'new\n', mode: 0o644 } }),
  rule('was-link', { do: 'drop' }),
  rule('was-link', { do: 'add', entry: { type: 'file', content: 'no link\n', mode: 0o644 } }),
  rule('added', { do: 'add', entry: { type: 'directory', mode: 0o755 } }),
  rule('added/link', { do: 'add', entry: { type: 'symlink', target: '/somewhere' } }),
];

/** Everything is two seconds younger than the epoch, and a part of one more. */
const YOUNG = EPOCH + 2.345;

/** @param outside a directory for names of the same files outside of the tree */
export function makeEveryKind(root: string, outside: string): void {
  mkdirSync(root);
  mkdirSync(outside);
  const at = (path: string): string => join(root, path);
  const file = (path: string, content: string, mode = 0o644): void => {
    writeFileSync(at(path), content);
    chmodSync(at(path), mode);
  };
  for (const path of [
    'cache',
    'cache/deep',
    'read-only',
    'was-directory',
    'was-full',
    'was-full/sub',
    'plain',
  ]) {
    mkdirSync(at(path));
  }
  file('cache/deep/a', 'a');
  file('cache/b', 'b', 0o444);
  file('gone', 'x');
  file('log', 'many lines\n', 0o440);
  file('id', 'random\n');
  file('secret', 'x', 0o644);
  file('mtab', 'x');
  file('was-full/sub/f', 'x');
  file('was-file', 'x');
  file('plain/f', 'plain');
  file('read-only/f', 'x', 0o4755);
  symlinkSync(outside, at('was-link'));
  symlinkSync('nowhere', at('plain/l'));
  file('inside-a', 'first', 0o400);
  linkSync(at('inside-a'), at('inside-b'));
  linkSync(at('inside-a'), at('plain/inside-c'));
  file('split-a', 'kept by some');
  for (const name of ['plain/split-b', 'plain/split-c', 'split-d']) linkSync(at('split-a'), at(name));
  file('shared-a', 'first');
  linkSync(at('shared-a'), at('shared-b'));
  linkSync(at('shared-a'), join(outside, 'shared'));
  file('shared-time', 'first');
  linkSync(at('shared-time'), at('plain/shared-time'));
  linkSync(at('shared-time'), join(outside, 'shared-time'));
  symlinkSync('target', at('shared-link'));
  linkSync(at('shared-link'), join(outside, 'shared-link'));
  chmodSync(at('read-only'), 0o555);
  // Not by readdir with `recursive`: that enters symlinks.
  for (const path of [...listTree(root).keys()].reverse()) lutimesSync(at(path), YOUNG, YOUNG);
  utimesSync(root, YOUNG, YOUNG);
  utimesSync(outside, YOUNG, YOUNG);
}

/** Bytes of a path that a system call takes, the NUL at its end included (limits.h). */
const PATH_MAX = 4096;

/** All that can be seen of a directory, itself included, as text that can be compared and read. */
export function seen(root: string): string {
  const { mode, uid, gid, mtimeMs } = lstatSync(root);
  const top = `. ${(mode & 0o7777).toString(8)} ${uid}:${gid} ${mtimeMs}`;
  const rest = [...listTree(root)].map(([path, listed]) => {
    const at = Buffer.from(`${root}/${path}`, 'latin1');
    // Longer ones can be reached a part at a time only.
    const exact = at.length < PATH_MAX ? lstatSync(at).mtimeMs : 'unknown';
    return `${JSON.stringify(path)} ${JSON.stringify({ ...listed, exact })}`;
  });
  return [top, ...rest].join('\n');
}

/** The list of operations is synced, and archives are; that takes its time on a disk. */
export const FAST_PLACE: string | undefined = existsSync('/dev/shm') ? '/dev/shm' : undefined;

/** A new, empty directory below `parent`. */
export function freshDirectory(parent: string): string {
  return mkdtempSync(join(parent, 'case-'));
}

/** A directory that cannot be written cannot be emptied either, but by root. */
export function discard(directory: string): void {
  chmodSync(join(directory, 'root'), 0o755);
  chmodSync(join(directory, 'root/read-only'), 0o755);
  rmSync(directory, { recursive: true });
}

/** How many descriptors are open: a run must leave none. */
export function openDescriptors(): number {
  const directory = openSync('/proc/self/fd', constants.O_RDONLY);
  try {
    return readdirSync('/proc/self/fd').length;
  } finally {
    closeSync(directory);
  }
}
