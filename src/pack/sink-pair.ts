import { refuseSameOutputs } from './output-place.ts';
import { checkOutput, commitTogether, type FileOutput, openFileSink, type Sink } from './sink.ts';

/**
 * An archive and the files that go with it: all appear, or none. Writing is to the archive; the others are written to
 * by whoever opened them, before the commit.
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

  /** One more file that goes with it; before the commit. */
  add(companion: FileOutput): void {
    this.#companions.push(companion);
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

/** A small file that is made in memory. */
export interface OutputFile {
  readonly path: string;
  readonly text: string;
}

/** Says before the work what would keep them from being written. @throws like writeTogether */
export function checkTogether(paths: readonly string[], force: boolean): void {
  for (const path of paths) checkOutput(path, force);
  refuseSameOutputs(paths);
}

/**
 * Writes several files: all appear, or none.
 *
 * @throws usage where two are one; output-exists, output-refused, output-failed
 */
export function writeTogether(files: readonly OutputFile[], force: boolean): void {
  refuseSameOutputs(files.map(({ path }) => path));
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
