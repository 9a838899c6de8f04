// What must never be proposed, on chosen trees and on random ones.
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BASE, gzip, type PairEntry, UUID_A, UUID_B } from '../../fixtures/diff/pair.ts';
import type { Cluster } from '../../src/diff/cluster.ts';
import type { Diff } from '../../src/diff/diff.ts';
import { Glob } from '../../src/rules/glob.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { runsOf } from '../support/thorough.ts';
import { diffOf, type SideOptions } from './make-side.ts';

const test = suite('proposal guard');

const KEEP: Rule = {
  id: 'user/keep',
  match: ['var/cache/own/kept*'],
  action: { do: 'keep' },
  why: 'It is wanted.',
  source: 'test',
};

function sides(
  files: Readonly<Record<string, readonly [a: string | undefined, b: string | undefined]>>,
): [PairEntry[], PairEntry[]] {
  const side = (at: 0 | 1): PairEntry[] =>
    Object.entries(files)
      .flatMap(([path, contents]) => {
        const content = contents[at];
        return content === undefined ? [] : [{ path, content }];
      })
      .concat(BASE as { path: string; content: string }[])
      .sort((x, y) => (x.path < y.path ? -1 : 1));
  return [side(0), side(1)];
}

async function diffFiles(
  files: Parameters<typeof sides>[0],
  options: SideOptions = {},
): Promise<{ diff: Diff; of: (path: string) => Cluster | undefined }> {
  const diff = await diffOf(...sides(files), options);
  return { diff, of: (path) => diff.clusters.find(({ paths }) => paths.includes(path)) };
}

const IDS = [`id=${UUID_A}\n`, `id=${UUID_B}\n`] as const;

test('what a rule keeps: the remedy is to look, and the rule is named', async () => {
  const { diff, of } = await diffFiles(
    { 'var/cache/own/kept': IDS, 'var/cache/own/other': IDS },
    { rules: [KEEP] },
  );
  const kept = of('var/cache/own/kept');
  assert.equal([kept?.remedy, kept?.proposal], ['look', undefined]);
  assert.match(kept?.advice ?? '', 'Rule user/keep keeps it');
  assert.equal(
    diff.proposal.rules.map(({ match }) => match),
    [['var/cache/own/other']],
  );
});

test("debconf's answers, which a policy is about", async () => {
  const { diff, of } = await diffFiles({ 'var/cache/debconf/config.dat': IDS });
  assert.is(of('var/cache/debconf/config.dat')?.proposal, undefined);
  assert.equal([diff.proposal.rules, diff.proposal.policies.size], [[], 0]);
});

test('a policy that takes away what its default leaves is not proposed', async () => {
  const { diff, of } = await diffFiles(
    { 'var/cache/debconf/config.dat': IDS },
    { policies: ['debconf=sort'] },
  );
  assert.not.equal(of('var/cache/debconf/config.dat')?.remedy, 'rule');
  assert.is(diff.proposal.policies.size, 0);
});

test('a directory is not dropped for the sake of what stays below it', async () => {
  const above: PairEntry = { path: 'var/cache/own', type: 'directory' };
  const [kept] = sides({ 'var/cache/own/kept': ['a', 'a'] });
  const diff = await diffOf([...kept, above], [...BASE], { rules: [KEEP] });
  const matched = diff.proposal.rules.flatMap(({ match }) => match);
  assert.equal(matched, []);
});

test('many files as one pattern: the kept ones are taken out of it', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 14 }, (_, i) => [
      `opt/own/${i === 3 ? 'kept' : 'f'}${i}.gz`,
      [gzip('text', 1_700_000_000), gzip('text', 1_700_000_100)] as const,
    ]),
  );
  const { diff } = await diffFiles(files, { rules: [{ ...KEEP, match: ['opt/own/kept*'] }] });
  assert.equal(
    diff.proposal.rules.map(({ match, except }) => ({ match, except })),
    [{ match: ['opt/own/**/*.gz'], except: ['opt/own/kept3.gz'] }],
  );
});

for (const [what, files] of Object.entries({
  'a MariaDB data directory': { 'var/cache/db/ibdata1': ['\0', '\0'], 'var/cache/db/mysql/user.frm': IDS },
  'a PostgreSQL cluster': { 'var/tmp/pg/PG_VERSION': ['15\n', '15\n'], 'var/tmp/pg/base/1/2': IDS },
  'an LMDB database': { 'var/cache/x/data.mdb': ['\0a', '\0b'], 'var/cache/x/id': IDS },
  'a LevelDB database': {
    'root/.cache/l/CURRENT': ['MANIFEST-000001\n', 'MANIFEST-000001\n'],
    'root/.cache/l/MANIFEST-000001': ['\0', '\0'],
    'root/.cache/l/LOG': ['2024/01/02-10:11:12.1 1 x\n', '2024/01/02-10:11:13.1 1 x\n'],
  },
  'a SQLite database': { 'var/cache/s/own.sqlite3': ['\0a', '\0b'], 'var/cache/s/own.id': IDS },
  'a git repository': {
    'var/cache/r/HEAD': ['ref: x\n', 'ref: x\n'],
    'var/cache/r/objects/aa/bb': IDS,
    'var/cache/r/refs/heads/main': IDS,
  },
} satisfies Record<string, Parameters<typeof sides>[0]>)) {
  test(`${what}: nothing is proposed for a part of it`, async () => {
    const { diff } = await diffFiles(files);
    assert.not.equal(diff.clusters.length, 0);
    assert.equal(diff.proposal.rules, []);
    assert.ok(diff.clusters.every(({ advice }) => !/again/.test(advice)));
  });
}

