/** What exists at the path of an output, and whether it may be written to. */
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { StillrootError } from '../errors.ts';
import { outputFailed } from '../system/files.ts';

/** A file is replaced, a stream is written to. */
export type OutputKind =
  | { readonly kind: 'file' }
  /** A descriptor of this process, such as /dev/stdout. */
  | { readonly kind: 'open'; readonly descriptor: number }
  | { readonly kind: 'stream'; readonly path: string; readonly stats: Stats };

export const EXISTS_HINT = 'Choose another name, or overwrite it with --force.';
/** The kernel's limit for a path. */
const LINKS_MAX = 40;
/** Of /dev/null, /dev/zero and /dev/full, Linux's devices.txt: in a user namespace their owner is `nobody`. */
const MEMORY_DEVICES: ReadonlySet<number> = new Set([0x103, 0x105, 0x107]);

/**
 * @param hint what to do about a file that exists
 * @throws output-exists, output-refused, output-failed
 */
export function outputKind(path: string, force: boolean, hint: string = EXISTS_HINT): OutputKind {
  try {
    const descriptor = descriptorOf(path);
    if (descriptor !== undefined) return { kind: 'open', descriptor };
    const named = lstatSync(path, { throwIfNoEntry: false });
    if (named === undefined) {
      requireWritableDirectory(path);
      return { kind: 'file' };
    }
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw refused('output-exists', path, 'is a directory', 'Name a file.');
    if (found !== undefined && isStream(found) && isReachedByOwnLinks(path)) {
      return checkStream(path, found, force);
    }
    // A symlink counts as an existing file: it is replaced, not followed.
    if (!force)
      throw refused(
        'output-exists',
        path,
        `already exists${named.isSymbolicLink() ? ' (a symlink)' : ''}`,
        hint,
      );
    requireWritableDirectory(path);
    refuseSticky(path, named);
    return { kind: 'file' };
  } catch (cause) {
    throw outputFailed(path, cause);
  }
}

/**
 * Opens what outputKind found, and refuses anything that has replaced it since.
 *
 * @throws output-refused, output-failed
 */
export function openStream(path: string, { path: real, stats }: OutputKind & { kind: 'stream' }): number {
  let descriptor: number;
  try {
    // The kernel refuses to open a mounted disk with O_EXCL.
    const flags = stats.isBlockDevice() ? constants.O_EXCL : 0;
    descriptor = openSync(real, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NOFOLLOW | flags);
  } catch (cause) {
    throw outputFailed(path, cause);
  }
  const { dev, ino, rdev, mode } = fstatSync(descriptor);
  if (dev === stats.dev && ino === stats.ino && rdev === stats.rdev && mode === stats.mode) return descriptor;
  throw refused(
    'output-refused',
    path,
    'was replaced while it was being opened',
    'Write to a directory that only you can change.',
  );
}

function isStream(stats: Stats): boolean {
  return stats.isCharacterDevice() || stats.isFIFO() || stats.isBlockDevice();
}

function checkStream(path: string, stats: Stats, force: boolean): OutputKind {
  const stream = { kind: 'stream', path: realpathSync.native(path), stats } as const;
  if (stats.isBlockDevice()) {
    if (force) return stream;
    throw refused(
      'output-exists',
      path,
      'is a block device',
      'Name a file, or overwrite the device with --force.',
    );
  }
  const isMemory = stats.isCharacterDevice() && MEMORY_DEVICES.has(stats.rdev);
  if (isMemory || isTrusted(stats)) return stream;
  const what = stats.isFIFO() ? 'FIFO' : 'device';
  throw refused(
    'output-refused',
    path,
    `is a ${what} owned by uid ${stats.uid}`,
    'Its owner would receive the image. Name a file.',
  );
}

/** Whether it belongs to root, and so to the system, or to the current user. */
function isTrusted({ uid }: Stats): boolean {
  return uid === 0 || uid === process.geteuid?.();
}

/** Whether every symlink on the way belongs to root or to the current user. */
function isReachedByOwnLinks(path: string): boolean {
  return linksOnTheWay(path)?.every(isTrusted) === true;
}

