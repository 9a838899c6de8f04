import { mkdirSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { runCli } from './run-cli.ts';
import { succeed } from './run-command.ts';

/** What Debian's own programs say about a tree that is in order. */
const QUIET: readonly (readonly string[])[] = [
  ['dpkg', '--verify'],
  ['dpkg', '--audit'],
];
const SUCCESSFUL: readonly (readonly string[])[] = [
  ['apt-get', 'check'],
  ['ldconfig', '-p'],
];

/**
 * Unpacks an archive of a Debian tree as root: a second look finds nothing to change, and the package
 * manager in it nothing wrong.
 *
 * @param programs further commands that must succeed in the tree
 */
export async function requireSoundDebian(
  archive: string,
  target: string,
  programs: readonly (readonly string[])[] = [],
): Promise<void> {
  mkdirSync(target);
  await succeed(['bsdtar', '--numeric-owner', '-xpf', archive], { cwd: target });
  const second = await runCli(['check', target, '-v']);
  assert.is(second.status, 0, second.text);
  // Programs want it, and devtmpfs brings it only at boot.
  mkdirSync(`${target}/dev`, { recursive: true });
  await succeed(['mknod', '-m', '666', `${target}/dev/null`, 'c', '1', '3']);
  for (const command of QUIET)
    assert.is(await succeed(['chroot', target, ...command]), '', command.join(' '));
  for (const command of [...SUCCESSFUL, ...programs]) await succeed(['chroot', target, ...command]);
}
