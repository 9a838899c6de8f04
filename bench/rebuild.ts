/** The block cache on a copy of the tree: nothing changed, and one file of about 100 KB changed. See cache.ts for a package. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { quoteWord } from '../src/lab/shell.ts';
import { type GroupRow, pack } from './commands.ts';
import type { Group, GroupContext } from './group.ts';

export function rebuildGroup(context: GroupContext): Group {
  const { scratch } = context;
  const copy = join(scratch, 'tree');
  const own = { ...context, root: copy };
  const [filled, cache, original] = ['filled', 'cache', 'original'].map((name) => {
    return quoteWord(join(scratch, name));
  });
  bash(`cp -a ${quoteWord(context.root)} ${quoteWord(copy)}`);
  const file = quoteWord(someFile(copy));
  bash(`cp -p ${file} ${original}`);
  bash(pack(own, 'filled.cpio.xz', '--no-manifest', '--cache', join(scratch, 'filled')).script);
  const reset = `cp -p ${original} ${file}; rm -rf ${cache}; cp -a ${filled} ${cache}`;
  const row = (name: string, prepare: string, ...packed: [output: string, ...string[]]): GroupRow => ({
    ...pack(own, ...packed, '--no-manifest'),
    name,
    prepare,
  });
  const cached = ['--cache', join(scratch, 'cache')];
  return {
    title: 'Rebuild',
    note: 'Compressed at the default level, without a manifest, with the blocks of an earlier run in the cache.',
    rows: [
      row('stillroot --no-cache', reset, 'bare.cpio.xz'),
      row('nothing changed', reset, 'same.cpio.xz', ...cached),
      row('one file of 100 KB changed', `${reset}; echo changed >> ${file}`, 'changed.cpio.xz', ...cached),
    ],
    rounds: context.rounds,
    warmUps: 0,
  };
}

function bash(script: string): void {
  execFileSync('bash', ['-e', '-o', 'pipefail', '-c', script]);
}

/** The middle one of the files with a single name and about 100 KB, or of all files if there are none. */
function someFile(root: string): string {
  const find = (...size: string[]): string[] => {
    const argv = [root, '-type', 'f', '-links', '1', ...size, '-print0'];
    const names = execFileSync('find', argv, { encoding: 'latin1', maxBuffer: 2 ** 28 });
    return names
      .split('\0')
      .filter((name) => /^[ -~]+$/.test(name))
      .sort();
  };
  const some = find('-size', '+90k', '-size', '-110k');
  const files = some.length > 0 ? some : find();
  const file = files[files.length >> 1];
  if (file === undefined) throw new Error('no file to change in the tree');
  return file;
}
