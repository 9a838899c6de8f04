/** Where an archive is written: completely and in place, or not at all. */

import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  type Stats,
  statSync,
} from 'node:fs';
import { StillrootError, systemCode } from '../errors.ts';
import { outputFailed, writeFully } from '../system/files.ts';
import { EXISTS_HINT, openStream, outputKind } from './output-kind.ts';
import { FILE_CALLS, type FileCalls, nameBeside, Placement } from './placement.ts';

/**
 * A file that appears under its name only when it is complete: written to a temporary file next to it, synced, renamed,
 * and the directory synced. Devices and FIFOs are written to directly, if they belong to root or the current
 * user; block devices only with `force`.
 *
 * @param calls for tests: replacements for system calls
 * @throws output-exists where the file exists and `force` is not given; output-refused, output-failed
 */
export function openFileSink(path: string, force: boolean, calls: Partial<FileCalls> = {}): FileOutput {
  const found = outputKind(path, force);
  if (found.kind === 'file') return new FileSink(path, force, calls);
  if (found.kind === 'open') return new DescriptorSink(path, found.descriptor);
  const isSynced = found.stats.isBlockDevice();
  return new DescriptorSink(path, openStream(path, found), { isOwn: true, isSynced });
}

/**
 * Checks before the work for what would fail after it.
 *
 * @returns whether the output is a file, or is written to directly
 * @throws output-exists, output-refused, output-failed
 */
export function checkOutput(path: string, force: boolean, hint: string = EXISTS_HINT): 'file' | 'stream' {
  return outputKind(path, force, hint).kind === 'file' ? 'file' : 'stream';
}

/** Standard output. It cannot be undone, so `commit` and `abort` only end the writing. */
export function openStandardOutput(): FileOutput {
  return new DescriptorSink('standard output', 1);
}

// What an archive is written to.

export interface Sink {
  write(bytes: Uint8Array): void;
  /** For a thread that writes in its place. Undefined where there is none, such as for memory. */
  readonly descriptor: number | undefined;
  /** Whether that is a new empty file, which can be written at any offset. */
  readonly isNewFile?: boolean;
  /** A failure of that thread as an error for the user. */
  failure(cause: unknown): unknown;
  /** Makes the output durable and visible under its name; on failure, the previous file is restored. */
  commit(): void;
  /** Removes what is not committed. May be called at any time, even twice. */
  abort(): void;
}

/** An output that is committed in steps, so that several can appear together: see commitTogether. */
export interface FileOutput extends Sink {
  /** Makes it durable; nothing can be written after this. */
  seal(): void;
  /** How it gets its name; undefined where it is written to directly. */
  readonly placement: Placement | undefined;
}

/**
 * Makes outputs visible: all of them, or none. Until all have their names, the files they replace are kept under other
 * names next to them, and restored if anything fails.
 *
 * @throws the first error, with anything that could not be undone
 */
export function commitTogether(outputs: readonly FileOutput[]): void {
  // Anything that can fail for lack of space fails here, before anything is visible.
  for (const output of outputs) output.seal();
  const placements = outputs.flatMap(({ placement }) => placement ?? []);
  const begun: Placement[] = [];
  try {
    for (const placement of placements) {
      begun.push(placement);
      placement.keep();
    }
    for (const placement of placements) placement.place();
    for (const placement of placements) placement.sync();
  } catch (error) {
    throw withFailures(error, undo(begun));
  }
  forgetAll(placements);
}

/** @returns what could not be undone */
function undo(placements: readonly Placement[]): unknown[] {
  const failures: unknown[] = [];
  for (const placement of placements.toReversed()) {
    try {
      placement.restore();
    } catch (failure) {
      failures.push(failure);
    }
  }
  return failures;
}

/**
 * Removes the replaced files. As long as all of them exist, a failure undoes everything; after that the new outputs
 * stay, and what cannot be removed is named.
 */
function forgetAll(placements: readonly Placement[]): void {
  const [first, ...rest] = placements.filter(({ kept }) => kept !== undefined);
  try {
    first?.forget();
  } catch (cause) {
    throw withFailures(outputFailed(first?.kept ?? '', cause), undo(placements));
  }
  const remaining = rest.filter((placement) => !forgets(placement) && !forgets(placement));
  if (remaining.length === 0) return;
  throw new StillrootError('output-failed', 'is the old version of an output, and cannot be removed', {
    where: remaining.map(({ kept }) => kept).join(', '),
    hint: 'All new outputs are complete. Remove it by hand.',
  });
}

function forgets(placement: Placement): boolean {
  try {
    placement.forget();
    return true;
  } catch {
    // Retried once, and then reported by name.
    return false;
  }
}

/** Reports the original error, with what could not be cleaned up added to it. */
function withFailures(error: unknown, failures: readonly unknown[]): unknown {
  if (failures.length === 0) return error;
  const said = [error, ...failures].map((each) => (each instanceof Error ? each.message : String(each)));
  const code = error instanceof StillrootError ? error.code : 'output-failed';
  return new StillrootError(code, said.join(' And then: '), { cause: error });
}

