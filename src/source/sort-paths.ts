/**
 * Into tree order, see comparePaths. With NUL, which no path has, for the slash, the native comparison has that
 * order, and is many times faster than a function of ours.
 */
export function sortPaths(paths: readonly string[]): string[] {
  return paths.map(toKey).sort().map(fromKey);
}

function toKey(path: string): string {
  return path.replaceAll('/', '\0');
}

function fromKey(key: string): string {
  return key.replaceAll('\0', '/');
}
