/** What two directories hold and no archive of them does. */
import type { Source } from '../source/source.ts';
import type { LayerDifference } from './compare-layers.ts';

/** Sockets that only one of two directories has: they have no entry in the trees, since they live as long as a process. */
export function compareLeftOut(a: Source, b: Source): LayerDifference[] {
  // An archive has none, whatever its tree had.
  if (a.hasRoot !== undefined || b.hasRoot !== undefined) return [];
  const [left, right] = [socketsOf(a), socketsOf(b)];
  const only = (paths: ReadonlySet<string>, others: ReadonlySet<string>): string[] =>
    [...paths].filter((path) => !others.has(path));
  const [lost, added] = [only(left, right), only(right, left)];
  if (lost.length === 0 && added.length === 0) return [];
  return [
    {
      cause: 'left-out',
      what: 'sockets',
      title: 'sockets on one side only',
      paths: [...lost, ...added].sort(),
      lines: [...lost.map((path) => `-${path}`), ...added.map((path) => `+${path}`)],
    },
  ];
}

function socketsOf({ warnings }: Source): Set<string> {
  return new Set(warnings.flatMap(({ code, path }) => (code === 'socket' ? [path] : [])));
}
