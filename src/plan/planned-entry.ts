import type { Attributes } from '../tree/attributes.ts';
import type { Entry } from '../tree/entry.ts';

/** One entry as it is written to the archive: after rules and normalizers. */
export interface PlannedEntry {
  /** Final metadata. The path is the name in the archive; `size` is that of the final content. */
  readonly entry: Entry;
  /** 0 for an entry with one name, otherwise the number that the names of its group share. */
  readonly inode: number;
  readonly nlink: number;
  /** The final content, of `entry.size` bytes, computed again if not kept; null for that of `origin`, unchanged. */
  readonly content: (() => Uint8Array) | null;
  /** For a name of a hard-link group whose data another name carries: the path of that name. Otherwise null. */
  readonly linkTo: string | null;
  /** Extended attributes, sorted by name; empty where the archive holds none. The names of a hard-link group have the same. */
  readonly attributes: Attributes;
  /** The entry of the source; null for one that a rule or option added. */
  readonly origin: Entry | null;
}
