/** How long something takes, and how much of that is work: on a busy machine only the latter says anything. */
import { readFileSync } from 'node:fs';

/** Seconds. */
export interface Effort {
  readonly wall: number;
  /** Of this process and the ones that it started, on all processors. */
  readonly cpu: number;
}

/** Ticks a second in /proc on every Linux. */
const TICKS = 100;

/** Begins to measure; the result ends it, and adds to what was measured before. */
export function measureEffort(): (before?: Effort) => Effort {
  const started = performance.now();
  const cpu = processorSeconds(readFileSync('/proc/self/stat', 'utf8'));
  return (before = { wall: 0, cpu: 0 }) => ({
    wall: before.wall + (performance.now() - started) / 1000,
    // The difference first: a sum would lose its last digits.
    cpu: before.cpu + (processorSeconds(readFileSync('/proc/self/stat', 'utf8')) - cpu),
  });
}

/**
 * @param stat of a process, as in proc_pid_stat(5)
 * @returns utime, stime, cutime and cstime, fields 14 to 17
 */
export function processorSeconds(stat: string): number {
  // The name of the program, field 2, is in parentheses and may hold any character.
  const [, ...fields] = stat.slice(stat.lastIndexOf(')')).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / TICKS;
}
