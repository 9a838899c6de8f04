import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BASE, type PairEntry } from '../../fixtures/diff/pair.ts';
import { diffOf } from './make-side.ts';

const test = suite('renames');

async function pairs(a: readonly PairEntry[], b: readonly PairEntry[]) {
  const sort = (entries: readonly PairEntry[]): PairEntry[] =>
    [...BASE, ...entries].sort((x, y) => (x.path < y.path ? -1 : 1));
  const { clusters } = await diffOf(sort(a), sort(b));
  return clusters.flatMap(({ cause, renames, title, proposal }) =>
    renames.map(({ a: left, b: right }) => ({ cause, left, right, title, rules: proposal?.rules ?? [] })),
  );
}

const file = (path: string, content = 'x\n'): PairEntry => ({ path, content });

test('a time in a name, and a pattern for the next build', async () => {
  const [found, ...more] = await pairs(
    [file('var/cache/own/2023-11-14T22_13_20_123Z-debug-0.log')],
    [file('var/cache/own/2023-12-30T01_33_20_456Z-debug-0.log', 'other\n')],
  );
  assert.equal(more, []);
  assert.is(found?.cause, 'time');
  assert.match(found?.title ?? '', 'only in a time, and different content');
  assert.equal(found?.rules[0]?.match, ['var/cache/own/*-debug-0.log']);
});

for (const [what, left, right, cause] of [
  ['days', 'opt/x/build-20231114.log', 'opt/x/build-20231230.log', 'time'],
  ['epochs', 'opt/x/run.1700000000', 'opt/x/run.1703900000', 'time'],
  [
    'identifiers',
    'opt/x/6f1b2c3d-0000-4000-8000-000000000001',
    'opt/x/7a1b2c3d-0000-4000-8000-000000000002',
    'random',
  ],
  ['digests', 'opt/x/app.0123abcd4567.js', 'opt/x/app.89ef0123abcd.js', 'random'],
  ['temporary files', 'opt/x/tmp.aB3dE6gH9j', 'opt/x/tmp.Zy8xW5vU2t', 'temporary-path'],
  ['random words, where the content is the same', 'opt/x/root-q7XbA2', 'opt/x/root-Zk39pP', 'random'],
] as const) {
  test(`${what} in names`, async () => {
    const found = await pairs([file(left)], [file(right)]);
    assert.equal(
      found.map((each) => [each.cause, each.left, each.right]),
      [[cause, left, right]],
    );
  });
}

test('what is in a directory of another name', async () => {
  const tree = (name: string): PairEntry[] => [
    { path: `opt/x/root-${name}`, type: 'directory' },
    file(`opt/x/root-${name}/init`, 'a'),
    file(`opt/x/root-${name}/own.conf`, name),
  ];
  const found = await pairs(tree('q7XbA2'), tree('Zk39pP'));
  assert.equal(found.map(({ left }) => left).sort(), [
    'opt/x/root-q7XbA2',
    'opt/x/root-q7XbA2/init',
    'opt/x/root-q7XbA2/own.conf',
  ]);
});

test('no pair: other words, other contents, other kinds', async () => {
  assert.equal(await pairs([file('opt/x/alpha')], [file('opt/x/gamma')]), []);
  assert.equal(await pairs([file('opt/x/v-q7XbA2', 'one')], [file('opt/x/v-Zk39pP', 'two')]), []);
  assert.equal(
    await pairs([file('opt/x/run.1700000000')], [{ path: 'opt/x/run.1703900000', type: 'directory' }]),
    [],
  );
  assert.equal(await pairs([file('opt/x/libfoo.so.1.2')], [file('opt/x/libfoo.so.1.3')]), []);
});

test('a pattern that would match something else is not proposed', async () => {
  const both = file('var/cache/x/index-2024-01-01');
  const [found] = await pairs(
    [file('var/cache/x/index-2024-02-02'), both],
    [file('var/cache/x/index-2024-03-03'), both],
  );
  assert.equal(found?.rules[0]?.match, ['var/cache/x/index-2024-02-02', 'var/cache/x/index-2024-03-03']);
});

test.run();
