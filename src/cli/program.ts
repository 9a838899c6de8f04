import type { Verb } from './verb.ts';

/** A program with a command line: stillroot with all its verbs, or a verb on its own. */
export interface Program {
  readonly name: string;
  /** The head of its help: how it is used, and what it is for. */
  readonly about: string;
  readonly verbs: readonly Verb[];
  /** There is one verb, which the command line does not name. */
  readonly isSingle: boolean;
}
