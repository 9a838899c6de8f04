/** Errors about a tar archive: each names the archive and the byte at which it was found. */
import { overLimit, StillrootError } from '../../errors.ts';
import { showPath } from '../../tree/path.ts';
import { Damage } from '../damage.ts';
import type { TarLimits } from './limits.ts';

const DAMAGED = 'The archive is damaged or incomplete.';

/** How damage of a header is told: an archive that is read names itself, a header in a file of the tree does not. */
export interface HeaderProblems {
  malformed(what: string, offset: number, hint?: string): Error;
}

/** For headers in a file of the tree: whoever gave the bytes says which file it is. */
export const HEADER_DAMAGE: HeaderProblems = {
  malformed: (what, offset) => new Damage(offset, what, 'a sound tar header'),
};

export class TarProblems implements HeaderProblems {
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
