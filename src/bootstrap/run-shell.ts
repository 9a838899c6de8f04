import { spawn } from 'node:child_process';

export interface ShellOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Kills it at once, after it has been asked to terminate. */
  readonly again?: AbortSignal;
  /** Called with every line that the command prints, to either stream. */
  readonly onLine?: (line: string) => void;
  /** Milliseconds between asking the command to terminate and killing it. */
  readonly grace?: number;
}

export interface ShellEnd {
  /** 0 on success; otherwise such as `status 3`, `signal SIGKILL`. */
  readonly how: 0 | string;
  readonly lastLines: readonly string[];
}

/** mmdebstrap and mkosi unmount things when asked to terminate. */
const GRACE = 15_000;
/** How long to wait for output after the command has ended: something it started may keep it open forever. */
const DRAIN = 1000;
/** Files that the command creates without an explicit mode are readable by all and writable by root. */
const UMASK = '022';

/**
 * Runs a command line in its own process group, with empty input and no terminal. What it leaves running in that group
 * is killed.
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
    // The group is gone, or what is left of it belongs to another user.
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

/** Lines of a command's output that are kept in case it fails. */
const MAX_LINES = 25;
/** Characters that are kept of a line; the rest is dropped. */
const MAX_LINE = 2000;

/** The last lines of a stream, in bounded memory. A carriage return, which progress displays use, also ends a line. */
export class LastLines {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #lines: string[] = [];
  #open = '';

  /** @param onLine called with every line */
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

  /** Counts what follows the last line end as a line, too. */
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
