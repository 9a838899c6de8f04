/** The directory of a cache: created, recognized, and held by descriptors, so that nothing can replace it. */
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
} from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { StillrootError, systemCode } from '../errors.ts';
import { makeDirectories, writeFully } from '../system/files.ts';

/** See https://bford.info/cachedir/: backup programs skip such directories. It also identifies the owner of the cache. */
const TAG_NAME = 'CACHEDIR.TAG';
const TAG = `Signature: 8a477f597d28d172789f06886806bc55
# This directory is a cache of stillroot: finished blocks of archives. "stillroot cache clear" empties it.
# It may be removed at any time. About such directories see https://bford.info/cachedir/
`;
/** Finished blocks, and compiled code of stillroot itself: see code-cache.ts. */
type Part = 'blocks' | 'code';

/** Blocks are parts of images, including keys and passwords: only the user may read them. */
const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/** A path below the directory of a descriptor: openat in effect. */
export function inDirectory(descriptor: number, name: string): string {
  return `/proc/self/fd/${descriptor}/${name}`;
}

export interface CacheDirectory {
  /** As the user named it. */
  readonly path: string;
  /** Descriptor of the directory that holds the blocks. */
  readonly blocks: number;
  close(): void;
}

/**
 * Opens a part of a cache.
 *
 * @param create whether to make it, with its parents, where it is missing
 * @returns the descriptor of its directory
 * @throws cache-refused
 */
export function openCachePart(path: string, part: Part, create: boolean): number {
  try {
    if (create) makeWithParents(path);
    const descriptor = openDirectory(path);
    try {
      return openPart(path, descriptor, part, create);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined || cause instanceof StillrootError) throw cause;
    const what = code === 'ENOTDIR' || code === 'EEXIST' ? 'is not a directory' : `cannot be used (${code})`;
    throw cacheRefused(path, what, cause);
  }
}

/**
 * Creates it, with its parents, where missing.
 *
 * @throws cache-refused
 */
export function openCacheDirectory(path: string): CacheDirectory {
  return open(path, true);
}

/**
 * @returns undefined where there is none
 * @throws cache-refused
 */
export function findCacheDirectory(path: string): CacheDirectory | undefined {
  try {
    return open(path, false);
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw error;
  }
}

function open(path: string, create: boolean): CacheDirectory {
  const blocks = openCachePart(path, 'blocks', create);
  return { path, blocks, close: () => closeSync(blocks) };
}

function openPart(path: string, directory: number, part: Part, create: boolean): number {
  expectTrusted(path, directory);
  expectOurs(path, directory, create);
  const inside = inDirectory(directory, part);
  if (create) makeDirectory(inside);
  const descriptor = openDirectory(inside, constants.O_NOFOLLOW);
  try {
    expectTrusted(`${path}/${part}`, descriptor);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return descriptor;
}

function openDirectory(path: string, flags = 0): number {
  return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | flags);
}

function makeWithParents(path: string): void {
  try {
    makeDirectories(path, DIRECTORY_MODE);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EROFS') throw cause;
  }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: DIRECTORY_MODE });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // A cache on a read-only filesystem can be read; if parts of it are missing, opening them will fail.
    if (code !== 'EEXIST' && code !== 'EROFS') throw cause;
  }
}

function expectTrusted(path: string, descriptor: number): void {
  const reason = distrust(descriptor);
  if (reason === undefined) return;
  throw new StillrootError('cache-refused', `is not trusted: ${reason}`, {
    where: path,
    hint: 'The contents of a cache end up in archives. Choose a directory with --cache that only you can write to (chmod go-w).',
  });
}

/** A directory of another program must not fill up with blocks, nor `cache clear` search it. */
function expectOurs(path: string, directory: number, create: boolean): void {
  const tag = inDirectory(directory, TAG_NAME);
  try {
    const text = readTag(path, tag);
    if (text === TAG) return;
    // Two processes may begin at once, or one may have been killed while writing: a prefix counts.
    if (text !== undefined && !TAG.startsWith(text)) {
      throw cacheRefused(path, `its ${TAG_NAME} says that it is not a cache of stillroot`);
    }
    const others = readdirSync(inDirectory(directory, '.')).filter((name) => name !== TAG_NAME);
    if (text === undefined && others.length > 0) {
      throw cacheRefused(path, 'is neither empty nor a stillroot cache');
    }
    if (create) writeTag(path, tag);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EROFS') throw cause;
  }
}

