import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Change, ChangeAction } from '../../src/plan/changes.ts';
import { changeLines, warningLines } from '../../src/report/changes.ts';
import { indented } from '../../src/report/document.ts';
import { plainLines } from '../support/plain-report.ts';

const test = suite('report of changes');
const changed = (...args: Parameters<typeof changeLines>): string[] =>
  plainLines([indented(...changeLines(...args))]);
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

test('rules by how much they touched, normalizers last', () => {
  const changes = [change('a/few', 2, 2048), change('b/many', 3), change('normalize/mtime', 900, 0, 'mtime')];
  assert.equal(changed(changes, 0), [
    '  dropped     3           b/many           path/0, ...',
    '  dropped     2  2.0 KiB  a/few            path/0, ...',
    '  time set  900           normalize/mtime',
  ]);
});

test('ten rules, and how many more; -v shows all, -vv every path', () => {
  const changes = Array.from({ length: 12 }, (_, n) => change(`r/${String(n).padStart(2, '0')}`, 2));
  const lines = changed(changes, 0);
  assert.is(lines.length, 11);
  assert.is(lines[10], '  and 2 more rules (-v shows all)');
  assert.is(changed(changes, 1).length, 12);
  assert.match(changed(changes, 2)[0] as string, /path\/0, path\/1$/);
  assert.equal(changed([], 0), []);
});

test('what somebody may have set is never left out, nor are its paths', () => {
  const changes = Array.from({ length: 12 }, (_, n) => change(`r/${String(n).padStart(2, '0')}`, 2));
  const chosen = change('z/hostname', 2, 0, 'drop', true);
  const lines = changed([...changes, chosen], 0);
  assert.match(lines[10] as string, /z\/hostname {2}path\/0, path\/1$/);
  assert.is(lines[11], '  and 2 more rules (-v shows all)');
  assert.match(changed([chosen], 1)[0] as string, /path\/0, path\/1$/);
});

test('of a directory that somebody may have filled, its name is told, and with -vv all in it', () => {
  const paths = ['go/mod', 'go/mod-x', 'go/mod-x/a', 'go/mod-x/a/b', 'go/sum', 'go/sum.x'];
  const filled: Change = { ...change('z/cache', 0, 0, 'drop', true), paths };
  for (const verbose of [0, 1])
    assert.match(changed([filled], verbose)[0] as string, / go\/mod, go\/mod-x, go\/sum, go\/sum\.x$/);
  assert.match(changed([filled], 2)[0] as string, / go\/mod, go\/mod-x, go\/mod-x\/a, go\/mod-x\/a\/b, go/);
  const usual = { ...filled, mayBeChosen: false };
  assert.match(changed([usual], 0)[0] as string, / go\/mod, \.\.\.$/);
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
