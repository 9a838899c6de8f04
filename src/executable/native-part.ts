/**
 * Native parts of packages, which are assets of the executable. The system loads a library only from a file, so each is
 * written to an unnamed one, which disappears when the process ends, however it ends. Threads load it by its descriptor.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { getRawAsset } from 'node:sea';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { StillrootError } from '../errors.ts';
import { writeFully } from '../system/files.ts';

export type NativePart = 'lzma' | 'xattr';

/** Under this key threads are told where the part is. */
const keyOf = (part: NativePart): string => `stillroot ${part}`;

/** Directories for the file, the first of which may be on a filesystem that is full, read-only, or mounted noexec. */
export function directories(env: NodeJS.ProcessEnv = process.env): readonly string[] {
  const { TMPDIR, XDG_RUNTIME_DIR, XDG_CACHE_HOME, HOME } = env;
  const wanted = [
    ...[TMPDIR, '/tmp', '/var/tmp', '/dev/shm', XDG_RUNTIME_DIR, XDG_CACHE_HOME, HOME],
    dirname(process.execPath),
  ];
  return [...new Set(wanted.filter((directory) => directory?.startsWith('/') === true))] as string[];
}

/**
 * What the library exports. Other threads that are started later load the same file.
 *
 * @throws system where no directory allows it
 */
export function loadNativePart(part: NativePart): object {
  const known = getEnvironmentData(keyOf(part));
  if (typeof known === 'string') return open(known);
  const bytes = new Uint8Array(getRawAsset(`${part}.node`));
  const refusals: string[] = [];
  let failure: unknown;
  for (const directory of directories()) {
    try {
      return openIn(directory, part, bytes);
    } catch (error) {
      failure = error;
      const { code, message } = error as NodeJS.ErrnoException;
      refusals.push(`${directory}: ${code === 'ERR_DLOPEN_FAILED' ? shortened(message) : (code ?? message)}`);
    }
  }
  throw new StillrootError('system', `the native part "${part}" cannot be loaded from a temporary file`, {
    hint: `Set TMPDIR to a directory that you can write to, on a filesystem that is not mounted noexec. Tried ${refusals.join('; ')}.`,
    cause: failure,
  });
}

function openIn(directory: string, part: NativePart, bytes: Uint8Array): object {
  const path = join(directory, `.stillroot-${randomBytes(8).toString('hex')}`);
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const descriptor = openSync(path, flags, 0o600);
  try {
    unlinkSync(path);
    writeFully(descriptor, bytes);
    const name = `/proc/self/fd/${descriptor}`;
    const exports = open(name);
    // The descriptor stays open: it is the name by which threads find the library, loaded once for all.
    setEnvironmentData(keyOf(part), name);
    return exports;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function open(path: string): object {
  const module = { exports: {} };
  process.dlopen(module, path);
  return module.exports;
}

/** The system's own words come last: `/proc/self/fd/20: failed to map segment from shared object`. */
function shortened(message: string): string {
  return message.split(': ').at(-1) ?? message;
}
