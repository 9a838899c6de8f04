/** Where the cache is when nobody says. */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { makeDirectories } from '../system/make-directories.ts';
import { inDirectory } from './cache-directory.ts';
import { ownerOther } from './trust.ts';

const NAME = 'stillroot';

export type DefaultPlace = { readonly path: string } | { readonly missing: string };

/**
 * `$XDG_CACHE_HOME/stillroot`, else `$HOME/.cache/stillroot`, as the XDG base directory specification has it.
 *
 * Only below a directory that belongs to the user who runs. After `sudo`, HOME can be that of another user: whatever
 * root found there would be that user's, and whatever root made there that user could not remove. Others may write to
 * that directory: what counts is the one of ours in it, which they cannot make for us.
 *
 * @param create makes the directory of caches, which a new account lacks; not the one of ours in it
 */
export function defaultPlace(
  env: Readonly<Record<string, string | undefined>>,
  create: boolean,
): DefaultPlace {
  const caches = cachesDirectory(env);
  if (caches === undefined) return { missing: 'neither XDG_CACHE_HOME nor HOME names a directory' };
  return below(caches, create);
}

/** The directory of all caches of the user; nothing is known of it. */
export function cachesDirectory(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { XDG_CACHE_HOME: caches = '', HOME: home = '' } = env;
  // The specification wants a relative path to be ignored.
  if (isAbsolute(caches)) return caches;
  return isAbsolute(home) ? `${home}/.cache` : undefined;
}

function below(caches: string, create: boolean): DefaultPlace {
  const missing = refusal(caches, create);
  return missing === undefined ? { path: `${caches}/${NAME}` } : { missing: `${caches}: ${missing}` };
}

function refusal(caches: string, create: boolean): string | undefined {
  try {
    return reasonOf(caches);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || !create) return `it cannot be opened (${code})`;
  }
  try {
    return makeIn(dirname(caches), caches.slice(dirname(caches).length + 1)) ?? reasonOf(caches);
  } catch (cause) {
    return `it cannot be created (${(cause as NodeJS.ErrnoException).code})`;
  }
}

function reasonOf(directory: string): string | undefined {
  const descriptor = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return ownerOther(fstatSync(descriptor, { bigint: true }));
  } finally {
    closeSync(descriptor);
  }
}

function makeIn(parent: string, name: string): string | undefined {
  const descriptor = openSync(parent, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const reason = ownerOther(fstatSync(descriptor, { bigint: true }));
    if (reason === undefined) makeDirectories(inDirectory(descriptor, name), 0o700);
    return reason;
  } finally {
    closeSync(descriptor);
  }
}
