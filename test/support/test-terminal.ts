import { main } from '../../src/cli/main.ts';
import type { Terminal } from '../../src/cli/terminal.ts';

/** A clock later than every epoch of the tests: 2^32 - 1 seconds. */
const LATE = 0xffff_ffff;

/** Keeps what is printed. By default no terminal at either end, 80 columns, no environment and a late clock. */
export class TestTerminal implements Terminal {
  stdout = '';
  stderr = '';
  progress = '';
  readonly columns: number;
  readonly isOutTerminal: boolean;
  readonly input: number;
  readonly isInTerminal: boolean;
  readonly isErrTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: () => number;
  readonly progressStream = {
    write: (text: string): void => {
      this.progress += text;
    },
    columns: 80,
  };

  constructor(
    fields: Partial<
      Pick<
        Terminal,
        'columns' | 'isOutTerminal' | 'isErrTerminal' | 'input' | 'isInTerminal' | 'env' | 'clock'
      >
    > = {},
  ) {
    this.columns = fields.columns ?? 80;
    this.isOutTerminal = fields.isOutTerminal ?? false;
    this.input = fields.input ?? 0;
    this.isInTerminal = fields.isInTerminal ?? false;
    this.isErrTerminal = fields.isErrTerminal ?? false;
    this.env = fields.env ?? {};
    this.clock = fields.clock ?? (() => LATE);
  }

  out = (text: string): void => {
    this.stdout += text;
  };

  err = (text: string): void => {
    this.stderr += text;
  };
}

export interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly progress: string;
}

/** One command line in this process. */
export async function run(
  argv: readonly string[],
  fields: ConstructorParameters<typeof TestTerminal>[0] = {},
): Promise<Run> {
  const terminal = new TestTerminal(fields);
  const status = await main(argv, terminal);
  const { stdout, stderr, progress } = terminal;
  return { status, stdout, stderr, progress };
}
