// Tables of the benchmark: ratios are per round, and the fastest peer is found.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Sample } from '../../bench/measure.ts';
import { fastestPeer, type Row, ratios, renderTable } from '../../bench/table.ts';

const test = suite('table of the benchmark');

function samples(...walls: number[]): Sample[] {
  return walls.map((wall) => ({ wall, cpu: 2 * wall, memory: 3 * 2 ** 20 }));
}

function row(name: string, isPeer: boolean, walls: number[], size?: number): Row {
  return { name, isPeer, samples: samples(...walls), ...(size === undefined ? {} : { size }) };
}

function cells(table: string): string[][] {
  return table.split('\n').map((line) => line.slice(2, -2).split(' | '));
}

function column(table: string, title: string): string[] {
  const [titles = [], , ...rows] = cells(table);
  const at = titles.indexOf(title);
  assert.ok(at >= 0, `${title} is none of ${titles.join()}`);
  return rows.map((each) => each[at] ?? '');
}

test('a ratio is taken round by round, so that a slow round does not count for one only', () => {
  assert.equal(ratios(samples(2, 20, 4), samples(1, 10, 1), 'wall'), { middle: 2, low: 2, high: 4 });
  // The median of each would say 4.
  assert.is(ratios(samples(1, 100), samples(2, 10), 'wall').middle, (0.5 + 10) / 2);
});

test('the fastest peer is none of ours, and fastest by the median', () => {
  const rows = [row('a', true, [3, 3, 1]), row('b', true, [2, 2, 9]), row('own', false, [1, 1, 1])];
  assert.is(fastestPeer(rows)?.name, 'b');
  assert.is(fastestPeer(rows.slice(2)), undefined);
});

test('beside the ratio to the first row stands that to the fastest peer, where there are several', () => {
  const rows = [row('a', true, [4], 100), row('b', true, [2], 110), row('own', false, [1], 50)];
  const table = renderTable(rows);
  assert.equal(column(table, 'ratio to the first'), [
    '1.000 (1.000 to 1.000)',
    '0.500 (0.500 to 0.500)',
    '0.250 (0.250 to 0.250)',
  ]);
  assert.equal(column(table, 'to the fastest peer (b)')[2], '0.500 (0.500 to 0.500)');
  assert.equal(column(table, 'ratio of bytes'), ['1.0000', '1.1000', '0.5000']);
  assert.not(renderTable(rows.filter(({ name }) => name !== 'b')).includes('fastest'));
});

test('the speed-up is the other way round', () => {
  const table = renderTable([row('one', false, [8, 9]), row('two', false, [4, 3])], { speedUp: true });
  assert.equal(column(table, 'speed-up'), ['1.00', '2.50']);
});

test('what wrote nothing has no size, and a table of such has no column for it', () => {
  const bare = row('version', false, [0.0456]);
  assert.equal(column(renderTable([bare, row('pack', false, [1], 1234567)]), 'bytes'), ['-', '1,234,567']);
  const table = renderTable([bare]);
  assert.not(table.includes('bytes'));
  assert.equal(column(table, 'wall'), ['0.046 s']);
  assert.equal(column(table, 'peak memory'), ['3 MiB']);
});

test('every line has as many cells as the first', () => {
  const table = renderTable([row('a', true, [1], 1), row('b', true, [2], 2)], { speedUp: true });
  assert.is(new Set(cells(table).map(({ length }) => length)).size, 1);
  assert.throws(() => renderTable([]), /needs rows/);
});

test.run();
