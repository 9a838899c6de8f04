import type { DigestSet } from './statement.ts';

/** A file by its name without directories and its digests. */
export interface NamedFile {
  readonly name: string;
  readonly digest: DigestSet;
}

/** What a rebuild came to, for those who want to hear of it. */
export interface Reproduction {
  /** What was rebuilt from. */
  readonly manifest: NamedFile;
  /** What the manifest says that it should come to. */
  readonly wanted: NamedFile;
  /** What it came to. */
  readonly rebuilt: NamedFile;
  /** What of it is as it should be; see LEVELS. */
  readonly matched: Readonly<Record<Level, boolean>>;
}

/** How far two images are the same, the weakest first: same entries, same archive, same file. */
export const LEVELS = ['tree', 'payload', 'file'] as const;
export type Level = (typeof LEVELS)[number];
