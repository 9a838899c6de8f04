/** What is installed in a tree. */
import type { InstalledPackage } from '../manifest/installed.ts';
import { showPath } from '../tree/path.ts';
import { type Block, table } from './document.ts';

/** A column for the type only where there is more than one. */
export function packagesReport(found: readonly InstalledPackage[]): Block[] {
  const isMixed = new Set(found.map(({ type }) => type)).size > 1;
  const row = (type: string, ...cells: string[]): string[] => (isMixed ? [type, ...cells] : cells);
  const rows = found.map(({ type, name, version, architecture, source = '' }) =>
    row(type, ...[name, version, architecture, source].map(showPath)),
  );
  return [table(row('type', 'name', 'version', 'architecture', 'source'), rows)];
}
