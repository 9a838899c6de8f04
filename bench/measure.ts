/**
 * Whole commands, measured from outside: wall and CPU time with the shell's time, peak memory of the largest process
 * with time(1).
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';

export interface Command {
  readonly name: string;
  /** For bash, with pipefail. */
  readonly script: string;
}

export interface Sample {
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}

/** Runs $1 and writes wall, user and system seconds with three digits to $2; time(1) has only two. */
const TIMED = `TIMEFORMAT='%3R %3U %3S'; { time eval "$1" 2>&3; } 3>&2 2>"$2"`;

export function measure({ name, script }: Command, scratch: string): Sample {
  const times = `${scratch}/times.txt`;
  const memory = `${scratch}/memory.txt`;
  for (const report of [times, memory]) rmSync(report, { force: true });
  const shell = ['bash', '-o', 'pipefail', '-c', TIMED, 'bash', script, times];
  const { status, stderr, error } = spawnSync('time', ['-f', '%M', '-o', memory, ...shell], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = parseTimes(readFileSync(times, 'utf8'));
  const kilobytes = Number(readFileSync(memory, 'utf8').trim().split('\n').at(-1));
  return { wall, cpu: user + system, memory: kilobytes * 1024 };
}

/** Seconds of the last line; some locales write a comma. */
export function parseTimes(report: string): number[] {
  return report.trim().split('\n').at(-1)?.replaceAll(',', '.').split(' ').map(Number) ?? [];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
