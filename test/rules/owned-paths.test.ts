/** What the packages of Debian ship, and what the rules would do to it: nothing, unless a policy says so. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { decide } from '../../src/rules/decide.ts';
import { POLICIES } from '../../src/rules/policies.ts';
import type { Condition, Rule } from '../../src/rules/rule.ts';
import { TABLES } from '../../src/rules/tables/index.ts';
import type { Entry, EntryType } from '../../src/tree/entry.ts';
import type { Tree } from '../../src/tree/tree.ts';
import { makeEntry, makeTree, rule } from './make-tree.ts';

const test = suite('rules/owned-paths');

const TYPES: Readonly<Record<string, EntryType>> = { '-': 'file', d: 'directory', l: 'symlink', p: 'fifo' };

/** Permissions as `ls -l` writes them. */
function modeOf(text: string): number {
  const bits = [...text].map((char) => (char === '-' || char === 'S' || char === 'T' ? 0 : 1));
  const special = (['s', 's', 't'] as const).map((sign, at) => text[at * 3 + 2]?.toLowerCase() === sign);
  return bits.reduce(
    (mode, bit) => mode * 2 + bit,
    special.reduce((mode, is) => mode * 2 + Number(is), 0),
  );
}

/** Owners other than root only have to be another number. */
function idOf(name: string | undefined): number {
  return name === 'root' ? 0 : 1;
}

function read(): { tree: Tree; packageOf: ReadonlyMap<string, string> } {
  const packageOf = new Map<string, string>();
  const entries: Entry[] = [];
  for (const line of capturedDatabase('owned-paths').toString('latin1').trimEnd().split('\n')) {
    const [owner = '', permissions = '', account = '', size, path = '', target = ''] = line.split('\t');
    const type = TYPES[permissions.charAt(0)];
    assert.ok(type, line);
    const [uid, gid] = account.split('/').map(idOf);
    packageOf.set(path, owner);
    const mode = modeOf(permissions.slice(1));
    entries.push(makeEntry(path, { type, mode, uid: uid ?? 0, gid: gid ?? 0, size: Number(size), target }));
  }
  return { tree: makeTree(...entries), packageOf };
}

const { tree, packageOf } = read();

/** Without what asks for other paths: then a rule applies in some tree, and is tried here for all. */
function everywhere(given: Rule): Rule | undefined {
  if (given.when?.exists === undefined && given.when?.missing === undefined) return given;
  if (given.action.do === 'keep') return undefined;
  const { exists: _exists, missing: _missing, ...when } = given.when;
  return { ...given, when: when as Condition };
}

const RULES = ['common', 'dpkg', 'debian', 'ubuntu']
  .flatMap((layer) => TABLES[layer] ?? [])
  .flatMap((each) => everywhere(each) ?? []);

/** Paths that lose their entry or content, each with its package and the rule, where no policy names the rule. */
function lost(rules: readonly Rule[]): string[] {
  const decisions = decide(tree, rules, {
    owned: () => true,
    policy: (name) => POLICIES.find((policy) => policy.name === name)?.default,
  });
  const found = [...decisions.dropped].map(([path, by]) => ({ path, by }));
  for (const [path, { content }] of decisions.changes) {
    if (content !== undefined && content.action.do !== 'rewrite') found.push({ path, by: content.rule });
  }
  return found
    .filter(({ by }) => by.when?.policy === undefined)
    .map(({ path, by }) => `${path} of ${packageOf.get(path)}: ${by.id}`)
    .sort();
}

test('the list has what thousands of packages ship where programs keep state', () => {
  assert.ok(packageOf.size > 4_000, `${packageOf.size} paths`);
  assert.ok(new Set(packageOf.values()).size > 600, `${new Set(packageOf.values()).size} packages`);
  for (const [path, owner] of [
    ['var/lib/dpkg/info', 'dpkg'],
    ['var/cache/man', 'man-db'],
  ] as const) {
    assert.equal(packageOf.get(path), owner, path);
  }
});

test('no rule drops, empties or replaces what a package ships, unless a policy says so', () => {
  assert.equal(lost(RULES), []);
});

test('a rule that forgets to ask whether a package claims its paths is found', () => {
  const careless = rule('var/cache/man', 'drop', { id: 'debian/careless' });
  const found = lost([...RULES, careless]);
  assert.equal(found, ['var/cache/man of man-db: debian/careless']);
});

test.run();
