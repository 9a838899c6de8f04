import type { CommandContext, GroupRow } from './commands.ts';

/** Commands that are compared with each other, as a table. */
export interface Group {
  readonly title: string;
  /** What has to be known to read the table; '' where it says all. */
  readonly note: string;
  /** The first one is what the others are compared with. */
  readonly rows: readonly GroupRow[];
  readonly rounds: number;
  /** Turns that are not counted; where a turn takes minutes, reading the tree once does instead. */
  readonly warmUps: number;
  readonly speedUp?: boolean;
}

export interface GroupContext extends CommandContext {
  readonly rounds: number;
  /** Beside the default level. */
  readonly levels: readonly string[];
}
