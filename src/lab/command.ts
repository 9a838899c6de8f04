/** Runs the commands of the lab: packers, probes, and what makes filesystems. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export type Environment = Readonly<Record<string, string>>;

interface CommandOptions {
  /** The complete environment: nothing is inherited. */
  readonly env: Environment;
  readonly cwd?: string;
  /** Milliseconds after which it is killed. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
  /** Sample memory, which takes some time itself. */
  readonly withMemory?: boolean;
  /** Called when the command has started; the returned function is called when it has ended. */
  readonly meanwhile?: (child: ChildProcess) => () => void;
}

export interface CommandResult {
  /** Null if a signal ended it. */
  readonly status: number | null;
  readonly timedOut: boolean;
  readonly stdout: string;
  /** The last lines that it wrote to standard error, each from its beginning. */
  readonly stderr: string;
  /** Seconds. */
  readonly wall: number;
  /** Seconds of processor time, of all its processes; in steps of the kernel's clock tick, usually 0.01. */
  readonly cpu: number;
  /** Peak bytes of all its processes; undefined if not sampled, or if it ended before a sample was taken. */
  readonly memory: number | undefined;
}

/** Bytes of output kept from a command; more than that is a mistake, and is cut off. */
const MAX_OUTPUT = 1024 * 1024;
/** Characters kept of what a command writes to standard error. */
const MAX_ERRORS = 4096;

/** Never throws because of the program; a program that cannot be started has the status 127. */
export function runCommand(argv: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const [program = '', ...args] = argv;
  const cpuBefore = childrenCpuSeconds();
  const started = performance.now();
  return new Promise((resolve, reject) => {
    // In its own process group, so that a whole pipeline can be killed at once.
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    const errors = new LastLines(MAX_ERRORS);
    let timedOut = false;
    const sampler = options.withMemory === true && child.pid ? new MemorySampler(child.pid) : undefined;
    const settle = options.meanwhile?.(child);
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child);
    }, options.timeout);
    const onAbort = (): void => killGroup(child);
    options.signal?.addEventListener('abort', onAbort);
    child.stdout.setEncoding('latin1').on('data', (text: string) => {
      if (stdout.length < MAX_OUTPUT) stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => errors.add(text));
    const finish = (status: number | null): void => {
      const wall = (performance.now() - started) / 1000;
      clearTimeout(timer);
      settle?.();
      options.signal?.removeEventListener('abort', onAbort);
      const memory = sampler?.stop();
      // Processes left running would disturb the next command.
      killGroup(child);
      if (options.signal?.aborted === true) {
        reject(options.signal.reason);
        return;
      }
      const cpu = childrenCpuSeconds() - cpuBefore;
      resolve({ status, timedOut, stdout, stderr: errors.text().trim(), wall, cpu, memory });
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      errors.add(`${program} cannot be started (${error.code})`);
      finish(127);
    });
    child.on('close', (status) => finish(status));
  });
}

/**
 * The end of a text that arrives in pieces, in whole lines: the rest of a line that lost its beginning would be read as a
 * message of its own.
 */
export class LastLines {
  readonly #most: number;
  #lines: string[] = [''];
  /** Characters of all lines, each with its end. */
  #size = 1;

  /** @param most characters; of a single line that is longer its beginning is kept */
  constructor(most: number) {
    this.#most = most;
  }

  add(piece: string): void {
    const [rest = '', ...lines] = piece.split('\n');
    this.#extend(rest);
    for (const line of lines) {
      this.#lines.push('');
      this.#size += 1;
      this.#extend(line);
    }
    // A line end at the end begins a line that is not there yet.
    const most = this.#most + (this.#lines.at(-1) === '' ? 2 : 1);
    let dropped = 0;
    while (this.#size > most && dropped < this.#lines.length - 1) {
      this.#size -= (this.#lines[dropped]?.length ?? 0) + 1;
      dropped += 1;
    }
    if (dropped > 0) this.#lines = this.#lines.slice(dropped);
  }

  text(): string {
    return this.#lines.join('\n');
  }

  #extend(more: string): void {
    const last = this.#lines.length - 1;
    const line = this.#lines[last] ?? '';
    const kept = more.slice(0, this.#most - line.length);
    this.#lines[last] = line + kept;
    this.#size += kept.length;
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is already gone.
  }
}

/** The kernel's USER_HZ, which is 100 wherever Node runs. */
const TICKS = 100;

/** Counts all descendants that have ended and were waited for: a single command, as long as they run one at a time. */
function childrenCpuSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  // The name in parentheses may have spaces. After it: state is field 3, cutime 16, cstime 17.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / TICKS;
}

/** Milliseconds for commands that are not measured. */
const HELPER_TIMEOUT = 120_000;

/** Standard output of a helper, '' if it fails. */
export async function runQuietly(argv: readonly string[], env: Environment): Promise<string> {
  const { status, stdout } = await runCommand(argv, { env, timeout: HELPER_TIMEOUT });
  return status === 0 ? stdout : '';
}

/** A command failed that a variation depends on. */
export class HelperFailed extends Error {}

/** @throws HelperFailed with the last line of its output */
export async function runHelper(
  argv: readonly string[],
  env: Environment,
  signal?: AbortSignal,
): Promise<string> {
  const { status, stdout, stderr } = await runCommand(argv, {
    env,
    timeout: HELPER_TIMEOUT,
    ...(signal === undefined ? {} : { signal }),
  });
  if (status === 0) return stdout;
  const said = stderr.split('\n').at(-1) ?? '';
  throw new HelperFailed(`${argv[0]} ended with ${status ?? 'a signal'}${said === '' ? '' : `: ${said}`}`);
}

/** Milliseconds between two samples. */
const INTERVAL = 10;
/**
 * With fewer samples most of what ran was not seen: a pipeline of 20 ms seemed to take less than one of its programs.
 */
const FEWEST_LOOKS = 5;

/**
 * Peak memory of a process and all its descendants: the highest sum, over all samples, of their individual peaks
 * (VmHWM). A peak between two samples is not lost, since the kernel records it, but a process that lives for less than
 * the interval is. Pages shared by several processes count for each.
 */
export class MemorySampler {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  #peak = 0;
  #looks = 0;

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.#look(), INTERVAL);
    this.#look();
  }

  /** @returns bytes; undefined if the process ended too soon to say */
  stop(): number | undefined {
    clearInterval(this.#timer);
    return this.hasSeenEnough ? this.#peak : undefined;
  }

  /** Whether there were enough looks for `stop` to give a figure. */
  get hasSeenEnough(): boolean {
    return this.#looks >= FEWEST_LOOKS;
  }

  #look(): void {
    const bytes = sumOf(this.#pid);
    if (bytes === 0) return;
    this.#looks += 1;
    this.#peak = Math.max(this.#peak, bytes);
  }
}

function sumOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const own = Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
    return childrenOf(pid).reduce((sum, child) => sum + sumOf(child), own);
  } catch {
    // It has ended in the meantime.
    return 0;
  }
}

/** Children are listed under the thread that started them. */
function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
  );
}
