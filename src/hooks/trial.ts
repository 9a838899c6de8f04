/** What came out when a builder was run twice without its hook and twice with it: the end of its page. */
export interface Trial {
  /** Versions of all that took part; clauses. */
  readonly versions: readonly string[];
  /** How the two builds of a pair differed, and what stood in for what could not run; sentences. */
  readonly circumstances: readonly string[];
  /** The commands, in sh. */
  readonly commands: string;
  readonly rows: readonly Digests[];
}

/** First twelve digits of the SHA-256 of one output of two builds; one digest where both are equal. */
export interface Digests {
  readonly of: string;
  readonly without: string;
  readonly with: string;
}
