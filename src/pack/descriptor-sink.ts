import { closeSync, fsyncSync } from 'node:fs';
import { outputFailed } from '../system/output-failed.ts';
import { writeFully } from '../system/write-fully.ts';
import type { FileOutput } from './output.ts';

export interface DescriptorUse {
  /** Whether it is closed here. */
  readonly isOwn?: boolean;
  /** Whether what is written has to be on disk before that. */
  readonly isSynced?: boolean;
}

/** What is written to directly: standard output, a FIFO, a device. It cannot be taken back. */
export class DescriptorSink implements FileOutput {
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
