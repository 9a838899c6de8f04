/** What could not be done and is no failure. Paths are byte strings. */
export interface Notes {
  /** The owner could not be set, although it looked as if it could. */
  readonly owners: Set<string>;
  /** What goes in an archive, but on disk has something mounted on or below it. */
  readonly mounts: Set<string>;
  /** Extended attributes that a rewritten file lost, by its path. */
  readonly attributes: Map<string, readonly string[]>;
}

export function noNotes(): Notes {
  return { owners: new Set(), mounts: new Set(), attributes: new Map() };
}
