/** Compares the two sides of a package set: before and after the rules, by cause, and whether the result is a sound system. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DiffDocument } from '../src/documents/diff.ts';
import type { CheckDocument, PackDocument } from '../src/documents/pack.ts';
import type { Manifest } from '../src/manifest/manifest.ts';
import { TABLES } from '../src/rules/tables/index.ts';
import { processWords } from '../src/system/entry-points.ts';
import { type Built, keptArchive } from './twin-build.ts';
import { type CheckResult, runChecks } from './twin-checks.ts';
import { type Effort, measureEffort } from './twin-effort.ts';
import { Owners } from './twin-owners.ts';
import type { PackageSet } from './twin-set.ts';
import { FIRST, type Places, SECOND } from './twin-side.ts';

/** Paths that differ for one cause and come from one package. */
export interface CauseOfPackage {
  /** The one that ships the paths, or whose scripts name them. */
  readonly package: string;
  /** The built-in rule that makes them equal; null for what none does. */
  readonly rule: string | null;
  readonly cause: string;
  readonly title: string;
  readonly paths: number;
  readonly example: string;
}

/** A path that is different after packing. */
export interface Remaining {
  readonly path: string;
  readonly package: string;
  readonly cause: string;
  readonly title: string;
  readonly advice: string;
  /** The built-in rule that leaves it to the user, or does something about it only if a policy says so; absent for none. */
  readonly rule?: string;
}

/** Files that a package ships and that the rules remove or empty. */
export interface Loss {
  readonly rule: string;
  readonly action: 'drop' | 'truncate';
  /** The policy by which the rule can be chosen or not; null for none. */
  readonly policy: string | null;
  readonly package: string;
  readonly paths: number;
  readonly example: string;
}

export interface TwinResult {
  readonly set: string;
  readonly about: string;
  readonly suite: string;
  readonly built: Built;
  /** Packages in the tree. */
  readonly installed: number;
  /** Entries of the first side. */
  readonly entries: number;
  /** Paths in which anything is different, such as the time, and in which more than the time is. */
  readonly differing: { readonly any: number; readonly more: number };
  readonly remaining: readonly Remaining[];
  /** Paths that remain after what `diff` proposes. */
  readonly afterProposals: number;
  readonly causes: readonly CauseOfPackage[];
  readonly losses: readonly Loss[];
  /** SHA-256 of the two packed archives. */
  readonly digests: readonly [string, string];
  /** Whether their manifests are the same, byte for byte. */
  readonly hasOneManifest: boolean;
  readonly tools: readonly CheckResult[];
  readonly services: readonly CheckResult[];
  /** For `diff`, both `pack`, and the checks. */
  readonly effort: Effort;
}

/** Causes that say nothing about a package: what is done to every entry. */
const IS_GENERAL = /^normalize\//;

export async function compareTwins(set: PackageSet, built: Built, places: Places): Promise<TwinResult> {
  const effort = measureEffort();
  const archives = [FIRST, SECOND].map((side) => keptArchive(set.name, side, places));
  const found = stillroot<DiffDocument>(places, ['diff', ...archives]);
  const packed = archives.map((archive, index) => {
    // One name, which the manifest has.
    const output = join(places.trees, `side-${index}`, 'image.cpio');
    mkdirSync(dirname(output), { recursive: true });
    const document = stillroot<PackDocument>(places, [
      'pack',
      archive,
      '-o',
      output,
      '--manifest-entries',
      '--force',
    ]);
    const text = readFileSync(`${output}.manifest.json`, 'utf8');
    if (index > 0) execFileSync('rm', [output]);
    return { output, digest: document.digests.file, text, manifest: JSON.parse(text) as Manifest };
  });
  const [first, second] = packed;
  if (first === undefined || second === undefined) throw new Error('there are two sides');
  const root = join(places.trees, 'packed');
  execFileSync('rm', ['-rf', '--one-file-system', root]);
  execFileSync('mkdir', [root]);
  execFileSync('bsdtar', ['--numeric-owner', '-xpf', first.output], { cwd: root });
  execFileSync('rm', [first.output]);
  const owners = new Owners(root);
  const paths = changedEntries(first.manifest, second.manifest);
  const checks = await runChecks(set, root, places);
  const result: TwinResult = {
    ...{ set: set.name, about: set.about, suite: set.suite, built },
    installed: first.manifest.packages.length,
    entries: found.a.entries ?? first.manifest.entries?.length ?? 0,
    differing: countDiffering(found),
    remaining: paths.map((path) => describeRemaining(path, found, owners)),
    afterProposals: new Set(found.proof.remaining.map(({ path }) => path)).size,
    causes: causesOf(found, owners),
    losses: lossesOf(stillroot<CheckDocument>(places, ['check', archives[0] as string]), owners),
    digests: [first.digest, second.digest],
    hasOneManifest: first.text === second.text,
    ...checks,
    effort: effort(),
  };
  execFileSync('rm', ['-rf', '--one-file-system', root]);
  return result;
}

