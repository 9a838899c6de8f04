import { constants, openSync } from 'node:fs';

/**
 * Node has no openat(2), but `/proc/self/fd/N/name` is one in effect: the kernel resolves `name`
 * against the directory that descriptor N holds, whatever has been renamed or replaced by a symlink
 * since. So a child is always reached through its parent's descriptor, one component at a time and
 * never through a symlink.
 */
export function childPath(directory: number, name: string): Buffer {
  return Buffer.from(`/proc/self/fd/${directory}/${name}`, 'latin1');
}

/** Fails with ENOTDIR or ELOOP where the name is no directory, and so where it is a symlink to one. */
export function openDirectoryAt(directory: number, name: string): number {
  return openSync(
    childPath(directory, name),
    constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
  );
}

/** O_NONBLOCK: should the file have become a FIFO meanwhile, opening it must not wait for a writer. */
export function openFileAt(directory: number, name: string): number {
  return openSync(
    childPath(directory, name),
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  );
}
