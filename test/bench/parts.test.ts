// Small parts of the benchmark: times, turns, versions, and the tree of many files.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { versionIn } from '../../bench/machine.ts';
import { makeManyFiles } from '../../bench/many-files.ts';
import { median, parseTimes } from '../../bench/measure.ts';
import { method } from '../../bench/method.ts';
import { parseResults } from '../../bench/results.ts';
import { turnOrder } from '../../bench/rounds.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('parts of the benchmark');
const scratch = new Scratch('bench-parts');
test.after(() => scratch.remove());

test('times of the shell are read, whatever the locale writes between digits', () => {
  assert.equal(parseTimes('0.123 0.045 0.006\n'), [0.123, 0.045, 0.006]);
  assert.equal(parseTimes('a warning\n1,5 0,25 0\n'), [1.5, 0.25, 0]);
  assert.is(median([3, 1, 2]), 2);
  assert.is(median([4, 1, 2, 3]), 2.5);
});

test('everybody begins once, and all run in every round', () => {
  assert.equal(
    [0, 1, 2, 3].map((round) => turnOrder(3, round)),
    [
      [0, 1, 2],
      [1, 2, 0],
      [2, 0, 1],
      [0, 1, 2],
    ],
  );
});

test('versions are those of the first line', () => {
  assert.is(versionIn('cpio (GNU cpio) 2.13\nCopyright 1.0'), '2.13');
  assert.is(versionIn('BusyBox v1.35.0 (Debian) multi-call binary.'), '1.35.0');
  assert.is(versionIn('6.1.0-13-amd64'), '6.1.0');
  assert.is(versionIn('none'), 'of an unknown version');
});

test('the head has no headings in it that would look like sections', () => {
  const head = method(['a machine', 'its tools']);
  const parsed = parseResults(head);
  assert.is(parsed.trees.size, 0);
  assert.is(parsed.head, head);
});

function filesOf(root: string): [path: string, content: string][] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(`${root}/${path}`).isFile())
    .sort()
    .map((path) => [path, readFileSync(`${root}/${path}`, 'latin1')]);
}

test('many files: the same for the same seed, a hundred in a directory, about 1 KB each', () => {
  const [first, again, other] = ['first', 'again', 'other'].map((name) => scratch.in(name)) as [
    string,
    string,
    string,
  ];
  makeManyFiles(first, { count: 250, seed: 1 });
  makeManyFiles(again, { count: 250, seed: 1 });
  makeManyFiles(other, { count: 250, seed: 2 });
  const files = filesOf(first);
  assert.is(files.length, 250);
  assert.equal(filesOf(again), files);
  assert.not.equal(filesOf(other), files);
  assert.equal(readdirSync(`${first}/group-00`).sort(), ['part-00', 'part-01', 'part-02']);
  assert.is(readdirSync(`${first}/group-00/part-01`).length, 100);
  const bytes = files.reduce((sum, [, content]) => sum + content.length, 0);
  assert.ok(bytes > 250 * 900 && bytes < 250 * 1150, String(bytes));
  assert.is(new Set(files.map(([, content]) => content)).size, 250);
  for (const path of ['group-00', 'group-00/part-02', files[0]?.[0]])
    assert.is(statSync(`${first}/${path}`).mtimeMs, 1_700_000_000_000, path);
});

test.run();
