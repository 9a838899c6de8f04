import { spawnSync } from 'node:child_process';
import { type BigIntStats, fstatSync, utimesSync } from 'node:fs';

const SECOND = 1_000_000_000n;

/**
 * Gives an open directory back the modification time that it had, to the nanosecond. Node's calls take seconds as a
 * floating-point number, which at today's times has steps of 2^-22 s; the program touch takes all digits. Where there is
 * none, the nearest step has to do.
 */
export function restoreTime(directory: number, { mtimeNs, mtimeMs }: BigIntStats): void {
  const isRestored = (): boolean => fstatSync(directory, { bigint: true }).mtimeNs === mtimeNs;
  if (isRestored()) return;
  const path = `/proc/${process.pid}/fd/${directory}`;
  if (mtimeNs >= 0n) {
    const date = `@${mtimeNs / SECOND}.${String(mtimeNs % SECOND).padStart(9, '0')}`;
    spawnSync('touch', ['-c', '-m', '-d', date, path], { stdio: 'ignore' });
    if (isRestored()) return;
  }
  const { atimeMs } = fstatSync(directory);
  utimesSync(path, atimeMs / 1000, Number(mtimeMs) / 1000 + Number(mtimeNs % 1_000_000n) / 1e9);
}
