/** Whole commands, timed from outside with time(1): wall, CPU and peak memory of the largest process. */
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

export function measure({ name, script }: Command, scratch: string): Sample {
  const report = `${scratch}/time.txt`;
  rmSync(report, { force: true });
  const format = '%e %U %S %M';
  const { status, stderr } = spawnSync(
    'time',
    ['-f', format, '-o', report, 'bash', '-o', 'pipefail', '-c', script],
    { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] },
  );
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
  const fields = readFileSync(report, 'utf8').trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN, kilobytes = Number.NaN] = fields;
  return { wall, cpu: user + system, memory: kilobytes * 1024 };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
