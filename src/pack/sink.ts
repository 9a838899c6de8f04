/** Where an archive goes: whole and in place, or not at all. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { StillrootError } from '../errors.ts';
import { outputFailed } from './output-failed.ts';
import { writeFully } from './write-fully.ts';

export interface Sink {
  write(bytes: Uint8Array): void;
  /** For a thread that writes in its place. Undefined where there is none, as in memory. */
  readonly descriptor: number | undefined;
  /** Whether that is an empty file of its own, which can be written at any place. */
  readonly isNewFile?: boolean;
  /** What a failure of that thread means to a user. */
  failure(cause: unknown): unknown;
  /** Makes the output durable and visible under its name. */
  commit(): void;
  /** Leaves nothing behind. May be called after anything, also twice. */
  abort(): void;
}

/** An output whose commit is done in two steps, so that two of them can appear together. */
export interface FileOutput extends Sink {
  /** Makes it durable; `commit` then only has to make it visible. Nothing can be written any more. */
  seal(): void;
  /** Takes back what `commit` made visible. What it replaced is not brought back. */
  retract(): void;
}

/** What makes an output durable and visible; a test gives its own, to see that it is done and in which order. */
export interface Durability {
  readonly sync: (descriptor: number) => void;
  readonly rename: (from: string, to: string) => void;
}

const DURABILITY: Durability = { sync: fsyncSync, rename: renameSync };

/**
 * A file that appears under its name only when it is complete: written to a temporary file beside
 * it, synced, renamed, and the directory synced. Devices and FIFOs are written to directly.
 *
 * @throws output-exists where the file is there and `force` is not given; output-failed
 */
export function openFileSink(path: string, force: boolean, durability: Durability = DURABILITY): FileOutput {
  return checkOutput(path, force) === 'stream'
    ? new DescriptorSink(path, openOutput(path, constants.O_WRONLY), true)
    : new FileSink(path, durability);
}

const EXISTS_HINT = 'Choose another name, or overwrite it with --force.';

/**
 * Says before the work what would fail after it.
 *
 * @returns whether the output is a file, or something that is written to directly
 * @throws output-exists, output-failed
 */
export function checkOutput(path: string, force: boolean, hint: string = EXISTS_HINT): 'file' | 'stream' {
  const existing = statOrUndefined(path);
  if (existing !== undefined && isStream(existing)) return 'stream';
  if (existing?.isDirectory()) {
    throw new StillrootError('output-exists', 'is a directory', { where: path, hint: 'Name a file.' });
  }
  if (lstatOrUndefined(path) !== undefined && !force) {
    throw new StillrootError('output-exists', 'exists already', { where: path, hint });
  }
  return 'file';
}

/** Standard output. It cannot be taken back, so `commit` and `abort` only end the writing. */
export function openStandardOutput(): FileOutput {
  return new DescriptorSink('standard output', 1, false);
}

function isStream(stats: Stats): boolean {
  return stats.isCharacterDevice() || stats.isFIFO() || stats.isBlockDevice() || stats.isSocket();
}

class FileSink implements FileOutput {
  readonly isNewFile = true;
  readonly #path: string;
  readonly #temporary: string;
  readonly #durability: Durability;
  #descriptor: number | undefined;
  #renamed = false;

  constructor(path: string, durability: Durability) {
    this.#path = path;
    this.#durability = durability;
    // Not join(): it takes `link/..` for nothing, and the file would lie in another directory. The name of the
    // output is not part of it: with more it could be too long for the filesystem.
    this.#temporary = `${dirname(path)}/.stillroot-${randomBytes(6).toString('hex')}.tmp`;
    this.#descriptor = openOutput(
      this.#temporary,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
      path,
    );
  }

  write(bytes: Uint8Array): void {
    writeAll(this.#descriptor as number, bytes, this.#path);
  }

  get descriptor(): number | undefined {
    return this.#descriptor;
  }

  failure(cause: unknown): unknown {
    return outputFailed(this.#path, cause);
  }

  seal(): void {
    if (this.#descriptor === undefined) return;
    try {
      this.#durability.sync(this.#descriptor);
      closeSync(this.#descriptor);
      this.#descriptor = undefined;
    } catch (cause) {
      throw outputFailed(this.#path, cause);
    }
  }

  commit(): void {
    const { sync, rename } = this.#durability;
    this.seal();
    try {
      rename(this.#temporary, this.#path);
      this.#renamed = true;
      syncDirectory(dirname(this.#path), sync);
    } catch (cause) {
      throw outputFailed(this.#path, cause);
    }
  }

  retract(): void {
    try {
      unlinkSync(this.#path);
    } catch (cause) {
      throw outputFailed(this.#path, cause);
    }
  }

  abort(): void {
    if (this.#descriptor !== undefined) {
      closeSync(this.#descriptor);
      this.#descriptor = undefined;
    }
    if (this.#renamed) return;
    try {
      unlinkSync(this.#temporary);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw outputFailed(this.#temporary, cause);
    }
    this.#renamed = true;
  }
}

class DescriptorSink implements FileOutput {
  readonly #name: string;
  readonly #owned: boolean;
  #descriptor: number | undefined;

  constructor(name: string, descriptor: number, owned: boolean) {
    this.#name = name;
    this.#descriptor = descriptor;
    this.#owned = owned;
  }

  write(bytes: Uint8Array): void {
    writeAll(this.#descriptor as number, bytes, this.#name);
  }

  get descriptor(): number | undefined {
    return this.#descriptor;
  }

  failure(cause: unknown): unknown {
    return outputFailed(this.#name, cause);
  }

  seal(): void {}

  commit(): void {
    this.abort();
  }

  /** What is written is written. */
  retract(): void {}

  abort(): void {
    if (this.#owned && this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

function openOutput(path: string, flags: number, shown: string = path): number {
  try {
    return openSync(path, flags, 0o666);
  } catch (cause) {
    throw outputFailed(shown, cause);
  }
}

function writeAll(descriptor: number, bytes: Uint8Array, name: string): void {
  try {
    writeFully(descriptor, bytes);
  } catch (cause) {
    throw outputFailed(name, cause);
  }
}

function syncDirectory(path: string, sync: Durability['sync']): void {
  const directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    sync(directory);
  } catch (cause) {
    // Some network filesystems cannot sync a directory; the file itself is synced by then.
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'EINVAL' && code !== 'ENOTSUP') throw cause;
  } finally {
    closeSync(directory);
  }
}

function statOrUndefined(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw outputFailed(path, cause);
  }
}

function lstatOrUndefined(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw outputFailed(path, cause);
  }
}