test('that a file is made again is said of what a table says it of', async () => {
  const { of } = await diffFiles({ 'var/lib/own/id': IDS, 'srv/own/id': IDS, 'var/cache/own/id': IDS });
  for (const path of ['var/lib/own/id', 'srv/own/id']) {
    assert.is(of(path)?.remedy, 'rule', path);
    assert.is(of(path)?.proposal?.rules[0]?.action.do, 'substitute', path);
    assert.not.match(of(path)?.advice ?? '', / again|drops/);
  }
  assert.match(of('var/cache/own/id')?.advice ?? '', 'Filesystem Hierarchy Standard');
});

const NAMES = [
  'a',
  'kept',
  'id',
  'x.log',
  'user.frm',
  'hashfile',
  'registry',
  'config.dat',
  'own.pyc',
  'f.gz',
];
const DIRECTORIES = [
  ...[
    'var/cache/own',
    'var/cache/debconf',
    'var/lib/ucf',
    'var/lib/mysql',
    'var/lib/own',
    'var/log',
    'etc',
    'tmp',
  ],
  ...[
    'root/.cache/l',
    'root/.npm/_logs',
    'opt/own',
    'etc/git/.git',
    'boot',
    'usr/share/doc/own',
    'var/spool/own',
  ],
];
const MARKERS = ['ibdata1', 'PG_VERSION', 'data.mdb', 'own.sqlite'];
const VARYING: readonly (readonly [string, string])[] = [
  IDS,
  ['made 2024-01-01 00:00:01\n', 'made 2024-01-01 00:00:02\n'],
  ['in /tmp/tmp.aB3dE6gH9j\n', 'in /tmp/tmp.Zy8xW5vU2t\n'],
  ['b\na\n', 'a\nb\n'],
  ['\0\x01', '\0\x02'],
];

const file = fc.record({
  directory: fc.constantFrom(...DIRECTORIES),
  name: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...NAMES) }, fc.constantFrom(...MARKERS)),
  content: fc.constantFrom(...VARYING),
  side: fc.constantFrom('both', 'both', 'both', 'a', 'b'),
});
const keepGlob = fc.oneof(
  fc
    .tuple(fc.constantFrom(...DIRECTORIES), fc.constantFrom('**', '*', ...NAMES))
    .map((parts) => parts.join('/')),
  fc.constantFrom(...NAMES).map((name) => `**/${name}`),
);

/** By other means than the guard's: the last rule that names a path, and what is in one directory. */
function isForbidden(
  path: string,
  action: string,
  keeps: readonly string[],
  paths: readonly string[],
): boolean {
  const isKept = [...keeps, 'var/lib/ucf/{hashfile,registry}'].some((pattern) =>
    new Glob(pattern).matches(path),
  );
  const isPolicy = /^var\/cache\/debconf\/config\.dat$|^usr\/share\/doc\//.test(path);
  const isTaken = action === 'drop' || action === 'truncate';
  const roots = paths.flatMap((each) => {
    const at = each.lastIndexOf('/');
    return MARKERS.includes(each.slice(at + 1)) &&
      each.slice(0, at) !== 'etc' &&
      each.slice(0, at) !== 'tmp' &&
      !(each.endsWith('.sqlite') && /^(?:var\/log|etc|tmp)\//.test(each))
      ? [each.slice(0, at)]
      : [];
  });
  return isKept || (isTaken && isPolicy) || roots.some((root) => path.startsWith(`${root}/`));
}

test('random trees and rules: no proposal matches what a rule keeps, a policy decides, or a part of a database', async () => {
  let proposed = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(file, { minLength: 1, maxLength: 14 }),
      fc.array(keepGlob, { maxLength: 3 }),
      async (files, keeps) => {
        const entries = new Map(
          files.map(({ directory, name, content: [a, b], side }) => [
            `${directory}/${name}`,
            [side === 'b' ? undefined : a, side === 'a' ? undefined : b] as const,
          ]),
        );
        const rules: Rule[] = keeps.map((match, i) => ({ ...KEEP, id: `user/keep-${i}`, match: [match] }));
        const { diff } = await diffFiles(Object.fromEntries(entries), { rules });
        const paths = [...entries.keys()];
        for (const { match, except = [], action } of diff.proposal.rules) {
          const globs = match.map((pattern) => new Glob(pattern));
          const excepts = except.map((pattern) => new Glob(pattern));
          for (const path of paths) {
            if (!globs.some((glob) => glob.matches(path)) || excepts.some((glob) => glob.matches(path)))
              continue;
            proposed += 1;
            assert.not(isForbidden(path, action.do, keeps, paths), `${action.do} ${path}`);
          }
        }
      },
    ),
    { numRuns: runsOf(40, 14), seed: 13 },
  );
  assert.ok(proposed > runsOf(20, 6), `only ${proposed} proposed`);
});

test.run();
