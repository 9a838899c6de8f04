import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Decisions } from '../../../src/rules/decide.ts';
import { decide } from '../../../src/rules/decide.ts';
import { Glob } from '../../../src/rules/glob.ts';
import { POLICIES } from '../../../src/rules/policies.ts';
import type { Rule } from '../../../src/rules/rule.ts';
import { TABLES } from '../../../src/rules/tables/index.ts';
import type { Entry, EntryType } from '../../../src/tree/entry.ts';
import { comparePaths, parentOf } from '../../../src/tree/path.ts';
import { Tree } from '../../../src/tree/tree.ts';

/**
 * Entries are written as `path` (a file of ten bytes), `path/` (a directory), `path -> target` (a symlink),
 * `path:character` or `path:fifo`; a mode may follow as `@2755`, and after that a size as `#14`. Parents are added.
 */
export interface Case {
  readonly rule: string;
  /** In a tree of these, `spares` and `with`, the rule decides about each of these. */
  readonly fires: readonly string[];
  /** Near misses: the rule does not decide about them. */
  readonly spares?: readonly string[];
  /** Further entries. */
  readonly with?: readonly string[];
  /** Paths that packages claim. Without it the tree has no package database. */
  readonly owned?: readonly string[];
  /** Chosen policies; the rest is default. */
  readonly policies?: Readonly<Record<string, string>>;
  /** Users and groups of the tree, for one who is not root. Without it nothing is said about who runs. */
  readonly accounts?: readonly string[];
}

const ALL_RULES: readonly Rule[] = Object.values(TABLES).flat();

/** Distributions whose rules are never together in one tree, each with what it derives from. */
const FAMILIES: readonly (readonly string[])[] = [
  ['debian', 'ubuntu'],
  ['fedora', 'rhel'],
  ['opensuse'],
  ['arch'],
  ['alpine'],
  ['void'],
];

function layerOf({ id }: Rule): string {
  return id.slice(0, id.indexOf('/'));
}

/** All rules but those of distributions of another family; for a layer of no family, as on Ubuntu. */
function rulesBeside(layer: string): readonly Rule[] {
  const family = FAMILIES.find((each) => each.includes(layer)) ?? FAMILIES[0];
  const others = new Set(FAMILIES.flat().filter((each) => !family?.includes(each)));
  return ALL_RULES.filter((rule) => !others.has(layerOf(rule)));
}

/** Runs the cases against the tables of a tree together, so that no other rule takes over, and wants a case for every rule. */
export function testCases(name: string, table: readonly Rule[], cases: readonly Case[]): void {
  const test = suite(name);
  for (const entry of cases) {
    const rule = ALL_RULES.find((candidate) => candidate.id === entry.rule);
    test(`${entry.rule}: fires on ${entry.fires[0]}`, () => {
      assert.ok(rule, `no rule ${entry.rule}`);
      check(rule, entry);
    });
  }
  test('every rule has a case', () => {
    const covered = new Set(cases.map((entry) => entry.rule));
    assert.equal(
      table.map((rule) => rule.id).filter((id) => !covered.has(id)),
      [],
    );
  });
  test('every rule that changes something has a near miss', () => {
    const changing = table.filter((rule) => rule.action.do !== 'keep').map((rule) => rule.id);
    const spared = new Set(cases.filter((entry) => entry.spares?.length).map((entry) => entry.rule));
    assert.equal(
      changing.filter((id) => !spared.has(id)),
      [],
    );
  });
  test.run();
}

function check(rule: Rule, wanted: Case): void {
  const decisions = decideCase(wanted, layerOf(rule));
  for (const path of wanted.fires.map(pathOf)) {
    if (rule.action.do === 'keep') {
      assert.ok(isMatched(rule, path), `${rule.id} matches ${path}`);
      assert.equal(decisions.dropped.get(path)?.id, undefined, path);
      assert.equal(decisions.changes.get(path), undefined, path);
    } else {
      assert.ok(decidersOf(decisions, path).includes(rule.id), `${path}: ${decidersOf(decisions, path)}`);
    }
  }
  for (const path of (wanted.spares ?? []).map(pathOf)) {
    if (rule.action.do === 'keep') assert.not(isMatched(rule, path), `${rule.id} matches ${path}`);
    else assert.not(decidersOf(decisions, path).includes(rule.id), `${rule.id} fires on ${path}`);
  }
}

export function decideCase(wanted: Omit<Case, 'rule'>, layer = 'debian'): Decisions {
  const tree = treeOf([...wanted.fires, ...(wanted.spares ?? []), ...(wanted.with ?? [])]);
  const owned = wanted.owned && new Set(wanted.owned);
  const { accounts } = wanted;
  return decide(tree, rulesBeside(layer), {
    owned: owned && ((path) => owned.has(path)),
    privileged: accounts && false,
    hasUser: (name) => accounts?.includes(name) === true,
    hasGroup: (name) => accounts?.includes(name) === true,
    policy: (name) =>
      wanted.policies?.[name] ?? POLICIES.find((candidate) => candidate.name === name)?.default,
  });
}

/** Ids of the rules that decided about a path, in any slot. */
function decidersOf(decisions: Decisions, path: string): string[] {
  const change = decisions.changes.get(path);
  const rules = [decisions.dropped.get(path), change?.content?.rule, change?.owner?.rule, change?.mode?.rule];
  const reports = [...decisions.reports, ...decisions.searches]
    .filter((report) => report.path === path)
    .map((report) => report.rule);
  return [...rules, ...reports].flatMap((rule) => (rule === undefined ? [] : [rule.id]));
}

function isMatched(rule: Rule, path: string): boolean {
  const some = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => new Glob(pattern).matches(path));
  return some(rule.match) && !some(rule.except ?? []);
}

function pathOf(spec: string): string {
  return spec
    .replace(/#\d+$/, '')
    .replace(/@[0-7]+$/, '')
    .replace(/( -> .*|:character|:fifo|\/)$/, '');
}

export function treeOf(specs: readonly string[]): Tree {
  const entries = new Map<string, Entry>();
  for (const spec of specs) {
    const path = pathOf(spec);
    const [sizeless = '', size] = spec.split(/#(?=\d+$)/);
    const [plain = '', mode] = sizeless.split(/@(?=[0-7]+$)/);
    const entry = entryOf(path, typeOf(plain), plain.split(' -> ')[1] ?? '');
    entries.set(path, {
      ...entry,
      ...(mode === undefined ? {} : { mode: Number.parseInt(mode, 8) }),
      ...(size === undefined ? {} : { size: Number(size) }),
    });
    for (let parent = parentOf(path); parent !== ''; parent = parentOf(parent)) {
      if (!entries.has(parent)) entries.set(parent, entryOf(parent, 'directory', ''));
    }
  }
  const sorted = [...entries.values()].sort((a, b) => comparePaths(a.path, b.path));
  return new Tree(entryOf('', 'directory', ''), sorted);
}

function typeOf(spec: string): EntryType {
  if (spec.includes(' -> ')) return 'symlink';
  if (spec.endsWith('/')) return 'directory';
  if (spec.endsWith(':fifo')) return 'fifo';
  return spec.endsWith(':character') ? 'character' : 'file';
}

function entryOf(path: string, type: EntryType, target: string): Entry {
  return {
    path,
    type,
    mode: type === 'directory' ? 0o755 : 0o640,
    uid: 1000,
    gid: 1000,
    size: type === 'file' ? 10 : 0,
    mtime: 0,
    nanoseconds: 0,
    target,
    major: 0,
    minor: 0,
    links: null,
  };
}
