/** Progress on one line of a terminal: of bytes, and of the runs of the lab. */

import type { Progress } from '../lab/lab.ts';
import { formatBytes, formatSeconds, showText } from '../text/format.ts';
import type { ProgressStream, Terminal } from './terminal.ts';
import { ERASE_LINE } from './terminal.ts';
import type { GlobalArguments } from './verb.ts';

/** How often the line is drawn, in milliseconds. */
const REDRAW_INTERVAL = 100;
const BAR_WIDTH = 24;

/** One line on a terminal with bytes, rate and remaining time; erased at the end. */
export class ProgressBar {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #total: number;
  readonly #start: number;
  #drawn = Number.NEGATIVE_INFINITY;

  /**
   * @param stream of a guarded terminal
   * @param now milliseconds; injected by tests
   */
  constructor(stream: ProgressStream, total: number, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#total = total;
    this.#now = now;
    this.#start = now();
  }

  /** @param done bytes finished so far */
  update(done: number): void {
    const now = this.#now();
    if (now - this.#drawn < REDRAW_INTERVAL) return;
    this.#drawn = now;
    const width = Math.max(1, (this.#stream.columns ?? 80) - 1);
    this.#stream.write(`${ERASE_LINE}${this.#line(done, (now - this.#start) / 1000).slice(0, width)}`);
  }

  #line(bytes: number, seconds: number): string {
    // `bytes` includes headers and padding, and the total does not.
    const done = Math.min(bytes, this.#total);
    const share = this.#total === 0 ? 1 : done / this.#total;
    const filled = Math.round(share * BAR_WIDTH);
    const bar = `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`;
    const percent = `${Math.floor(share * 100)}%`.padStart(4);
    const rate = seconds > 0 ? done / seconds : 0;
    const left = rate > 0 ? `, ${formatSeconds((this.#total - done) / rate)} left` : '';
    return `${bar} ${percent}  ${formatBytes(done)} of ${formatBytes(this.#total)}, ${formatBytes(rate)}/s${left}`;
  }

  finish(): void {
    if (this.#drawn !== Number.NEGATIVE_INFINITY) this.#stream.write(ERASE_LINE);
  }
}

/** Shows a bar during the work, if one is wanted. @param total bytes */
export async function withProgress<T>(
  args: Pick<GlobalArguments, 'progress' | 'quiet'>,
  terminal: Terminal,
  total: number,
  work: (onProgress: (bytes: number) => void) => Promise<T>,
): Promise<T> {
  const isWanted = args.progress ?? (terminal.isErrTerminal && !args.quiet && !terminal.env.CI);
  if (!isWanted) return work(() => {});
  const bar = new ProgressBar(terminal.progressStream, total);
  try {
    return await work((bytes) => bar.update(bytes));
  } finally {
    bar.finish();
  }
}

/** One line with the progress of the lab and what is currently running; erased at the end. */
export class BenchProgress {
  readonly #stream: ProgressStream;

  /** @param stream of a guarded terminal */
  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  /** Undefined if no one would see it, or it is not wanted. */
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
