import type { CommandContext, GroupRow } from './commands.ts';

/** Commands that are compared with each other, as a table. */
export interface Group {
  readonly title: string;
  /** What is needed to understand the table; '' if it is self-explanatory. */
  readonly note: string;
  /** The others are compared with the first one. */
  readonly rows: readonly GroupRow[];
  readonly rounds: number;
  /** Turns that are not counted; if a turn takes minutes, reading the tree once is used instead. */
  readonly warmUps: number;
  readonly speedUp?: boolean;
}

export interface GroupContext extends CommandContext {
  readonly rounds: number;
  /** Levels besides the default. */
  readonly levels: readonly string[];
}
