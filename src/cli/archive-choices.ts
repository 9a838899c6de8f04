/** What options and names say about an archive that is to be written. */
import { availableParallelism } from 'node:os';
import { StillrootError } from '../errors.ts';
import type { ArchiveFormat } from '../pack/pack.ts';
import { DEFAULT_LEVEL, LEVELS, type Level } from '../xz/levels.ts';
import { parseWhole } from './numbers.ts';

/** More threads than this only take memory. */
const MAX_JOBS = 256;

/** One encoder thread a core where nothing is said. */
export function parseJobs(jobs: string | undefined): number {
  return jobs === undefined ? availableParallelism() : parseWhole('--jobs', jobs, 1, MAX_JOBS);
}

export function parseLevel(text: string | undefined): { readonly number: number; readonly level: Level } {
  const number = text === undefined ? DEFAULT_LEVEL : parseWhole('--level', text, 0, LEVELS.length - 1);
  return { number, level: LEVELS[number]! };
}

/** What the option or the name says; anything unknown is refused, since a wrong guess would surprise at boot. */
export function formatOf(output: string, format?: ArchiveFormat): ArchiveFormat {
  if (output === '') {
    throw new StillrootError('usage', 'is empty', {
      where: '--output',
      hint: 'Name a file ending in .cpio or .cpio.xz.',
    });
  }
  if (format !== undefined) return format;
  if (output.endsWith('.xz') && !output.endsWith('.tar.xz')) return 'cpio.xz';
  if (output === '-' || output.endsWith('.cpio') || output.startsWith('/dev/')) return 'cpio';
  throw new StillrootError('usage', 'ends neither in .cpio nor in .cpio.xz', {
    where: output,
    hint: 'The name decides the format: use .cpio or .cpio.xz, or say it with --format.',
  });
}