export interface DescriptorUse {
  /** Whether the descriptor is closed here. */
  readonly isOwn?: boolean;
  /** Whether the data must be on disk before that. */
  readonly isSynced?: boolean;
}

/** An output that is written to directly: standard output, a FIFO, a device. It cannot be undone. */
class DescriptorSink implements FileOutput {
  readonly placement = undefined;
  readonly #name: string;
  readonly #isOwn: boolean;
  readonly #isSynced: boolean;
  #descriptor: number | undefined;

  constructor(name: string, descriptor: number, { isOwn = false, isSynced = false }: DescriptorUse = {}) {
    this.#name = name;
    this.#descriptor = descriptor;
    this.#isOwn = isOwn;
    this.#isSynced = isSynced;
  }

  write(bytes: Uint8Array): void {
    try {
      writeFully(this.#descriptor as number, bytes);
    } catch (cause) {
      throw this.failure(cause);
    }
  }

  get descriptor(): number | undefined {
    return this.#descriptor;
  }

  failure(cause: unknown): unknown {
    return outputFailed(this.#name, cause);
  }

  seal(): void {
    try {
      if (this.#isSynced && this.#descriptor !== undefined) fsyncSync(this.#descriptor);
      this.abort();
    } catch (cause) {
      throw this.failure(cause);
    }
  }

  commit(): void {
    this.seal();
  }

  abort(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (this.#isOwn && descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Those of the file that is replaced: an initramfs with keys in it is for root alone. The owner stays too where the user
 * may give files away, and the group where the user belongs to it.
 */
function takePermissions(descriptor: number, { uid, gid, mode }: Stats): void {
  const isOwned = tries(() => fchownSync(descriptor, uid, gid));
  if (!isOwned) tries(() => fchownSync(descriptor, SAME, gid));
  tries(() => fchmodSync(descriptor, mode & 0o777));
}

/** Permissions of what a replaced link leads to: no more than these. Its owner may be anybody, and gets nothing. */
function modeBehind(path: string, replaced: Stats | undefined): number {
  if (replaced?.isSymbolicLink() !== true) return 0o666;
  return statSync(path, { throwIfNoEntry: false })?.mode ?? 0o666;
}

/** In place of an owner, for chown(2). */
const SAME = -1;
/** For another user's file; on a filesystem without owners, such as vfat; for an owner that a user namespace lacks. */
const REFUSALS: ReadonlySet<string | undefined> = new Set(['EPERM', 'EINVAL', 'EOPNOTSUPP', 'ENOSYS']);

/** @returns whether the system has done it */
function tries(change: () => void): boolean {
  try {
    change();
    return true;
  } catch (cause) {
    if (REFUSALS.has(systemCode(cause))) return false;
    throw cause;
  }
}

/** A file written under a temporary name next to its own. */
class FileSink implements FileOutput {
  readonly isNewFile = true;
  readonly placement: Placement;
  readonly #path: string;
  readonly #temporary: string;
  readonly #calls: FileCalls;
  #descriptor: number | undefined;
  #isRemoved = false;

  /** @throws output-failed */
  constructor(path: string, force: boolean, calls: Partial<FileCalls> = {}) {
    this.#path = path;
    this.#calls = { ...FILE_CALLS, ...calls };
    this.#temporary = nameBeside(path);
    this.placement = new Placement(path, this.#temporary, force, this.#calls);
    try {
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
      const replaced = force ? lstatSync(path, { throwIfNoEntry: false }) : undefined;
      const isFile = replaced?.isFile() === true;
      // Whoever could open it in between would read what is written later.
      const mode = isFile ? 0o600 : 0o666 & modeBehind(path, replaced);
      this.#descriptor = this.#calls.open(this.#temporary, flags, mode);
      if (isFile) takePermissions(this.#descriptor, replaced);
    } catch (cause) {
      this.#giveUp();
      throw this.failure(cause);
    }
  }

  /** After a failure at the beginning, which is what is reported. */
  #giveUp(): void {
    if (this.#descriptor === undefined) return;
    try {
      this.abort();
    } catch {
      // The file without a name of its own stays.
    }
  }

  write(bytes: Uint8Array): void {
    try {
      writeFully(this.#descriptor as number, bytes);
    } catch (cause) {
      throw this.failure(cause);
    }
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
      this.#calls.sync(this.#descriptor);
      this.#close();
    } catch (cause) {
      throw this.failure(cause);
    }
  }

  commit(): void {
    commitTogether([this]);
  }

  abort(): void {
    try {
      this.#close();
    } finally {
      this.#remove();
    }
  }

  #close(): void {
    const descriptor = this.#descriptor;
    // Linux closes the descriptor even if close(2) reports an error.
    this.#descriptor = undefined;
    if (descriptor !== undefined) this.#calls.close(descriptor);
  }

  #remove(): void {
    if (this.placement.isPlaced || this.#isRemoved) return;
    try {
      this.#calls.unlink(this.#temporary);
    } catch (cause) {
      if (systemCode(cause) !== 'ENOENT') throw outputFailed(this.#temporary, cause);
    }
    this.#isRemoved = true;
  }
}
