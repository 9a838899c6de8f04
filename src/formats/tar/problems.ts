/** Errors about a tar archive: each names the archive and the byte at which it was found. */
import { overLimit, StillrootError } from '../../errors.ts';
import { showPath } from '../../tree/path.ts';
import type { TarLimits } from './limits.ts';

const DAMAGED = 'The archive is damaged or incomplete.';

export class TarProblems {
  readonly #archive: string;

  /** @param archive its name, for messages */
  constructor(archive: string) {
    this.#archive = archive;
  }

  /** @param offset in the uncompressed archive */
  malformed(what: string, offset: number, hint: string = DAMAGED): StillrootError {
    return new StillrootError('archive-malformed', what, { where: this.#where(offset), hint });
  }

  /** Valid tar that is not read here. */
  notSupported(what: string, offset: number, hint: string): StillrootError {
    return new StillrootError('archive-not-supported', what, { where: this.#where(offset), hint });
  }

  overLimit(limit: keyof TarLimits, what: string, offset: number): StillrootError {
    return overLimit(limit, what, this.#where(offset));
  }

  #where(offset: number): string {
    return `${this.#archive}: byte ${offset} of the tar archive`;
  }
}

/** Bytes of an archive as a message shows them: nothing that a terminal would act on. */
export function quote(bytes: string): string {
  const SHOWN = 40;
  const more = bytes.length > SHOWN ? '...' : '';
  return `"${showPath(bytes.slice(0, SHOWN))}${more}"`;
}
