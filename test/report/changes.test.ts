import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Change, ChangeAction } from '../../src/plan/changes.ts';
import { changeTable, chosenLines, warningLines } from '../../src/report/changes.ts';
import { indented } from '../../src/report/document.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { plainLines } from '../support/plain-report.ts';

const test = suite('report of changes');
const changed = (...args: Parameters<typeof changeTable>): string[] =>
  plainLines([indented(...changeTable(...args))]);
const chosen = (...args: Parameters<typeof chosenLines>): string[] => plainLines(chosenLines(...args));
const warned = (...args: Parameters<typeof warningLines>): string[] =>
  plainLines([indented(...warningLines(...args))]);

function change(
  rule: string,
  count: number,
  bytes = 0,
  action: ChangeAction = 'drop',
  mayBeChosen = false,
): Change {
  const paths = Array.from({ length: count }, (_, n) => `path/${n}`);
  return { rule, action, count, bytes, paths, mayBeChosen };
}

test('by action, then by how much they touched; normalizers last', () => {
  const changes = [
    change('a/few', 2, 2048),
    change('c/pinned', 4, 3, 'replace'),
    change('b/many', 3),
    change('normalize/mtime', 900, 0, 'mtime'),
  ];
  assert.equal(changed(changes, 1), [
    '  dropped     3           b/many           path/0, ...',
    '  dropped     2  2.0 KiB  a/few            path/0, ...',
    '  replaced    4      3 B  c/pinned         path/0, ...',
    '  time set  900           normalize/mtime',
  ]);
  assert.equal(changed([], 1), []);
});

test('-vv names every path, of normalizers too', () => {
  const changes = [change('r/a', 2), change('normalize/mtime', 2, 0, 'mtime')];
  for (const row of changed(changes, 2)) assert.match(row, /path\/0, path\/1$/);
});

test('what somebody may have set is named with all its paths, and nothing else is', () => {
  const hostname = change('z/hostname', 2, 0, 'drop', true);
  assert.equal(chosen([change('a/x', 2), hostname]), ['dropped by z/hostname: path/0, path/1']);
});

test('of a directory that somebody may have filled, its name is told', () => {
  const paths = ['go/mod', 'go/mod-x', 'go/mod-x/a', 'go/mod-x/a/b', 'go/sum', 'go/sum.x'];
  const filled: Change = { ...change('z/cache', 0, 0, 'drop', true), paths };
  assert.equal(chosen([filled]), ['dropped by z/cache: go/mod, go/mod-x, go/sum, go/sum.x']);
});

test('a table is as wide as the terminal: an example is shortened in its middle, and in a file not', () => {
  const paths = [`usr/lib/python3/dist-packages/${'x'.repeat(60)}/module.pyc`];
  const rows = [{ ...change('common/python-caches', 1), paths }];
  const block = indented(...changeTable(rows, 1));
  const shown = (columns: number | undefined, verbose = 1): string =>
    renderTerminal(
      verbose === 1 ? [block] : [indented(...changeTable(rows, 2))],
      (_, text) => text,
      columns,
    ).trimEnd();
  assert.is(shown(80).length, 80);
  assert.match(shown(80), /usr\/lib\/\S+\.\.\.\S+module\.pyc$/);
  const [row, below = ''] = shown(50).split('\n');
  assert.is(row, '  dropped  1    common/python-caches');
  assert.is(below.length, 50);
  assert.is(shown(200), shown(undefined));
  assert.ok(shown(undefined).endsWith(paths[0] as string));
  assert.is(shown(60, 2), shown(undefined));
});

test('warnings by kind, one of each, and how many more', () => {
  const warnings = ['b', 'a', 'b'].map((code, n) => ({ code, path: `p${n}`, message: 'is odd' }));
  assert.equal(warned(warnings, 0), [
    '  warning a: 1',
    '    p1: is odd',
    '  warning b: 2',
    '    p0: is odd',
    '    and 1 more (-v shows all)',
  ]);
  assert.equal(warned(warnings, 1).slice(3), ['    p0: is odd', '    p2: is odd']);
  assert.equal(warned([{ code: 'c', path: '', message: 'about all' }], 0)[1], '    about all');
});

test.run();
