import { constants } from 'node:fs';
import { systemCode } from '../errors.ts';
import { outputFailed } from '../system/output-failed.ts';
import { writeFully } from '../system/write-fully.ts';
import { commitTogether } from './commit-together.ts';
import type { FileOutput } from './output.ts';
import { FILE_CALLS, type FileCalls, nameBeside, Placement } from './placement.ts';

/** A file that is written under a temporary name beside its own. */
export class FileSink implements FileOutput {
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
      this.#descriptor = this.#calls.open(this.#temporary, flags, 0o666);
    } catch (cause) {
      throw this.failure(cause);
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
    // Linux has closed it also where it says that something went wrong.
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
