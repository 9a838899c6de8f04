/**
 * One digest of a whole tree: SHA-256 of one record an entry, in tree order (comparePaths), the root left out. A
 * record is
 *
 *     TYPE MODE UID GID MTIME SIZE MAJOR:MINOR CONTENT NUL PATH NUL TARGET NUL LF
 *
 * with MODE in four octal digits, MTIME in seconds, CONTENT the SHA-256 of a file in hexadecimal digits, and `-` for
 * it where there is none. TARGET is that of a symlink; of the names of a hard-link group but the first it is the first
 * one. The CONTENT of a group stands with its last name, as its data does in newc. Paths and targets are bytes.
 *
 * Nothing in it is of the archive: equal trees have equal digests in every format, version and profile.
 */
import { createHash, type Hash } from 'node:crypto';
import type { Entry } from '../tree/entry.ts';

/** Characters that are gathered before the hash gets them: a call costs more than the hashing of one record. */
const BATCH = 64 * 1024;

export class TreeDigest {
  readonly #hash: Hash = createHash('sha256');
  #batch = '';

  /**
   * @param first first name of the hard-link group, for its other names; else ''
   * @param content SHA-256 of the content in hex; undefined for what has none and for the names of a hard-link
   *   group but the last
   */
  add(entry: Entry, first: string, content: string | undefined): void {
    const { type, mode, uid, gid, mtime, size, major, minor, path, target } = entry;
    const octal = mode.toString(8).padStart(4, '0');
    this.#batch += `${type} ${octal} ${uid} ${gid} ${mtime} ${size} ${major}:${minor} ${content ?? '-'}\0${path}\0${first || target}\0\n`;
    if (this.#batch.length >= BATCH) this.#flush();
  }

  /** `sha256:HEX`. To be called once. */
  finish(): string {
    this.#flush();
    return `sha256:${this.#hash.digest('hex')}`;
  }

  #flush(): void {
    this.#hash.update(this.#batch, 'latin1');
    this.#batch = '';
  }
}
