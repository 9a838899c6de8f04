import { MANAGERS } from './managers.ts';

/**
 * Where current systems keep a directory other than its place in the running system. Images for OSTree, bootc or
 * a read-only usr are made by moving whole directories, and the rules for a file do not change with its place.
 */
export interface Move {
  /** Names of the directory, from the root. */
  readonly from: readonly string[];
  /** Names of its new place; `*` is any one name. */
  readonly to: readonly string[];
}

const PLACES: readonly (readonly [from: string, to: readonly string[]])[] = [
  [
    'etc',
    [
      'usr/etc', // OSTree and bootc: initial etc of a deployment; SUSE: what packages ship
      'usr/share/factory/etc', // systemd-tmpfiles(8): what an empty etc is filled from
      'ostree/deploy/*/deploy/*/etc', // a deployed OSTree
      'sysroot/ostree/deploy/*/deploy/*/etc',
      'var/lib/confexts/*/etc', // systemd-confext(8)
      'usr/lib/confexts/*/etc',
      'usr/local/lib/confexts/*/etc',
    ],
  ],
  [
    'var',
    [
      'usr/share/factory/var', // rpm-ostree, bootc
      'usr/lib/sysimage', // images of Arch for bootc: package database, log, cache
      'ostree/deploy/*/var',
      'sysroot/ostree/deploy/*/var',
    ],
  ],
  ...MANAGERS.flatMap(({ moves }) => moves),
];

export const MOVES: readonly Move[] = PLACES.flatMap(([from, places]) =>
  places.map((to) => ({ from: from.split('/'), to: to.split('/') })),
);

/** Moves to a place without wildcards. */
const LITERAL: readonly (readonly [from: string, to: string])[] = MOVES.filter(
  ({ to }) => !to.includes('*'),
).map(({ from, to }) => [`${from.join('/')}/`, `${to.join('/')}/`]);

/** The path and its possible other places. */
export function movedPlaces(path: string): string[] {
  const inside = `${path}/`;
  const others = LITERAL.filter(([from]) => inside.startsWith(from)).map(([from, to]) =>
    (to + inside.slice(from.length)).slice(0, -1),
  );
  return [path, ...others];
}

/** The path in the running system, for a moved one; undefined for one that was not moved. */
export function originalPath(path: string): string | undefined {
  for (const { from, to } of MOVES) {
    const rest = restBelow(path, to);
    if (rest !== undefined) return `${from.join('/')}/${rest}`;
  }
  return undefined;
}

function restBelow(path: string, directory: readonly string[]): string | undefined {
  let at = 0;
  for (const name of directory) {
    const slash = path.indexOf('/', at);
    if (slash === -1 || (name !== '*' && path.slice(at, slash) !== name)) return undefined;
    at = slash + 1;
  }
  return path.slice(at);
}
