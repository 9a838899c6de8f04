/** Rules on a large tree: 100,000 entries, with and without a package database. `node bench/rules.ts` */
import { loadDpkg } from '../src/packages/dpkg.ts';
import type { PackageDatabase } from '../src/packages/package.ts';
import { decide } from '../src/rules/decide.ts';
import { GlobIndex } from '../src/rules/glob-index.ts';
import { choosePolicies, POLICIES } from '../src/rules/policies.ts';
import type { Rule } from '../src/rules/rule.ts';
import { TABLES } from '../src/rules/tables/index.ts';
import type { Entry } from '../src/tree/entry.ts';
import { comparePaths } from '../src/tree/path.ts';
import { Tree } from '../src/tree/tree.ts';

const TOP = ['bin', 'boot', 'dev', 'etc', 'home', 'lib', 'opt', 'root', 'run', 'srv', 'usr', 'var'];
const SECOND = ['cache', 'lib', 'log', 'share', 'doc', 'include', 'src', 'spool', 'python3', 'locale'];
const ENDINGS = ['.pyc', '.py', '.so', '.gz', '.conf', '', '.mo', '.log', '.h', '.md5sums'];

/** Each has some two hundred paths. */
const PACKAGES = 500;

/** @param more entries besides the usual ones; directories end with a slash */
function makeTree(wanted: number, more: readonly string[] = []): Tree {
  const entries: Entry[] = [];
  const add = (path: string, type: 'file' | 'directory'): void => {
    const size = type === 'file' ? 1000 : 0;
    const mode = type === 'file' ? 0o644 : 0o755;
    const times = { mtime: 0, nanoseconds: 0 };
    entries.push({
      path,
      type,
      mode,
      uid: 0,
      gid: 0,
      size,
      ...times,
      target: '',
      major: 0,
      minor: 0,
      links: null,
    });
  };
  const directories = TOP.flatMap((top) => [top, ...SECOND.map((second) => `${top}/${second}`)]);
  for (const directory of [...directories]) {
    if (!directory.includes('/')) continue;
    for (let i = 0; i < 80; i++) directories.push(`${directory}/package-${i}`);
  }
  for (const directory of directories) add(directory, 'directory');
  for (let i = 0; entries.length < wanted; i++) {
    add(`${directories[i % directories.length]}/file-${i}${ENDINGS[i % ENDINGS.length]}`, 'file');
  }
  for (const path of more) add(path.replace(/\/$/, ''), path.endsWith('/') ? 'directory' : 'file');
  entries.sort((a, b) => comparePaths(a.path, b.path));
  const root: Entry = { ...(entries[0] as Entry), path: '' };
  return new Tree(root, entries);
}

/** In the proportions of the tables: most literal, some below a directory, some at any depth. */
function makeRules(count: number): Rule[] {
  const shapes = [
    (i: number) => `etc/file-${i}.conf`,
    (i: number) => `var/lib/package-${i}/*.log`,
    (i: number) => `usr/share/package-${i}/**`,
    (i: number) => `{usr/,}lib/{python3,locale}/package-${i}/file-*`,
    (i: number) => `**/.name-${i}`,
    (i: number) => `**/*.ending${i}`,
    (i: number) => `var/cache/**/prefix-${i}*`,
    (i: number) => `etc/name-${i}[-.~]*`,
  ];
  const rules = Array.from({ length: count - 2 }, (_, i): Rule => {
    const match = [(shapes[i % shapes.length] as (i: number) => string)(i)];
    const action = { do: i % 3 === 0 ? 'truncate' : 'drop' } as const;
    return { id: `bench/rule-${i}`, match, action, why: 'bench', source: 'bench' };
  });
  const mode = { do: 'mode', mode: 0o600 } as const;
  rules.push({ id: 'bench/pyc', match: ['**/*.pyc'], action: { do: 'drop' }, why: 'bench', source: 'bench' });
  rules.push({ id: 'bench/mode', match: ['**'], when: { type: 'block' }, action: mode, why: '', source: '' });
  return rules;
}

function time(label: string, run: () => number): void {
  const runs: number[] = [];
  let result = 0;
  for (let i = 0; i < 7; i++) {
    const started = performance.now();
    result = run();
    runs.push(performance.now() - started);
  }
  const median = runs.toSorted((a, b) => a - b)[3] as number;
  console.log(`${label}: first ${runs[0]?.toFixed(0)} ms, median ${median.toFixed(0)} ms (${result})`);
}

const tree = makeTree(100_000);
const rules = makeRules(250);
time('match', () => {
  const index = new GlobIndex(rules.flatMap((rule) => rule.match));
  return tree.entries.reduce((sum, entry) => sum + index.match(entry.path).length, 0);
});
time('decide', () => {
  const decisions = decide(new Tree(tree.root, tree.entries), rules, { policy: () => undefined });
  return decisions.dropped.size + decisions.changes.size;
});
/** A list for each package, like dpkg's: nine of ten files belong to some package, and each directory to several. */
function makeLists(from: Tree, packages: number): Map<string, Buffer> {
  const lists = Array.from({ length: packages }, (): string[] => ['/.']);
  from.entries.forEach(({ path, type }, i) => {
    const owners = type === 'directory' ? [i, i + 1, i + 2] : i % 10 === 0 ? [] : [i];
    for (const owner of owners) lists[owner % packages]?.push(`/${path}`);
  });
  const name = (i: number): string => `var/lib/dpkg/info/package-${i}.list`;
  return new Map(lists.map((lines, i) => [name(i), Buffer.from(`${lines.join('\n')}\n`)]));
}

const shipped = Object.values(TABLES).flat();
const choices = choosePolicies(POLICIES, []);
const policy = (name: string): string | undefined => choices.get(name);
time(`decide, the ${shipped.length} rules that ship`, () => {
  const decisions = decide(new Tree(tree.root, tree.entries), shipped, { policy });
  return decisions.dropped.size + decisions.changes.size;
});

const lists = makeLists(tree, PACKAGES);
const DATABASE = ['var/lib/dpkg/', 'var/lib/dpkg/info/', 'var/lib/dpkg/status'];
const debian = makeTree(100_000 - lists.size - DATABASE.length, [...DATABASE, ...lists.keys()]);
const load = (into: Tree): PackageDatabase | undefined =>
  loadDpkg(into, (path) => lists.get(path) ?? Buffer.alloc(0));
const claims = [...lists.values()].reduce((sum, list) => sum + list.toString().split('\n').length - 2, 0);
time(`load ownership, ${claims} claims of ${PACKAGES} dpkg packages`, () => {
  const database = load(new Tree(debian.root, debian.entries));
  return debian.entries.filter(({ path }) => database?.owns(path)).length;
});
const database = load(debian);
const owned = (path: string): boolean => database?.owns(path) === true;
const hasAny = (): boolean => true;
/** As a user other than root, for whom the rules for owners apply too. */
const context = { policy, owned, privileged: false, hasUser: hasAny, hasGroup: hasAny };
for (const [what, rules] of [
  ['the rules that ship', shipped],
  ['those for Debian', ['common', 'dpkg', 'debian'].flatMap((layer) => TABLES[layer] ?? [])],
] as const) {
  time(`decide with ownership, ${debian.entries.length} entries, ${rules.length} rules (${what})`, () => {
    const decisions = decide(new Tree(debian.root, debian.entries), rules, context);
    return decisions.dropped.size + decisions.changes.size;
  });
}
