import { refuseSameOutputs } from './output-place.ts';
import { checkOutput, commitTogether, type FileOutput, openFileSink, type Sink } from './sink.ts';

/**
 * An archive and its companion files: all appear, or none. Writes go to the archive; the companions are written
 * by their openers, before the commit.
 */
export class SinkPair implements Sink {
  readonly #archive: FileOutput;
  readonly #companions: FileOutput[];

  constructor(archive: FileOutput, ...companions: readonly FileOutput[]) {
    this.#archive = archive;
    this.#companions = [...companions];
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
    commitTogether([this.#archive, ...this.#companions]);
  }

  /** Adds a companion file; before the commit. */
  add(companion: FileOutput): void {
    this.#companions.push(companion);
  }

  abort(): void {
    abortAll([this.#archive, ...this.#companions]);
  }
}

/** Aborts all of them, even if one fails. */
function abortAll([first, ...rest]: readonly FileOutput[]): void {
  try {
    first?.abort();
  } finally {
    if (rest.length > 0) abortAll(rest);
  }
}

/** A small file built in memory. */
export interface OutputFile {
  readonly path: string;
  readonly text: string;
}

/** Checks before the work whether they can be written. @throws like writeTogether */
export function checkTogether(paths: readonly string[], force: boolean): void {
  for (const path of paths) checkOutput(path, force);
  refuseSameOutputs(paths);
}

/**
 * Writes several files: all appear, or none.
 *
 * @param hint what to do about a file that exists
 * @throws usage where two are the same file; output-exists, output-refused, output-failed
 */
export function writeTogether(files: readonly OutputFile[], force: boolean, hint?: string): void {
  refuseSameOutputs(files.map(({ path }) => path));
  if (hint !== undefined) for (const { path } of files) checkOutput(path, force, hint);
  const opened: FileOutput[] = [];
  try {
    for (const { path, text } of files) {
      const output = openFileSink(path, force);
      opened.push(output);
      output.write(Buffer.from(text, 'utf8'));
    }
    commitTogether(opened);
  } finally {
    abortAll(opened);
  }
}
