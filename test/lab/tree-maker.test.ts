// Copies of a tree that differ in what content does not determine, created by any user.
import { mkdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { awkwardTree } from '../../fixtures/awkward.ts';
import { materialize } from '../../fixtures/materialize.ts';
import { compareTrees } from '../../src/diff/compare-trees.ts';
import { differingFacts, type Fact, fingerprint, observe } from '../../src/lab/facts.ts';
import { hasZeroPage, Model, middleTime } from '../../src/lab/model.ts';
import { type MakeOptions, makeTree, PLAIN } from '../../src/lab/tree-maker.ts';
import { scanDirectory } from '../../src/source/directory.ts';
import type { Source } from '../../src/source/source.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('tree maker');
const scratch = new Scratch('tree-maker');
let original: Source;

before(test, () => {
  // Dates that every filesystem holds, and what who is not root may read.
  const specs = awkwardTree({ plainDates: true }).map((spec) => ({ ...spec, mode: spec.mode | 0o700 }));
  materialize(
    scratch.in('original'),
    specs.filter(({ type }) => type !== 'character' && type !== 'block'),
  );
  original = scanDirectory(scratch.in('original'));
});
test.after(() => {
  original.close();
  scratch.remove();
});

let made = 0;

function copy(options: Partial<MakeOptions>): string {
  made += 1;
  const directory = scratch.in(`copy-${made}`);
  mkdirSync(directory);
  makeTree(original, directory, 'tree', { ...PLAIN, ...options });
  return `${directory}/tree`;
}

/** Fields that differ from the original; times may lose what is below a microsecond. */
function differences(path: string): string[] {
  const source = scanDirectory(path);
  try {
    return compareTrees(original, source).findings.map(({ path: at, field }) => `${field} ${at}`);
  } finally {
    source.close();
  }
}

function facts(a: string, b: string): Set<Fact> {
  const [left, right] = [scanDirectory(a), scanDirectory(b)];
  try {
    return differingFacts(observe(a, left.tree), observe(b, right.tree));
  } finally {
    left.close();
    right.close();
  }
}

test('a plain copy is the same tree', () => {
  assert.equal(differences(copy({})), []);
});

for (const options of [
  { names: 'shuffled' as const, seed: 3 },
  { names: 'backward' as const },
  { inodes: 'backward' as const },
  { spareInodes: true },
  { outsideNames: true },
  { holes: true },
  { oldNames: true },
]) {
  test(`the content is the same with ${JSON.stringify(options)}`, () => {
    assert.equal(differences(copy(options)), []);
  });
}

test('what is meant to differ does', () => {
  const plain = copy({});
  assert.ok(facts(plain, copy({ inodes: 'backward' })).has('order of inode numbers'));
  assert.ok(facts(plain, copy({ outsideNames: true })).has('link counts of files'));
  assert.ok(facts(plain, copy({})).has('times of change'));
  assert.not(facts(plain, copy({})).has('times of files'));
  const later = facts(
    plain,
    copy({ change: [(entry) => (entry.type === 'file' ? { ...entry, mtime: entry.mtime + 9 } : entry)] }),
  );
  assert.ok(later.has('times of files'));
  assert.not(later.has('times of directories'));
  assert.not(later.has('times of symlinks'));
});

test('changes of content are found', () => {
  const path = original.tree.entries.find(({ type, links }) => type === 'file' && links === null)
    ?.path as string;
  assert.equal(differences(copy({ grown: path })), [`content ${path}`, `mtime ${path}`].slice(0, 1));
  const linked = original.tree.entries.find(
    ({ type, links }) => type === 'file' && (links?.paths.length ?? 0) > 1,
  );
  assert.ok(differences(copy({ linksAsCopies: true })).includes(`links ${linked?.path}`));
});

test('a fingerprint changes with a write, and not with reading', () => {
  const path = copy({});
  const look = (): string => {
    const source = scanDirectory(path);
    source.close();
    return fingerprint(observe(path, source.tree));
  };
  const first = look();
  differences(path);
  assert.is(look(), first);
  mkdirSync(`${path}/new`);
  assert.is.not(look(), first);
});

test('contents of the model are those of the source, by path', () => {
  const path = copy({});
  const source = scanDirectory(path);
  const model = new Model(original, source.tree);
  assert.equal(compareTrees(model, source).findings, []);
  assert.equal(compareTrees(model, original).findings, []);
  source.close();
});

test('the middle time leaves half of the tree newer', () => {
  const times = original.tree.entries.map(({ mtime }) => mtime);
  const middle = middleTime(original.tree);
  assert.ok(times.filter((time) => time >= middle).length >= times.length / 2);
  assert.ok(middle >= 0);
});

test('a page of zeros is found', () => {
  const sparse = original.tree.entries.some(({ path }) => /hole|sparse|zero/.test(path));
  assert.is(hasZeroPage(original), sparse);
});

test.run();
