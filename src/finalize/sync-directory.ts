import { fsyncSync } from 'node:fs';

/** Some network filesystems cannot sync a directory; its names are then as durable as that filesystem makes them. */
export function syncDirectory(descriptor: number): void {
  try {
    fsyncSync(descriptor);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EINVAL' && code !== 'ENOTSUP') throw error;
  }
}
