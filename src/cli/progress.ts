/** Progress on one line of a terminal. */
import { formatBytes, formatCount, showText } from '../text/format.ts';
import type { ProgressStream, Terminal } from './terminal.ts';
import { ERASE_LINE } from './terminal.ts';
import type { GlobalArguments } from './verb.ts';

/** How often the line is drawn, in milliseconds. */
const REDRAW_INTERVAL = 100;
/** Widths of the bar, the first for lines with enough room. */
const BAR_WIDTHS = [24, 12] as const;
/** Before that the speed says nothing, in seconds. */
const RATE_AFTER = 1;

/** Where the work stands. */
export interface Step {
  /** `scanning`, `packing` and so on. */
  readonly what: string;
  readonly done?: number;
  /** Of `done`; undefined where it is not known. The time left is estimated for each total on its own. */
  readonly total?: number;
  /** Begun and not done yet, together with `done`. */
  readonly begun?: number;
  readonly unit?: 'bytes' | 'entries' | 'operations';
}

/** To be called as often as anything changes: it looks at the clock, and seldom draws. */
export type ShowStep = (step: Step) => void;

/** One line that is redrawn by a timer, and whenever a step is shown by work that leaves the timer no turn. */
export class ProgressLine {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #start: number;
  readonly #timer: NodeJS.Timeout;
  #drawn: number;
  #isDrawn = false;
  #step: Step;
  /** When work towards the present total began. */
  #begun: number;

  /**
   * @param stream of a guarded terminal
   * @param what is done first
   * @param now milliseconds; injected by tests
   */
  constructor(stream: ProgressStream, what: string, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
    this.#start = now();
    // Nothing is drawn for what ends at once.
    this.#drawn = this.#start;
    this.#begun = this.#start;
    this.#step = { what };
    this.#timer = setInterval(() => this.draw(), REDRAW_INTERVAL);
    this.#timer.unref();
  }

  show(step: Step): void {
    if (step.total !== this.#step.total) this.#begun = this.#now();
    this.#step = step;
    this.draw();
  }

  draw(): void {
    const now = this.#now();
    if (now - this.#drawn < REDRAW_INTERVAL) return;
    this.#drawn = now;
    this.#isDrawn = true;
    const width = Math.max(1, (this.#stream.columns ?? 80) - 1);
    const texts = stepTexts(this.#step, (now - this.#start) / 1000, (now - this.#begun) / 1000);
    const text = texts.find(({ length }) => length <= width) ?? (texts.at(-1) as string).slice(0, width);
    this.#stream.write(`${ERASE_LINE}${text}`);
  }

  /** Erases the line, where it was drawn. */
  finish(): void {
    clearInterval(this.#timer);
    if (this.#isDrawn) this.#stream.write(ERASE_LINE);
    this.#isDrawn = false;
  }
}

/** What says the same in less and less room, the longest first. */
function stepTexts(step: Step, elapsed: number, since: number): string[] {
  const { what, total, unit } = step;
  const name = showText(what);
  const clock = clockText(elapsed);
  const done = Math.min(step.done ?? 0, total ?? Number.POSITIVE_INFINITY);
  if (total === undefined) {
    const count = step.done === undefined ? '' : `  ${amount(done, unit)}`;
    return [`${name}${count}  ${clock}`, `${name}  ${clock}`, clock];
  }
  const share = total === 0 ? 1 : done / total;
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const left = done > 0 && since >= RATE_AFTER ? `  eta ${clockText((since * (total - done)) / done)}` : '';
  const amounts = `  ${amount(done, unit === 'bytes' ? unit : undefined)} of ${amount(total, unit)}`;
  const [wide, narrow] = BAR_WIDTHS.map((width) => barText(share, (step.begun ?? 0) / total, width));
  return [
    `${name}  ${wide} ${percent}${amounts}  ${clock}${left}`,
    `${wide} ${percent}${amounts}  ${clock}${left}`,
    `${wide} ${percent}  ${clock}${left}`,
    `${narrow} ${percent}  ${clock}${left}`,
    `${percent}  ${clock}${left}`,
    `${percent}  ${clock}`,
    percent.trim(),
  ];
}

/** `#` for what is done, `-` for what has begun. */
function barText(done: number, begun: number, width: number): string {
  const filled = Math.round(done * width);
  const lighter = Math.max(0, Math.min(width, Math.round(begun * width)) - filled);
  return `[${'#'.repeat(filled)}${'-'.repeat(lighter)}${'.'.repeat(width - filled - lighter)}]`;
}

function amount(count: number, unit: Step['unit']): string {
  if (unit === 'bytes') return formatBytes(count);
  return unit === undefined ? formatCount(count) : `${formatCount(count)} ${unit}`;
}

/** `0:42`, `1:02:03`. */
function clockText(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const parts = hours > 0 ? [hours, String(minutes).padStart(2, '0')] : [minutes];
  return [...parts, String(rest).padStart(2, '0')].join(':');
}

type ProgressArguments = Pick<GlobalArguments, 'progress' | 'quiet'>;

/** Whether somebody would see it, and wants to. */
function wantsProgress(args: ProgressArguments, terminal: Terminal): boolean {
  return args.progress ?? (terminal.isErrTerminal && !args.quiet && !terminal.env.CI);
}

/** Shows a line during the work, if one is wanted. @param what is done first */
export async function withProgress<T>(
  args: ProgressArguments,
  terminal: Terminal,
  what: string,
  work: (show: ShowStep) => Promise<T>,
): Promise<T> {
  const line = startProgress(args, terminal, what);
  try {
    return await work((step) => line?.show(step));
  } finally {
    line?.finish();
  }
}

/** The same for work whose end the caller knows; undefined where no line is wanted. */
export function startProgress(
  args: ProgressArguments,
  terminal: Terminal,
  what: string,
): ProgressLine | undefined {
  return wantsProgress(args, terminal) ? new ProgressLine(terminal.progressStream, what) : undefined;
}

/** For `pack`: bytes of the archive; the total has no headers, so it is a little less. */
export function packSteps(show: ShowStep, total: number): (done: number, begun: number) => void {
  return (done, begun) => show({ what: 'packing', done, begun, total, unit: 'bytes' });
}

/** For the lab: runs of packers. */
export function labStep({
  done,
  all,
  what,
}: {
  readonly done: number;
  readonly all: number;
  readonly what: string;
}): Step {
  return { what, done, total: Math.max(all, 1) };
}
