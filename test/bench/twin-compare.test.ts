// What a comparison of twins finds: entries that differ after packing, and files of packages that rules take away.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  causesOf,
  changedEntries,
  countDiffering,
  describeRemaining,
  lossesOf,
} from '../../bench/twin-compare.ts';
import type { Owners } from '../../bench/twin-owners.ts';
import type { DiffDocument } from '../../src/documents/diff.ts';
import type { Manifest } from '../../src/manifest/manifest.ts';

const test = suite('comparison of twins');

type Entries = NonNullable<Manifest['entries']>;
const entry = (path: string, digest: string): Entries[number] =>
  ({ path, type: 'file', mode: '0644', uid: 0, gid: 0, mtime: 0, size: 1, digest }) as Entries[number];
const manifest = (...entries: Entries): Manifest => ({ entries }) as unknown as Manifest;

test('entries that only one archive has, or that differ in any field', () => {
  const first = manifest(entry('a', '1'), entry('b', '1'), entry('c', '1'));
  const second = manifest(entry('a', '1'), { ...entry('b', '1'), mode: '0600' }, entry('d', '1'));
  assert.equal(changedEntries(first, second), ['b', 'c', 'd']);
  assert.equal(changedEntries(first, first), []);
});

test('files that a package ships and a rule removes, with the policy of the rule', () => {
  const shipped = new Map([
    ['a/1', 'food'],
    ['a/2', 'food'],
    ['b', 'bar'],
  ]);
  const owners = { shippedBy: (path: string) => shipped.get(path) } as unknown as Owners;
  const change = (rule: string, action: 'drop' | 'truncate' | 'rewrite', ...paths: string[]) => ({
    ...{ rule, action, paths, count: paths.length, bytes: 0 },
  });
  const changes = [
    change('common/tmp', 'drop', 'a/1', 'a/2', 'of-nobody'),
    change('common/snakeoil', 'truncate', 'b'),
    change('common/machine-id-empty', 'rewrite', 'b'),
  ];
  assert.equal(lossesOf({ changes }, owners), [
    { rule: 'common/tmp', action: 'drop', policy: null, package: 'food', paths: 2, example: 'a/1' },
    {
      rule: 'common/snakeoil',
      action: 'truncate',
      policy: 'snakeoil',
      package: 'bar',
      paths: 1,
      example: 'b',
    },
  ]);
});

test('a path that remains: what no rule made equal in it, and the rule that leaves it to the user', () => {
  const owners = { of: (path: string) => `owner of ${path}` };
  const cluster = (title: string, remedy: string, rule: string | null, ...paths: string[]) =>
    ({ ...{ cause: 'random', title, remedy, rule, paths }, advice: `${title}!` }) as unknown;
  const clusters = [
    cluster('times', 'built-in', 'normalize/mtime', 'a', 'b', 'c'),
    cluster('a number', 'look', null, 'a', 'b'),
    cluster('a key', 'option', 'common/snakeoil', 'b'),
  ] as DiffDocument['clusters'];
  const describe = (path: string) => describeRemaining(path, { clusters }, owners);
  const own = (path: string, title: string) => ({
    ...{ path, package: `owner of ${path}`, cause: 'random', title, advice: `${title}!` },
  });
  assert.equal(describe('a'), own('a', 'a number'));
  assert.equal(describe('b'), { ...own('b', 'a key'), rule: 'common/snakeoil' });
  // Equal according to diff, and yet not: no rule may hide it.
  assert.equal(describe('c'), {
    ...{ path: 'c', package: 'owner of c', cause: 'unknown', title: 'not found by diff', advice: '' },
  });
});

const clusterOf = (
  fields: readonly string[],
  remedy: string,
  rule: string | null,
  title: string,
  ...paths: string[]
) => ({ cause: 'random', title, remedy, rule, fields, paths }) as unknown as DiffDocument['clusters'][number];

test('paths that differ are counted once, and those that differ in more than their time', () => {
  const clusters = [
    clusterOf(['mtime'], 'built-in', 'normalize/mtime', 'times', 'a', 'b', 'c'),
    clusterOf(['mtime', 'content'], 'look', null, 'numbers', 'b', 'd'),
    clusterOf(['mode'], 'look', null, 'modes', 'b'),
  ];
  assert.equal(countDiffering({ clusters }), { any: 4, more: 2 });
});

test('causes by package and title, with the rule that makes them equal; not what is done to every entry', () => {
  const owners = { of: (path: string) => (path.startsWith('z') ? 'zip' : 'food') };
  const clusters = [
    clusterOf(['mtime'], 'built-in', 'normalize/mtime', 'times', 'a', 'z'),
    clusterOf(['content'], 'built-in', 'common/x', 'numbers', 'z1', 'b', 'a'),
    clusterOf(['content'], 'option', 'common/y', 'keys', 'z2', 'c'),
    clusterOf(['content'], 'look', null, 'numbers', 'd'),
  ];
  const row = (name: string, rule: string | null, title: string, paths: number, example: string) => ({
    ...{ package: name, rule, cause: 'random', title, paths, example },
  });
  assert.equal(causesOf({ clusters }, owners), [
    row('food', null, 'keys', 1, 'c'),
    row('food', 'common/x', 'numbers', 2, 'b'),
    row('food', null, 'numbers', 1, 'd'),
    row('zip', null, 'keys', 1, 'z2'),
    row('zip', 'common/x', 'numbers', 1, 'z1'),
  ]);
});

test.run();
