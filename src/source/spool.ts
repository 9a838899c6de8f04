import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { lackOfSystem, StillrootError } from '../errors.ts';

/** Where large temporary files belong: /tmp may be memory. hier(7) */
export const DEFAULT_SPOOL_DIRECTORY = '/var/tmp';

/** What to do where there is no space, and where no file can be created, a sentence each. */
export interface SpoolHints {
  readonly full: string;
  readonly unusable: string;
}

/** For a file in the directory that `$TMPDIR` names. @param alternative what else the user can do */
export function temporaryHints(alternative: string): SpoolHints {
  return {
    full: `Set $TMPDIR to a directory with more space, or ${alternative}.`,
    unusable: `Set $TMPDIR to a directory that exists and that you can write to, or ${alternative}.`,
  };
}

/**
 * An unnamed temporary file for data that will be read again at any offset. It
 * disappears when the process ends, however it ends.
 */
export class Spool {
  readonly #directory: string;
  readonly #content: string;
  readonly #hints: SpoolHints;
  readonly #descriptor: number;
  #size = 0;

  /**
   * @param directory where the file is created; it must have enough space
   * @param content what it holds, for messages: `the decompressed content of x.tar.gz`
   * @param hints for errors
   * @throws output-failed
   */
  constructor(
    directory: string,
    content: string,
    hints: SpoolHints = temporaryHints('decompress the archive first'),
  ) {
    this.#directory = directory;
    this.#content = content;
    this.#hints = hints;
    const path = join(directory, `.stillroot-${randomBytes(8).toString('hex')}`);
    this.#descriptor = this.#guard(() =>
      openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600),
    );
    try {
      this.#guard(() => unlinkSync(path));
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  /** Offset after the furthest byte written. */
  get size(): number {
    return this.#size;
  }

  /**
   * @param position bytes between the end and this position become a hole
   * @throws output-failed where the filesystem is full
   */
  write(bytes: Uint8Array, position: number = this.#size): void {
    for (let done = 0; done < bytes.length; ) {
      const rest = bytes.length - done;
      done += this.#guard(() => writeSync(this.#descriptor, bytes, done, rest, position + done));
      this.#size = Math.max(this.#size, position + done);
    }
  }

  /** Opens the same file again, in this process. */
  get path(): string {
    return `/proc/self/fd/${this.#descriptor}`;
  }

  /** Fills `target` from its start; fewer bytes only at the end. */
  read(target: Uint8Array, position: number): number {
    return this.#guard(() => readSync(this.#descriptor, target, 0, target.length, position));
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === undefined) throw cause;
      const isFull = code === 'ENOSPC' || code === 'EDQUOT';
      const detail = {
        where: this.#directory,
        hint: isFull ? this.#hints.full : this.#hints.unusable,
        cause,
      };
      if (isFull) {
        const what = `no space for ${this.#content} after ${this.#size} bytes (${code})`;
        throw new StillrootError('output-failed', what, detail);
      }
      if (code === 'EFBIG') {
        const what = `the temporary file for ${this.#content} cannot have more than ${this.#size} bytes (EFBIG)`;
        throw new StillrootError('output-failed', what, { ...detail, hint: TOO_LARGE });
      }
      const lack = lackOfSystem(cause);
      const what = lack?.what ?? `no temporary file for ${this.#content} (${code})`;
      throw new StillrootError('output-failed', what, { ...detail, ...(lack && { hint: lack.hint }) });
    }
  }
}

const TOO_LARGE = 'Raise the limit with ulimit -f, or use a filesystem that takes larger files.';
