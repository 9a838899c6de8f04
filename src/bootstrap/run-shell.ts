import { spawn } from 'node:child_process';

export interface ShellOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Ends it at once, once it has been asked to end. */
  readonly again?: AbortSignal;
  /** Told every line that the command prints, to either stream. */
  readonly onLine?: (line: string) => void;
  /** Milliseconds between asking the command to end and ending it. */
  readonly grace?: number;
}

export interface ShellEnd {
  /** 0 where all went well; `status 3`, `signal SIGKILL`. */
  readonly how: 0 | string;
  readonly lastLines: readonly string[];
}

/** mmdebstrap and mkosi unmount things when they are asked to end. */
const GRACE = 15_000;
/** After the command has ended, how long its output is waited for: something it started may hold it open for ever. */
const DRAIN = 1000;
/** Files of the tree that the command makes without saying how are readable by all and writable by root. */
const UMASK = '022';

/**
 * Runs a command line in a process group of its own, with nothing to read and no terminal. What it leaves running
 * in that group is ended.
 *
 * @throws the reason of the signal, when the command has ended
 */
export async function runShell(command: string, options: ShellOptions): Promise<ShellEnd> {
  const { signal, again, env, grace = GRACE } = options;
  signal?.throwIfAborted();
  const child = spawn('/bin/sh', ['-c', `umask ${UMASK}\n${command}`], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = new LastLines(options.onLine);
  child.stdout.on('data', (bytes: Buffer) => lines.add(bytes));
  child.stderr.on('data', (bytes: Buffer) => lines.add(bytes));
  const toGroup = (name: NodeJS.Signals): void => {
    if (child.pid !== undefined) killGroup(child.pid, name);
  };
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    toGroup('SIGTERM');
    timer = setTimeout(() => toGroup('SIGKILL'), grace);
  };
  const onAgain = (): void => toGroup('SIGKILL');
  signal?.addEventListener('abort', onAbort, { once: true });
  again?.addEventListener('abort', onAgain, { once: true });
  try {
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const how = await new Promise<0 | string>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (status, name) =>
        resolve(status === 0 ? 0 : status === null ? `signal ${name}` : `status ${status}`),
      );
    });
    toGroup('SIGKILL');
    await withinTime(closed, DRAIN);
    child.stdout.destroy();
    child.stderr.destroy();
    signal?.throwIfAborted();
    return { how, lastLines: lines.finish() };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    again?.removeEventListener('abort', onAgain);
  }
}

function killGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    // The group is gone, or what is left of it is another user's.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

async function withinTime(done: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([done, late]);
  clearTimeout(timer);
}

/** Lines that are kept of what a command says, for when it fails. */
const MAX_LINES = 25;
/** Characters that are kept of a line; the rest of a longer one is lost. */
const MAX_LINE = 2000;

/** The last lines of a stream, in bounded memory. A carriage return, with which progress is drawn, ends a line too. */
export class LastLines {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #lines: string[] = [];
  #open = '';

  /** @param onLine is told every line */
  constructor(onLine: (line: string) => void = () => {}) {
    this.#onLine = onLine;
  }

  add(bytes: Uint8Array): void {
    const pieces = this.#decoder.decode(bytes, { stream: true }).split(/[\r\n]/);
    pieces.forEach((piece, i) => {
      if (i > 0) this.#end();
      if (this.#open.length < MAX_LINE) this.#open = (this.#open + piece).slice(0, MAX_LINE);
    });
  }

  /** Takes what follows the last end of a line for a line as well. */
  finish(): readonly string[] {
    this.#end();
    return this.#lines;
  }

  #end(): void {
    if (this.#open.trim() === '') {
      this.#open = '';
      return;
    }
    this.#onLine(this.#open);
    this.#lines.push(this.#open);
    if (this.#lines.length > MAX_LINES) this.#lines = this.#lines.slice(-MAX_LINES);
    this.#open = '';
  }
}
