/** What goes on beside a packer: load, or being stopped and continued. */
import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Environment } from './command.ts';

/** Milliseconds from one stop to the next, and how long it stays stopped. */
const EVERY = 40;
const PAUSE = 15;

/** Stops a process and its group, and continues it; the first time at once, so that the shortest run has one. */
export class Stops {
  count = 0;
  readonly #pid: number;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor({ pid }: ChildProcess) {
    this.#pid = pid ?? 0;
    this.#stop();
    this.#timers.push(setInterval(() => this.#stop(), EVERY));
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#signal('SIGCONT');
  }

  #stop(): void {
    if (!this.#signal('SIGSTOP')) return;
    this.count += 1;
    this.#timers.push(setTimeout(() => this.#signal('SIGCONT'), PAUSE));
  }

  #signal(name: 'SIGSTOP' | 'SIGCONT'): boolean {
    try {
      process.kill(-this.#pid, name);
      return true;
    } catch {
      // It has ended.
      return false;
    }
  }
}

/** Busy processes, twice as many as there are processors. */
export class Load {
  readonly #children: ChildProcess[];

  constructor(env: Environment) {
    this.#children = Array.from({ length: 2 * availableParallelism() }, () =>
      spawn('sh', ['-c', 'while :; do :; done'], { env, stdio: 'ignore' }),
    );
  }

  /** Whether all of them ran until now. */
  get isThere(): boolean {
    return this.#children.every(
      ({ pid, exitCode, signalCode }) => pid && exitCode === null && signalCode === null,
    );
  }

  end(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }
}
