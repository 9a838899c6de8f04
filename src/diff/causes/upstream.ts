/** What to do about a file that only its maker can write better. */
export function upstream(owners: readonly string[], wish: string): string {
  const who =
    owners.length === 0
      ? 'no package owns the file: find out what writes it during the bootstrap'
      : `the package ${owners.join(', ')} owns the file`;
  return `Fix upstream: ${wish}; ${who}.`;
}
