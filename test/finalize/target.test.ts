// What protects an interrupted run, seen through the entry that the command line uses.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { finish } from '../../src/finalize/steps.ts';
import { Target } from '../../src/finalize/target.ts';
import { JOURNAL_DIRECTORY } from '../../src/source/source.ts';
import { withCutFs } from '../support/cut-fs.ts';
import { Scratch } from '../support/temporary.ts';
import { FAST_PLACE, freshDirectory, seen } from './every-kind.ts';
import { finalizeOnce, rule } from './finalize-once.ts';

const test = suite('target');
const scratch = new Scratch('target', FAST_PLACE);
test.after(() => scratch.remove());

const RULES = [
  rule('id', { do: 'replace', content: 'a new content\n' }),
  rule('gone', { do: 'drop' }),
  rule('link', { do: 'link', target: 'id' }),
];

function makeTree(): string {
  const root = `${freshDirectory(scratch.path)}/root`;
  mkdirSync(root);
  for (const name of ['id', 'gone', 'link']) writeFileSync(`${root}/${name}`, 'as it was\n');
  return root;
}

interface Call {
  readonly name: string;
  /** Paths, with descriptors resolved; relative to the root. */
  readonly places: readonly string[];
}

/** Every call of a whole run that changes something or syncs. */
function callsOf(root: string): Call[] {
  const calls: Call[] = [];
  withCutFs(
    Number.POSITIVE_INFINITY,
    () => finalizeOnce(root, { rules: RULES }),
    (name, args) => calls.push({ name, places: args.map((argument) => placeOf(root, argument)) }),
  );
  return calls;
}

function placeOf(root: string, argument: unknown): string {
  if (typeof argument !== 'number' && !/^\/proc\/self\/fd\/\d+/.test(String(argument)))
    return String(argument);
  const [, descriptor = String(argument), rest = ''] =
    /^\/proc\/self\/fd\/(\d+)(.*)$/.exec(String(argument)) ?? [];
  try {
    return `${readlinkSync(`/proc/self/fd/${descriptor}`)}${rest}`.replace(root, '').replace(/^\//, '');
  } catch {
    return String(argument);
  }
}

const LIST = `${JOURNAL_DIRECTORY}/list`;
const SEAL = `${JOURNAL_DIRECTORY}/seal`;
const isInTree = ({ name, places }: Call): boolean =>
  !(name === 'fsyncSync') && !(places[0] ?? '').startsWith(JOURNAL_DIRECTORY);

test('contents, list, seal, their directory and the root are synced in this order before anything of the tree changes', () => {
  const calls = callsOf(makeTree());
  const syncs = calls.flatMap(({ name, places }, at) =>
    name === 'fsyncSync' ? [{ at, place: places[0] }] : [],
  );
  assert.equal(
    syncs.map(({ place }) => place),
    [`${JOURNAL_DIRECTORY}/content-0`, LIST, `${SEAL}.new`, JOURNAL_DIRECTORY, JOURNAL_DIRECTORY, '', ''],
  );
  const renamed = calls.findIndex(({ name, places }) => name === 'renameSync' && places[1] === SEAL);
  const [, list, seal, contents, directory, root, end] = syncs.map(({ at }) => at) as number[] as [
    ...[number, number, number, number, number, number, number],
  ];
  assert.ok(list < seal && seal < contents && contents < renamed && renamed < directory && directory < root);
  const written = calls.findIndex(({ name, places }) => name === 'writeFileSync' && places[0] === LIST);
  assert.ok(written !== -1 && written < list);
  const changes = calls.slice(0, root).filter(isInTree);
  assert.equal(
    changes.map(({ name, places }) => [name, places[0]]).filter(([, place]) => place !== ''),
    [],
  );
  assert.ok(calls.slice(root, end).some(isInTree));
  // Once the root is synced only the journal goes, and the root gets its time.
  assert.equal(
    calls
      .slice(end)
      .filter(isInTree)
      .filter(({ places }) => places[0] !== ''),
    [],
  );
});

/** A tree whose run was killed as soon as its list counted. */
function interrupted(): string {
  const calls = callsOf(makeTree());
  // That of the root, by which the journal's own name is durable.
  const lastSync = calls.findIndex(({ name, places }) => name === 'fsyncSync' && places[0] === '');
  const root = makeTree();
  assert.ok(withCutFs(lastSync + 1, () => finalizeOnce(root, { rules: RULES })).wasKilled);
  writeFileSync(`${root}/${JOURNAL_DIRECTORY}/process`, '1 0');
  assert.ok(existsSync(`${root}/${SEAL}`));
  return root;
}

function recover(root: string): number | undefined {
  const target = new Target(root);
  try {
    return finish(target.recover());
  } finally {
    target.close();
  }
}

const contentsOf = (root: string): string[] =>
  readdirSync(`${root}/${JOURNAL_DIRECTORY}`).filter((name) => name.startsWith('content-'));

test('a run cut after its list was written is completed', () => {
  const root = interrupted();
  assert.is(readFileSync(`${root}/id`, 'utf8'), 'as it was\n');
  assert.ok((recover(root) ?? 0) >= RULES.length);
  assert.is(readFileSync(`${root}/id`, 'utf8'), 'a new content\n');
  assert.not.ok(existsSync(`${root}/gone`));
  assert.is(readlinkSync(`${root}/link`), 'id');
  assert.not.ok(existsSync(`${root}/${JOURNAL_DIRECTORY}`));
  assert.is(recover(root), undefined);
});

/** All that can be seen of the tree; the journal's mark comes and goes. */
const treeOf = (root: string): string =>
  seen(root)
    .split('\n')
    .filter((line) => !line.startsWith(`"${JOURNAL_DIRECTORY}`))
    .join('\n');

const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  'was cut': (path) => truncateSync(path, 3),
  'is empty': (path) => truncateSync(path, 0),
  'has other bytes': (path) => writeFileSync(path, 'a NEW content\n'),
  'has bytes too many': (path) => writeFileSync(path, 'a new content\n\n'),
  'became a symlink': (path) => {
    rmSync(path);
    symlinkSync('/dev/null', path);
  },
  'became a directory': (path) => {
    rmSync(path);
    mkdirSync(path);
  },
};
for (const [what, damage] of Object.entries(DAMAGES)) {
  test(`a new content that ${what} between commit and recovery stops it before anything is changed`, () => {
    const root = interrupted();
    const names = contentsOf(root);
    assert.is(names.length, 1);
    damage(`${root}/${JOURNAL_DIRECTORY}/${names[0]}`);
    rmSync(`${root}/${JOURNAL_DIRECTORY}/process`);
    const expected = treeOf(root);
    assert.throws(
      () => recover(root),
      (error: StillrootError) => ['finalize-interrupted', 'source-changed'].includes(error.code),
    );
    // It may be looked at, and the same answer comes again.
    assert.is(treeOf(root), expected);
    assert.throws(() => recover(root));
    assert.is(treeOf(root), expected);
    assert.is(readFileSync(`${root}/id`, 'utf8'), 'as it was\n');
    assert.ok(existsSync(`${root}/gone`));
  });
}

test.run();
