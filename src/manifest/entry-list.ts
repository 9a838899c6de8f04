import type { Entry } from '../tree/entry.ts';
import { showPath } from '../tree/path.ts';
import type { ManifestEntry } from './manifest.ts';

/** Entries as a manifest lists them. Every name of a hard-link group has the digest of the content. */
export class EntryList {
  readonly #rows: ManifestEntry[] = [];
  /** Names of a group by its first one, until the content comes with the last. */
  readonly #waiting = new Map<string, number[]>();

  /** See TreeDigest.add. */
  add(entry: Entry, first: string, content: string | undefined): void {
    const { path, type, mode, uid, gid, mtime, size, target, major, minor } = entry;
    const at = this.#rows.push({
      path: showPath(path),
      // A socket never gets into an archive.
      type: type as ManifestEntry['type'],
      mode: mode.toString(8).padStart(4, '0'),
      uid,
      gid,
      mtime,
      ...(type === 'file' ? { size } : {}),
      ...(content === undefined ? {} : { digest: `sha256:${content}` }),
      ...(type === 'symlink' ? { target: showPath(target) } : {}),
      ...(type === 'character' || type === 'block' ? { device: `${major}:${minor}` } : {}),
      ...(first === '' ? {} : { hardLink: showPath(first) }),
    });
    if (type !== 'file' || (content !== undefined && first === '')) return;
    if (content === undefined) this.#wait(first === '' ? path : first, at - 1);
    else this.#settle(first, `sha256:${content}`);
  }

  /** In the order in which they came. */
  list(): readonly ManifestEntry[] {
    return this.#rows;
  }

  #wait(first: string, at: number): void {
    const waiting = this.#waiting.get(first);
    if (waiting === undefined) this.#waiting.set(first, [at]);
    else waiting.push(at);
  }

  #settle(first: string, digest: string): void {
    for (const at of this.#waiting.get(first) ?? []) {
      const row = this.#rows[at];
      if (row !== undefined) this.#rows[at] = { ...row, digest };
    }
    this.#waiting.delete(first);
  }
}
