import type { FileOutput, Sink } from './sink.ts';

/**
 * An archive and the files that go with it: all appear, or none. Writing is to the archive; the others are written to
 * by whoever opened them, before the commit.
 */
export class SinkPair implements Sink {
  readonly #archive: FileOutput;
  readonly #companions: readonly FileOutput[];

  constructor(archive: FileOutput, ...companions: readonly FileOutput[]) {
    this.#archive = archive;
    this.#companions = companions;
  }

  get descriptor(): number | undefined {
    return this.#archive.descriptor;
  }

  get isNewFile(): boolean {
    return this.#archive.isNewFile === true;
  }

  write(bytes: Uint8Array): void {
    this.#archive.write(bytes);
  }

  failure(cause: unknown): unknown {
    return this.#archive.failure(cause);
  }

  commit(): void {
    // What can fail for want of space has failed before anything is visible.
    for (const companion of this.#companions) companion.seal();
    const visible: FileOutput[] = [];
    try {
      for (const output of [this.#archive, ...this.#companions]) {
        output.commit();
        visible.push(output);
      }
    } catch (error) {
      for (const output of visible) output.retract();
      throw error;
    }
  }

  abort(): void {
    abortAll([this.#archive, ...this.#companions]);
  }
}

/** Every one of them, also where one cannot be. */
function abortAll([first, ...rest]: readonly FileOutput[]): void {
  try {
    first?.abort();
  } finally {
    if (rest.length > 0) abortAll(rest);
  }
}

/** Opens the archive whose companion, if it has one, is open already; that is aborted where the archive fails. */
export function pairWith(companion: FileOutput | undefined, openArchive: () => FileOutput): Sink {
  if (companion === undefined) return openArchive();
  try {
    return new SinkPair(openArchive(), companion);
  } catch (error) {
    companion.abort();
    throw error;
  }
}
