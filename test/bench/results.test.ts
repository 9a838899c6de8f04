// The results file: a new measurement replaces its own section, and results of another machine are refused.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mergeResults, parseResults, type Results, renderResults } from '../../bench/results.ts';

const test = suite('results of the benchmark');
const HEAD = '# Results\n\n* a machine\n* its tools';

function results(
  trees: Readonly<Record<string, readonly [string, Readonly<Record<string, string>>]>>,
): Results {
  return {
    head: HEAD,
    trees: new Map(
      Object.entries(trees).map(([title, [about, groups]]) => [
        title,
        { about, groups: new Map(Object.entries(groups)) },
      ]),
    ),
  };
}

const EARLIER = results({
  'No tree': ['', { Start: 'fast' }],
  base: ['250 MiB.', { Uncompressed: 'old\n\n| a |\n| --- |\n| 1 |', Compressed: 'kept' }],
});

test('what is written can be read again', () => {
  const text = renderResults(EARLIER);
  assert.equal(parseResults(text), EARLIER);
  assert.is(renderResults(parseResults(text)), text);
  assert.match(text, /^# Results\n/);
  assert.not.match(text, /\n\n\n/);
});

test('a group measured anew takes the place of its own, all others stay where they are', () => {
  const now = results({
    base: ['251 MiB.', { Uncompressed: 'new' }],
    large: ['2 GiB.', { Uncompressed: 'x' }],
  });
  const merged = mergeResults(EARLIER, now);
  assert.equal([...merged.trees.keys()], ['No tree', 'base', 'large']);
  const base = merged.trees.get('base');
  assert.is(base?.about, '251 MiB.');
  assert.equal(
    [...(base?.groups ?? [])],
    [
      ['Uncompressed', 'new'],
      ['Compressed', 'kept'],
    ],
  );
  assert.equal([...(merged.trees.get('No tree')?.groups.keys() ?? [])], ['Start']);
});

test('figures of another machine do not get into the same file', () => {
  const other = { ...results({}), head: `${HEAD}\n* of another version` };
  assert.throws(() => mergeResults(EARLIER, other), /another machine, other versions/);
  assert.is(mergeResults(undefined, other), other);
});

test.run();
