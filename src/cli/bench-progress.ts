import type { Progress } from '../lab/lab.ts';
import { showText } from '../text/format.ts';
import { ERASE_LINE } from './printable.ts';
import type { ProgressStream, Terminal } from './terminal.ts';
import type { GlobalArguments } from './verb.ts';

/** One line that says how far the lab is and what runs now; erased at the end. */
export class BenchProgress {
  readonly #stream: ProgressStream;

  /** @param stream of a guarded terminal */
  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  /** Undefined where nobody would see it, or wants to. */
  static for(args: GlobalArguments, terminal: Terminal): BenchProgress | undefined {
    const isWanted = args.progress ?? (terminal.isErrTerminal && !args.quiet && !terminal.env.CI);
    return isWanted ? new BenchProgress(terminal.progressStream) : undefined;
  }

  update({ done, all, what }: Progress): void {
    const percent = Math.floor((100 * done) / Math.max(all, 1));
    const width = Math.max(1, (this.#stream.columns ?? 80) - 1);
    this.#stream.write(
      `${ERASE_LINE}${`${String(percent).padStart(3)} %  ${showText(what)}`.slice(0, width)}`,
    );
  }

  finish(): void {
    this.#stream.write(ERASE_LINE);
  }
}
