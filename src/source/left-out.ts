/** What a source has and its tree has not, as its warnings tell. */
import { showPath } from '../tree/path.ts';
import type { Source } from './source.ts';

/** Paths that are named of one kind. */
const NAMED = 5;

/** By the code of the warning. */
const KINDS: Readonly<Record<string, string>> = {
  'mount-point': 'what is mounted at',
  socket: 'sockets',
};

/** Clauses such as `sockets run/x, run/y and 3 more`; none where the tree has everything. */
export function leftOutTexts({ warnings }: Pick<Source, 'warnings'>): string[] {
  return Object.entries(KINDS).flatMap(([code, what]) => {
    const paths = warnings.flatMap((warning) => (warning.code === code ? [warning.path] : []));
    return paths.length === 0 ? [] : [`${what} ${somePaths(paths)}`];
  });
}

/** Paths as text, and how many more there are. */
export function somePaths(paths: readonly string[]): string {
  const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
  return `${paths.slice(0, NAMED).map(showPath).join(', ')}${more}`;
}
