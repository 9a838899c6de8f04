import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { totalmem } from 'node:os';
import { runCommand, succeed } from './run-command.ts';
import { Scratch } from './temporary.ts';

export type Filesystem = 'ext4' | 'btrfs' | 'tmpfs';

/** Mounts a fresh filesystem in a directory of the scratch area, and unmounts it at the end. */
export async function mountFresh(
  scratch: Scratch,
  name: string,
  type: Filesystem,
  size: string,
): Promise<string> {
  const at = scratch.in(name);
  mkdirSync(at);
  if (type === 'tmpfs') {
    await succeed(['mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', at]);
  } else {
    const image = scratch.in(`${name}.image`);
    await succeed(['truncate', '-s', size, image]);
    // 256-byte inodes hold dates after 2038, 4 KiB blocks hold a symlink target of 4095 bytes.
    const make = type === 'ext4' ? ['mkfs.ext4', '-q', '-I', '256', '-b', '4096'] : ['mkfs.btrfs', '-q'];
    await succeed([...make, image]);
    await succeed(['mount', '-o', 'loop', image, at]);
  }
  scratch.beforeRemoval(() => unmount(at));
  return at;
}

/** Two test files at a time fill some gigabytes each; with less memory than this they use the disk. */
const MEMORY_MIN = 12 * 1024 ** 3;

/** A scratch directory, in memory where there is enough of it: dpkg waits for the disk after every file that it installs. */
export function memoryScratch(name: string): Scratch {
  const scratch = new Scratch(name, '/var/tmp');
  if (process.getuid?.() !== 0 || totalmem() < MEMORY_MIN) return scratch;
  const mount = ['-t', 'tmpfs', '-o', 'size=60%,mode=0700', 'tmpfs', scratch.path];
  if (spawnSync('mount', mount).status === 0) scratch.beforeRemoval(() => unmount(scratch.path));
  return scratch;
}

/** Makes a directory also visible at another place: the same filesystem, but a mount point. */
export async function bindMount(scratch: Scratch, from: string, at: string): Promise<void> {
  await succeed(['mount', '--bind', from, at]);
  scratch.beforeRemoval(() => unmount(at));
}

/** Milliseconds for processes that were killed, such as the agent of gpg, to let go of a filesystem; and between two tries. */
const UNMOUNT_PATIENCE = 10_000;
const UNMOUNT_INTERVAL = 100;

function unmount(at: string): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; ; waited += UNMOUNT_INTERVAL) {
    const { status, stderr } = spawnSync('umount', [at], { encoding: 'utf8' });
    if (status === 0) return;
    if (!/busy/.test(stderr) || waited >= UNMOUNT_PATIENCE) throw new Error(`umount ${at}: ${stderr}`);
    Atomics.wait(pause, 0, 0, UNMOUNT_INTERVAL);
  }
}

/** Why this machine cannot mount such a filesystem; undefined where it can. */
export async function cannotMount(scratch: Scratch, type: Filesystem): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'needs root';
  try {
    const at = await mountFresh(scratch, `probe-${type}`, type, '128M');
    const { status } = await runCommand(['mountpoint', '-q', at]);
    return status === 0 ? undefined : `${type} does not stay mounted`;
  } catch (error) {
    return `cannot mount ${type}: ${(error as Error).message.split('\n')[0]}`;
  }
}
