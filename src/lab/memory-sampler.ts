import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds between two looks. */
const INTERVAL = 10;
/** With fewer looks most of what ran was not seen: a pipeline of 20 ms seemed to take less than one of its programs. */
const FEWEST_LOOKS = 5;

/**
 * Peak memory of a process and all its descendants: the highest sum of what they held at their peaks (VmHWM), over
 * the looks that were taken. A peak between two looks is not lost, since the kernel keeps it, but a process that
 * lives less than the time between them is. Pages that several of them share count for each.
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

  /** @returns bytes; undefined where the process was gone too soon to say */
  stop(): number | undefined {
    clearInterval(this.#timer);
    return this.#looks < FEWEST_LOOKS ? undefined : this.#peak;
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
    // It ended meanwhile.
    return 0;
  }
}

/** Each thread has the children that it started. */
function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
  );
}
