import { comparePaths } from '../tree/path.ts';

/** Pairs up two sequences in tree order by path; what only one side has comes alone. */
export function* mergePaths<T>(
  a: Iterable<T>,
  b: Iterable<T>,
  pathOf: (item: T) => string,
): Generator<[a: T | undefined, b: T | undefined], void, void> {
  const left = a[Symbol.iterator]();
  const right = b[Symbol.iterator]();
  let l = left.next();
  let r = right.next();
  while (!l.done || !r.done) {
    const order = l.done ? 1 : r.done ? -1 : comparePaths(pathOf(l.value), pathOf(r.value));
    yield [order <= 0 && !l.done ? l.value : undefined, order >= 0 && !r.done ? r.value : undefined];
    if (order <= 0) l = left.next();
    if (order >= 0) r = right.next();
  }
}
