/** What to do about a file that only its maker can write better. */
export function upstream(owners: readonly string[], wish: string): string {
  const who =
    owners.length === 0
      ? 'no package claims the file: find what writes it at the bootstrap'
      : `the package ${owners.join(', ')} claims the file`;
  return `Fix upstream: ${wish}; ${who}.`;
}