/** Runs a verb of STILLROOT_BIN, or else of this checkout; `diff` and `check` end with 1 where they find something. */
function stillroot<T>(places: Places, args: readonly string[]): T {
  const { STILLROOT_BIN: built } = process.env;
  const [program = '', ...words] = built === undefined ? processWords('bin') : [process.execPath, built];
  const { status, stdout, stderr } = spawnSync(program, [...words, ...args, '--json'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    env: { ...process.env, TMPDIR: places.trees, SOURCE_DATE_EPOCH: '1700000000' },
  });
  if (status !== 0 && !(status === 1 && args[0] !== 'pack'))
    throw new Error(`stillroot ${args.join(' ')} ended with ${status}:\n${stderr.slice(-2000)}`);
  return JSON.parse(stdout) as T;
}

/** Paths whose entries in the two archives are not the same. */
export function changedEntries(first: Manifest, second: Manifest): string[] {
  const byPath = ({ entries = [] }: Manifest): Map<string, string> =>
    new Map(entries.map((entry) => [entry.path, JSON.stringify(entry)]));
  const [a, b] = [byPath(first), byPath(second)];
  return [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path)).sort();
}

/** How many paths differ at all, and how many in more than their time. */
export function countDiffering({ clusters }: Pick<DiffDocument, 'clusters'>): TwinResult['differing'] {
  const paths = (which: DiffDocument['clusters']): number => new Set(which.flatMap((one) => one.paths)).size;
  return {
    any: paths(clusters),
    more: paths(clusters.filter(({ fields }) => fields.some((field) => field !== 'mtime'))),
  };
}

/** What `diff` says about a path that is different after packing. What the rules made equal in it says nothing. */
export function describeRemaining(
  path: string,
  { clusters }: Pick<DiffDocument, 'clusters'>,
  owners: Pick<Owners, 'of'>,
): Remaining {
  const all = clusters.filter(({ paths, remedy }) => remedy !== 'built-in' && paths.includes(path));
  const cluster = all.find(({ rule }) => rule !== null) ?? all[0];
  return {
    path,
    package: owners.of(path),
    cause: cluster?.cause ?? 'unknown',
    title: cluster?.title ?? 'not found by diff',
    advice: cluster?.advice ?? '',
    ...(cluster === undefined || cluster.rule === null ? {} : { rule: cluster.rule }),
  };
}

/** A row for each cause of each package, without what is done to every entry; by package and title. */
export function causesOf(
  { clusters }: Pick<DiffDocument, 'clusters'>,
  owners: Pick<Owners, 'of'>,
): CauseOfPackage[] {
  const rows = new Map<string, CauseOfPackage>();
  for (const { cause, rule, title, paths, remedy } of clusters) {
    if (rule !== null && IS_GENERAL.test(rule)) continue;
    for (const path of paths) {
      const from = owners.of(path);
      const decided = remedy === 'built-in' ? rule : null;
      const key = [from, decided, cause, title].join('\n');
      const before = rows.get(key);
      rows.set(key, {
        ...{ package: from, rule: decided, cause, title },
        paths: (before?.paths ?? 0) + 1,
        example: before?.example ?? path,
      });
    }
  }
  return [...rows.values()].sort(
    (a, b) => compareText(a.package, b.package) || compareText(a.title, b.title),
  );
}

/** @param checked of a whole side */
export function lossesOf({ changes }: Pick<CheckDocument, 'changes'>, owners: Owners): Loss[] {
  const rows = new Map<string, Loss>();
  for (const { rule, action, paths } of changes) {
    if (action !== 'drop' && action !== 'truncate') continue;
    for (const path of paths) {
      const owner = owners.shippedBy(path);
      if (owner === undefined) continue;
      const before = rows.get(`${rule} ${owner}`);
      rows.set(`${rule} ${owner}`, {
        ...{ rule, action, policy: POLICIES.get(rule) ?? null, package: owner },
        paths: (before?.paths ?? 0) + 1,
        example: before?.example ?? path,
      });
    }
  }
  return [...rows.values()];
}

/** The policy of each built-in rule that has one. */
const POLICIES: ReadonlyMap<string, string> = new Map(
  Object.values(TABLES)
    .flat()
    .flatMap(({ id, when }) => (when?.policy === undefined ? [] : [[id, when.policy.name] as const])),
);

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
