import { statSync } from 'node:fs';

/**
 * Whether a regular file has this name, links followed. False too where it cannot be looked at (ELOOP, EACCES,
 * ENAMETOOLONG): whoever opens it next says why.
 */
export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The same of a directory. */
export function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