/** @returns as many bytes as the tag has, and one more; undefined where there is none */
function readTag(path: string, tag: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openTag(path, tag, constants.O_RDONLY);
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw cause;
  }
  try {
    const bytes = Buffer.alloc(TAG.length + 1);
    return bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(descriptor);
  }
}

/** Two processes that begin at once write the same. */
function writeTag(path: string, tag: string): void {
  const descriptor = openTag(path, tag, constants.O_WRONLY | constants.O_CREAT);
  try {
    writeFully(descriptor, Buffer.from(TAG, 'latin1'), 0);
    ftruncateSync(descriptor, TAG.length);
  } finally {
    closeSync(descriptor);
  }
}

/** Never blocks: a FIFO of that name may have no other end. */
function openTag(path: string, tag: string, flags: number): number {
  let descriptor: number;
  try {
    descriptor = openSync(tag, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, FILE_MODE);
  } catch (cause) {
    // A symlink, a FIFO without another end, a socket or a directory.
    if (['ELOOP', 'ENXIO', 'EISDIR', 'ENODEV'].includes(systemCode(cause) ?? ''))
      throw tagIsNoFile(path, cause);
    throw cause;
  }
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw tagIsNoFile(path);
}

function tagIsNoFile(path: string, cause?: unknown): StillrootError {
  return cacheRefused(path, `its ${TAG_NAME} is not a regular file`, cause);
}

function cacheRefused(path: string, what: string, cause?: unknown): StillrootError {
  return new StillrootError('cache-refused', what, {
    where: path,
    hint: 'Choose another directory with --cache, or disable the cache with --no-cache.',
    cause,
  });
}

// Whose files the cache trusts. Its blocks go into archives, and a digest only shows that bytes are those that
// were stored, not by whom: so only the current user may be able to write there; for root, only root.

const GROUP_OR_OTHERS_WRITE = 0o022n;

/** The user that new files belong to; root in a user namespace is 0 there, and its files appear that way too. */
function ownUser(): number {
  return process.geteuid?.() ?? 0;
}

/** @returns why the file of this descriptor is not trusted; undefined where it is */
export function distrust(descriptor: number): string | undefined {
  return distrustStats(fstatSync(descriptor, { bigint: true }));
}

/**
 * Why a cache entry with these owners and permissions is not trusted, as a clause; undefined where it is.
 */
function distrustStats(stats: Pick<BigIntStats, 'uid' | 'mode'>): string | undefined {
  const { mode } = stats;
  const foreign = ownerOther(stats);
  // With an access control list the group's bits are its mask, so another writer in the list shows here.
  if (foreign !== undefined || (mode & GROUP_OR_OTHERS_WRITE) === 0n) return foreign;
  return `others can write to it (mode ${(mode & 0o7777n).toString(8).padStart(4, '0')})`;
}

/** @returns the owner, if another user; otherwise undefined */
function ownerOther({ uid }: Pick<BigIntStats, 'uid'>): string | undefined {
  return uid === BigInt(ownUser())
    ? undefined
    : `it belongs to uid ${uid}, but stillroot runs as uid ${ownUser()}`;
}

// The default directory of the cache.

const NAME = 'stillroot';

export type DefaultPlace = { readonly path: string } | { readonly missing: string };

/**
 * `$XDG_CACHE_HOME/stillroot`, else `$HOME/.cache/stillroot`, as the XDG base directory specification defines it.
 *
 * Only below a directory that belongs to the current user. After `sudo`, HOME can be that of another user: whatever
 * root found there would be that user's, and that user could not remove what root created. Others may write to
 * that directory: what counts is stillroot's own directory in it, which they cannot create.
 *
 * @param create create the directory of caches, which a new account lacks; not stillroot's own in it
 */
export function defaultPlace(
  env: Readonly<Record<string, string | undefined>>,
  create: boolean,
): DefaultPlace {
  const caches = cachesDirectory(env);
  if (caches === undefined) return { missing: 'neither XDG_CACHE_HOME nor HOME names a directory' };
  return below(caches, create);
}

/** The directory of all caches of the user, not checked in any way. */
export function cachesDirectory(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { XDG_CACHE_HOME: caches = '', HOME: home = '' } = env;
  // The specification requires a relative path to be ignored.
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
