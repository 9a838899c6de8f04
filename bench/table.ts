/**
 * Samples of commands that took turns, as a Markdown table. Ratios are computed round by round; the median is shown.
 */
import { formatCount } from '../src/text/format.ts';
import { median, type Sample } from './measure.ts';

export interface Row {
  readonly name: string;
  /** Whether it is another project's program: stillroot is compared with the fastest of these. */
  readonly isPeer: boolean;
  /** One per round, in the same order in every row. */
  readonly samples: readonly Sample[];
  /** Bytes of its output. */
  readonly size?: number;
}

export interface TableOptions {
  /** Show how many times as fast as the first row each row is. */
  readonly speedUp?: boolean;
}

export interface Spread {
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

/** Ratios of `samples` to `reference`, round by round. */
export function ratios(samples: readonly Sample[], reference: readonly Sample[], key: keyof Sample): Spread {
  const all = samples.map((sample, round) => sample[key] / (reference[round]?.[key] ?? Number.NaN));
  return { middle: median(all), low: Math.min(...all), high: Math.max(...all) };
}

/** The peer with the lowest median wall time; undefined if there is none. */
export function fastestPeer(rows: readonly Row[]): Row | undefined {
  const wall = ({ samples }: Row): number => median(samples.map((sample) => sample.wall));
  return rows.filter(({ isPeer }) => isPeer).sort((a, b) => wall(a) - wall(b))[0];
}

interface Column {
  readonly title: string;
  cell(row: Row): string;
}

const NOTHING = '-';

/** The other rows are compared with the first one. */
export function renderTable(rows: readonly Row[], { speedUp = false }: TableOptions = {}): string {
  const [first] = rows;
  if (first === undefined) throw new Error('a table needs rows');
  const columns = columnsFor(first, rows, speedUp);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map(({ cell }) => cell(row)))),
  ].join('\n');
}

function columnsFor(first: Row, rows: readonly Row[], speedUp: boolean): Column[] {
  const of = (row: Row, key: keyof Sample): number => median(row.samples.map((sample) => sample[key]));
  const columns: Column[] = [
    { title: 'command', cell: ({ name }) => name },
    { title: 'wall', cell: (row) => seconds(of(row, 'wall')) },
    { title: 'ratio to the first', cell: (row) => spread(ratios(row.samples, first.samples, 'wall')) },
  ];
  const fastest = fastestPeer(rows);
  // With one peer, that column would repeat the one for the first row.
  if (fastest !== undefined && rows.filter(({ isPeer }) => isPeer).length > 1) {
    columns.push({
      title: `to the fastest peer (${fastest.name})`,
      cell: (row) => spread(ratios(row.samples, fastest.samples, 'wall')),
    });
  }
  if (speedUp) {
    columns.push({
      title: 'speed-up',
      cell: (row) => ratios(first.samples, row.samples, 'wall').middle.toFixed(2),
    });
  }
  if (rows.some(({ size }) => size !== undefined)) {
    columns.push(
      { title: 'bytes', cell: ({ size }) => (size === undefined ? NOTHING : formatCount(size)) },
      {
        title: 'ratio of bytes',
        cell: ({ size }) =>
          size === undefined || first.size === undefined ? NOTHING : (size / first.size).toFixed(4),
      },
    );
  }
  columns.push(
    { title: 'CPU', cell: (row) => seconds(of(row, 'cpu')) },
    { title: 'ratio of CPU', cell: (row) => ratios(row.samples, first.samples, 'cpu').middle.toFixed(3) },
    { title: 'peak memory', cell: (row) => `${(of(row, 'memory') / 2 ** 20).toFixed(0)} MiB` },
  );
  return columns;
}

function seconds(value: number): string {
  return `${value.toFixed(value < 1 ? 3 : value < 100 ? 2 : 1)} s`;
}

function spread({ middle, low, high }: Spread): string {
  const digits = (value: number): string => value.toFixed(3);
  return `${digits(middle)} (${digits(low)} to ${digits(high)})`;
}
