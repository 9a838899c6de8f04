/**
 * Bootstraps package sets twice, under circumstances as different as a machine allows, and says whether stillroot makes one
 * archive of both.
 *
 *     node bench/twins.ts [SET...] [--sets DIR] [--work DIR] [--again] [--compare] [--report FILE]
 *
 * Without SET, all sets of the directory are run in turn. What is finished is kept in the directory of --work: a run that was
 * stopped continues there, --again begins anew, --compare only compares the kept archives once more, with the rules of
 * today. --report writes a page about all results that are there.
 *
 * Needs root, mmdebstrap, bsdtar, cc, zstd and the Debian archive that this machine's apt uses.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { plural } from '../src/text/format.ts';
import { buildTwins, forgetTwins } from './twin-build.ts';
import { compareTwins, type TwinResult } from './twin-compare.ts';
import { renderTwins } from './twin-report.ts';
import { type PackageSet, readSets, SETS } from './twin-set.ts';
import type { Places } from './twin-side.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sets: { type: 'string', default: SETS },
    work: { type: 'string', default: '/var/tmp/stillroot-twins' },
    again: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    report: { type: 'string' },
  },
});

/** With less memory than this, trees are on disk. */
const MEMORY_MIN = 12 * 1024 ** 3;

const sets = chooseSets(readSets(values.sets), positionals);
const onlyReport =
  values.report !== undefined && positionals.length === 0 && !values.compare && !values.again;
if (!onlyReport) inOwnNamespace();
const places = makePlaces(values.work);
if (!onlyReport) for (const set of sets) await runSet(set);
if (values.report !== undefined) {
  const all = readSets(values.sets);
  writeFileSync(values.report, renderTwins(all, readResults(all, places)));
}

async function runSet(set: PackageSet): Promise<void> {
  const tell = (line: string): void =>
    console.log(`${new Date().toISOString().slice(11, 19)} ${set.name}: ${line}`);
  const file = join(places.results, `${set.name}.json`);
  if (values.again) forgetTwins(set, places);
  if (values.again || values.compare) rmSync(file, { force: true });
  if (existsSync(file)) {
    const { built } = JSON.parse(readFileSync(file, 'utf8')) as TwinResult;
    if (built.asked.join() === set.packages.join()) return tell('there is a result already');
  }
  const built = await buildTwins(set, places, tell);
  for (const { package: name, reason } of built.leftOut) tell(`without ${name}: ${reason}`);
  tell('comparing');
  const result = await compareTwins(set, built, places);
  writeFileSync(`${file}.unfinished`, `${JSON.stringify(result, null, 2)}\n`);
  renameSync(`${file}.unfinished`, file);
  const { installed, differing, remaining, digests, effort, tools, services } = result;
  const failed = [...tools, ...services].filter(({ isGood }) => !isGood).map(({ name }) => name);
  tell(
    [
      plural(installed, 'package'),
      `${differing.any} paths differ, ${differing.more} in more than the time`,
      `${remaining.length} remain, digests ${digests[0] === digests[1] ? 'equal' : 'differ'}`,
      `${(built.effort.wall + effort.wall).toFixed(0)} s, of CPU ${(built.effort.cpu + effort.cpu).toFixed(0)} s`,
      ...(failed.length > 0 ? [`fails: ${failed.join(', ')}`] : []),
    ].join(', '),
  );
}

function chooseSets(all: readonly PackageSet[], names: readonly string[]): readonly PackageSet[] {
  for (const name of names) {
    if (!all.some((set) => set.name === name))
      throw new Error(`no set ${name}; there are ${all.map((set) => set.name).join(', ')}`);
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

function readResults(all: readonly PackageSet[], { results }: Places): TwinResult[] {
  const there = new Set(readdirSync(results));
  return all
    .filter(({ name }) => there.has(`${name}.json`))
    .map(({ name }) => JSON.parse(readFileSync(join(results, `${name}.json`), 'utf8')) as TwinResult);
}

function makePlaces(work: string): Places {
  const inside = (name: string): string => {
    const path = join(work, name);
    mkdirSync(path, { recursive: true, mode: 0o755 });
    return path;
  };
  const made = {
    debs: inside('debs'),
    bases: inside('bases'),
    kept: inside('kept'),
    results: inside('results'),
  };
  const trees = inside('trees');
  if (!onlyReport && totalmem() >= MEMORY_MIN)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=80%,mode=0755,nr_inodes=0', 'tmpfs', trees]);
  return { ...made, trees };
}

/** Starts this program again where its mounts and all that it starts end with it, however it ends. */
function inOwnNamespace(): void {
  if (process.env.STILLROOT_TWINS === 'inside') return;
  const inside = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const { status, error } = spawnSync('unshare', [...inside, process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, STILLROOT_TWINS: 'inside' },
  });
  if (error !== undefined) throw error;
  process.exit(status ?? 2);
}
