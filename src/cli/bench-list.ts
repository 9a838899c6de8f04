/** What `bench --list` prints. */
import type { BenchListDocument } from '../documents/bench-list.ts';
import type { Dimension } from '../lab/dimension.ts';
import type { Packer } from '../lab/packers.ts';
import { alignColumns } from '../text/format.ts';
import type { Paint } from './terminal.ts';

export interface Listed {
  readonly dimensions: readonly Dimension[];
  readonly packers: readonly Packer[];
}

export function listReport({ dimensions, packers }: Listed, paint: Paint): string {
  const rows = (each: readonly { readonly id: string; readonly about: string }[]): string[] =>
    alignColumns(each.map(({ id, about }) => [id, about])).map((line) => `  ${line}`);
  const lines = [
    paint('bold', 'dimensions'),
    ...rows(dimensions),
    '',
    paint('bold', 'packers'),
    ...rows(packers),
  ];
  return `${lines.join('\n')}\n`;
}

export function listDocument({ dimensions, packers }: Listed): BenchListDocument {
  return {
    schema: 'stillroot/bench-list/1',
    dimensions: dimensions.map(({ id, kind, about, how, equality }) => ({ id, kind, about, how, equality })),
    packers: packers.map(({ id, about, source, command, programs }) => ({
      id,
      about,
      source,
      command,
      programs,
    })),
  };
}
