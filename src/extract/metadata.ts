/** Owner, attributes, mode and times of what has been written, always through an open descriptor or without following links. */
import { fchmodSync, fchownSync, futimesSync, lchownSync, lutimesSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import { placeOf } from '../source/read-failed.ts';
import type { Warning } from '../source/source.ts';
import type { Attributes } from '../tree/attributes.ts';
import type { Entry } from '../tree/entry.ts';
import type { ExtractedAttributes } from './attributes.ts';

const SET_UID = 0o4000;
const SET_GID = 0o2000;

/** Codes of chown(2) if the system does not let this user, or a container, set such an owner. */
const NOT_ALLOWED: ReadonlySet<string> = new Set(['EPERM', 'EINVAL']);

/** Where an entry was made. */
export interface MadePlace {
  readonly path: Buffer;
  /** Those that it gets. Where there are any, only this process can change what the path names. */
  readonly attributes: Attributes;
}

export class Metadata {
  readonly #warnings: Warning[];
  readonly #attributes: ExtractedAttributes;
  readonly #privileged: boolean;
  /** The user who extracts, and who thus owns new files by default. */
  readonly #uid: number = process.geteuid?.() ?? 0;
  readonly #gid: number = process.getegid?.() ?? 0;
  /** Number of entries that belong to that user instead of their owner. */
  #notOwned = 0;

  /** @param privileged whether owners can be set */
  constructor(privileged: boolean, attributes: ExtractedAttributes, warnings: Warning[]) {
    this.#privileged = privileged;
    this.#attributes = attributes;
    this.#warnings = warnings;
  }

  /** For a directory. */
  setDirectory(descriptor: number, entry: Entry): void {
    const attributes = this.#attributes.of(entry);
    // One that was there before may have a mode that forbids them.
    if (attributes.size > 0) fchmodSync(descriptor, 0o700);
    this.#setOpen(descriptor, entry, () => this.#attributes.setOpen(descriptor, entry, attributes));
  }

  /** For a file. */
  setFile(descriptor: number, place: MadePlace, entry: Entry): void {
    this.#setOpen(descriptor, entry, () => this.#setAttributes(place, entry));
  }

  /** For anything else; its mode was set when it was created. */
  setNamed(place: MadePlace, entry: Entry): void {
    this.#own(entry, () => lchownSync(place.path, entry.uid, entry.gid));
    this.#setAttributes(place, entry);
    lutimesSync(place.path, timeOf(entry), timeOf(entry));
  }

  /** The owner comes first: chown(2) clears set-id bits and capabilities. */
  #setOpen(descriptor: number, entry: Entry, setAttributes: () => void): void {
    const isOwned = this.#own(entry, () => fchownSync(descriptor, entry.uid, entry.gid));
    setAttributes();
    fchmodSync(descriptor, isOwned ? entry.mode : this.#withoutSetId(entry));
    futimesSync(descriptor, timeOf(entry), timeOf(entry));
  }

  #setAttributes({ path, attributes }: MadePlace, entry: Entry): void {
    if (attributes.size > 0) this.#attributes.set(path.toString('latin1'), entry, attributes);
  }

  /** Warns of attributes, and of the number of owners, that could not be set. */
  finish(): void {
    this.#warnings.push(...this.#attributes.warnings());
    if (this.#notOwned === 0) return;
    const entries = this.#notOwned === 1 ? '1 entry belongs' : `${this.#notOwned} entries belong`;
    const message = `${entries} to you: only root can restore the owner in the archive`;
    this.#warnings.push({ code: 'owner-not-set', path: '', message });
  }

  /** @returns whether it now has its owner */
  #own({ uid, gid }: Entry, change: () => void): boolean {
    if (!this.#privileged && uid === this.#uid && gid === this.#gid) return true;
    if (this.#privileged) {
      try {
        change();
        return true;
      } catch (error) {
        if (!NOT_ALLOWED.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
    }
    this.#notOwned += 1;
    return false;
  }

  /** A program that runs as its owner must not run as a different one. On a directory the bit is harmless. */
  #withoutSetId({ path, type, mode }: Entry): number {
    if (type === 'directory' || (mode & (SET_UID | SET_GID)) === 0) return mode;
    const message =
      'extracted without its set-user-id or set-group-id bit, since it would apply to another user or group';
    this.#warnings.push({ code: 'set-id-dropped', path, message });
    return mode & ~(SET_UID | SET_GID);
  }
}

/**
 * Seconds as node:fs takes them: as text, since it takes a negative number for "now". A double only holds microseconds;
 * they are rounded down, or a time just before a full second would end up after it.
 */
function timeOf({ mtime, nanoseconds }: Entry): string {
  return String(nanoseconds === 0 ? mtime : mtime + Math.floor(nanoseconds / 1000) / 1e6);
}

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'Extract as a user who can write there.',
  EPERM: 'Extract as a user who can write there.',
  EROFS: 'The filesystem is mounted read-only.',
  ENOSPC: 'Free some space, or extract elsewhere.',
  EDQUOT: 'The quota is exceeded; extract elsewhere.',
  ENAMETOOLONG: 'The filesystem does not allow such a long name.',
  EFBIG: 'The filesystem or ulimit -f does not allow such a large file.',
};

/** What a failed call means to a user; anything but a system error is returned unchanged. */
export function extractFailed(directory: string, path: string, what: string, cause: unknown): unknown {
  if (cause instanceof StillrootError) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  return new StillrootError('output-failed', `${what} (${code})`, {
    where: placeOf(directory, path),
    hint: HINTS[code] ?? 'Check the filesystem it is on.',
    cause,
  });
}

/** The error for an entry whose path exists; `what` names what exists there: `a file`. */
export function alreadyThere(directory: string, path: string, what: string): StillrootError {
  return new StillrootError('output-exists', `${what} already exists`, {
    where: placeOf(directory, path),
    hint: '--force replaces files, but not directories.',
  });
}
