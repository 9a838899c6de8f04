/** Trees to finalize, and what `finalize` and `pack` make of them. */
import { linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { freshDirectory } from '../finalize/every-kind.ts';
import { type Run, run } from '../support/test-terminal.ts';

export const EPOCH = '1600000000';

/** A tree with a machine id, a log, an owner of a name and a file that is younger than the epoch. */
export function makeTree(directory: string): string {
  const root = `${freshDirectory(directory)}/tree`;
  for (const path of ['', 'etc', 'var', 'var/log', 'usr', 'data']) mkdirSync(`${root}/${path}`);
  writeFileSync(`${root}/etc/machine-id`, '0123456789abcdef0123456789abcdef\n');
  writeFileSync(`${root}/etc/os-release`, 'ID=debian\n');
  writeFileSync(`${root}/var/log/dpkg.log`, 'today\n');
  writeFileSync(`${root}/etc/passwd-`, 'old\n');
  writeFileSync(`${root}/data/file`, 'content\n');
  linkSync(`${root}/data/file`, `${root}/data/second`);
  symlinkSync('nowhere', `${root}/data/link`);
  utimesSync(`${root}/etc/os-release`, 1000, 1000);
  return root;
}

export async function finalize(
  root: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Run> {
  return await run(['finalize', root, '--source-date-epoch', EPOCH, ...args], { env });
}

export async function packed(root: string, directory: string, args: readonly string[] = []): Promise<string> {
  const { status, stdout, stderr } = await run([
    ...['pack', root, '-o', `${freshDirectory(directory)}/a.cpio`, '--json'],
    ...['--source-date-epoch', EPOCH, ...args],
  ]);
  assert.is(status, 0, stderr);
  return (JSON.parse(stdout) as { digests: { file: string } }).digests.file;
}