/**
 * Every symlink that the kernel follows on the way to an existing file. Undefined where one leads to no path, such as that
 * of a pipe in /proc, or where one has gone meanwhile.
 */
function linksOnTheWay(path: string): Stats[] | undefined {
  const links: Stats[] = [];
  let rest = resolve('.')
    .split('/')
    .concat(path.startsWith('/') ? ['/'] : [], path.split('/'));
  let place = '/';
  for (; rest.length > 0; ) {
    const [name = '', ...others] = rest;
    rest = others;
    if (name === '' || name === '.') continue;
    if (name === '/') place = '/';
    else if (name === '..') place = dirname(place);
    else {
      const next = place === '/' ? `/${name}` : `${place}/${name}`;
      const stats = lstatSync(next, { throwIfNoEntry: false });
      if (stats === undefined) return undefined;
      if (!stats.isSymbolicLink()) {
        place = next;
        continue;
      }
      links.push(stats);
      if (links.length > LINKS_MAX) return links;
      const target = readlinkSync(next);
      rest = [...(target.startsWith('/') ? ['/'] : []), ...target.split('/'), ...rest];
    }
  }
  return links;
}

/**
 * /dev/stdout, /dev/fd/N and /proc/self/fd/N name open descriptors: a file there is written to at its current position,
 * as a shell would.
 */
function descriptorOf(path: string): number | undefined {
  let name = path;
  for (let count = 0; count < LINKS_MAX; count += 1) {
    let directory: string;
    try {
      directory = realpathSync.native(dirname(name));
    } catch {
      // Problems with the directory are reported when it is used.
      return undefined;
    }
    if (directory === `/proc/${process.pid}/fd` && /^\d{1,9}$/.test(basename(name)))
      return Number(basename(name));
    // Only the system's links: anyone else's link counts as an existing file.
    const stats = lstatSync(name, { throwIfNoEntry: false });
    if (!stats?.isSymbolicLink() || !isTrusted(stats)) return undefined;
    name = resolve(directory, readlinkSync(name));
  }
  return undefined;
}

/**
 * A file gets its name when it is complete, so its directory must take new names: checked before hours of work.
 *
 * @throws system errors
 */
export function requireWritableDirectory(path: string): void {
  const directory = dirname(path);
  try {
    accessSync(`${directory}/.`, constants.W_OK | constants.X_OK);
  } catch (error) {
    // access(2) asks for the real user and leaves out capabilities, so its refusal is no proof.
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    requireNamelessFile(directory);
  }
}

/** Of open(2) on x86, arm64 and whatever else Node runs on; Node has no name for it. */
const O_TMPFILE = 0o20_000_000 | constants.O_DIRECTORY;
/** What file systems and kernels without O_TMPFILE answer. */
const CANNOT_TELL: readonly (string | undefined)[] = ['EOPNOTSUPP', 'EISDIR', 'EINVAL'];

/** Makes a file that never gets a name. Where a file system has none, the output itself finds out. */
function requireNamelessFile(directory: string): void {
  try {
    closeSync(openSync(`${directory}/.`, O_TMPFILE | constants.O_WRONLY, 0o600));
  } catch (error) {
    if (!CANNOT_TELL.includes((error as NodeJS.ErrnoException).code)) throw error;
  }
}

/** In a directory such as /tmp only the owner of a file may replace it: checked before hours of work. */
function refuseSticky(path: string, stats: Stats): void {
  const user = process.geteuid?.();
  const directory = statSync(`${dirname(path)}/.`);
  const isSticky = (directory.mode & 0o1000) !== 0;
  if (!isSticky || user === 0 || user === stats.uid || user === directory.uid) return;
  const what = `belongs to uid ${stats.uid}, and its directory is sticky, so nobody else can replace it`;
  throw refused('output-failed', path, what, 'Choose another name.');
}

function refused(
  code: 'output-exists' | 'output-refused' | 'output-failed',
  where: string,
  what: string,
  hint: string,
): StillrootError {
  return new StillrootError(code, what, { where, hint });
}
