/** Bootstraps a package set on both sides, and keeps each as an archive. What an earlier run finished is not done again. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { type Effort, measureEffort } from './twin-effort.ts';
import {
  configured,
  failures,
  type LeftOut,
  lastConfigured,
  simulated,
  unknownPackages,
  unmetPackage,
} from './twin-failures.ts';
import type { PackageSet } from './twin-set.ts';
import {
  type Ended,
  FIRST,
  makeBases,
  type Places,
  removeClockCopies,
  runInTree,
  SIDES,
  type Side,
  unpackBase,
} from './twin-side.ts';

export interface Built {
  readonly asked: readonly string[];
  /** Of those asked for, what could not be installed. */
  readonly leftOut: readonly LeftOut[];
  /** How many packages the two sides configured at another place in the order. */
  readonly moved: number;
  /** For both sides, from the smallest Debian on. */
  readonly effort: Effort;
  /** ISO date of the bootstrap. */
  readonly date: string;
}

/** What is known of a set that is not finished; a file. */
interface State {
  readonly asked: readonly string[];
  leftOut: LeftOut[];
  /**
   * All packages that apt adds for the others, where those are known to exist beside each other and everything is downloaded: both
   * sides get the same ones, in whatever order they are named.
   */
  needed: readonly string[] | undefined;
  effort: Effort;
  /** Packages in the order of their configuration, by the name of a finished side. */
  orders: Record<string, readonly string[]>;
  date: string;
}

/** Installations that fail before the set is given up: each one leaves out at least one package. */
const MAX_TRIES = 12;
/** Free bytes of memory at which both sides are made at the same time. */
const MEMORY_FOR_TWO = 10 * 1024 ** 3;

const INSTALL = [
  ...['apt-get', '-y', '--no-install-recommends', '-o', 'Dpkg::Use-Pty=0'],
  // Nobody answers questions about conffiles.
  ...['-o', 'Dpkg::Options::=--force-confdef', '-o', 'Dpkg::Options::=--force-confold'],
  // Trees are in memory, and both sides use one directory of packages that are downloaded already.
  ...['-o', 'Dpkg::Options::=--force-unsafe-io', '-o', 'Debug::NoLocking=1', '-o', 'APT::Sandbox::User=root'],
];
/** Also marks what was not asked for, as apt does by itself. Arguments: all packages, a blank between them; those that are marked. */
const INSTALL_ALL = `${INSTALL.join(' ')} install $1 && if [ -n "$2" ]; then apt-mark -o Debug::NoLocking=1 auto $2; fi`;

/** The archive of a side, as `tar` writes it. */
export function keptArchive(set: string, side: Side, places: Places): string {
  return join(places.kept, `${set}-${side.name}.tar.zst`);
}

/**
 * @param tell gets a line for each step
 * @throws Error where the set cannot be installed for another reason than that of some packages
 */
export async function buildTwins(
  set: PackageSet,
  places: Places,
  tell: (line: string) => void,
): Promise<Built> {
  await makeBases(set.suite, places);
  const state = readState(set, places);
  for (let tries = 1; ; tries += 1) {
    const effort = measureEffort();
    const left = SIDES.filter((side) => !(side.name in state.orders));
    const needed = left.length > 0 ? (state.needed ?? (await plan(set, state, places, tell))) : [];
    const ended = await installAll(left, set, { asked: chosen(state), needed }, places, tell);
    const failed = left.filter((_, index) => ended[index]?.status !== 0);
    if (failed.length > 0) {
      if (tries === MAX_TRIES) throw new Error(`${set.name}: still fails after ${tries} installations`);
      await leaveOut(set, state, places, new Map(left.map((side, index) => [side, ended[index] as Ended])));
      state.orders = {};
      state.needed = undefined;
    }
    if (failed.length === 0) {
      for (const [index, side] of left.entries()) {
        keep(set, side, places);
        state.orders[side.name] = configured(ended[index]?.output ?? '');
      }
    }
    state.effort = effort(state.effort);
    writeState(set, state, places);
    if (failed.length > 0) continue;
    const [first = [], second = []] = SIDES.map((side) => state.orders[side.name]);
    const moved = first.filter((name, index) => second[index] !== name).length;
    const { asked, leftOut, effort: spent, date } = state;
    return { asked, leftOut, moved, effort: spent, date };
  }
}

function chosen({ asked, leftOut }: State): string[] {
  const without = new Set(leftOut.map((left) => left.package));
  return asked.filter((name) => !without.has(name));
}

/**
 * Finds out which packages exist beside each other, and downloads them.
 *
 * @returns what apt adds
 */
async function plan(
  set: PackageSet,
  state: State,
  places: Places,
  tell: (line: string) => void,
): Promise<readonly string[]> {
  const root = join(places.trees, 'plan');
  unpackBase(set.suite, FIRST, root, places);
  const log = join(places.kept, `${set.name}-plan.log`);
  const run = (words: readonly string[]): Promise<Ended> =>
    runInTree(words, { places, side: FIRST, root, hasNetwork: true, debs: places.debs, log });
  let needed: string[] = [];
  for (;;) {
    const packages = chosen(state);
    if (packages.length === 0) throw new Error(`${set.name}: none of its packages can be installed`);
    const { status, output } = await run([...INSTALL, '--simulate', 'install', ...packages]);
    if (status === 0) {
      const asked = new Set(packages.map((name) => name.replace(/:.*/, '')));
      needed = simulated(output).filter((name) => !asked.has(name));
      break;
    }
    const unknown = unknownPackages(output).filter((name) => packages.includes(name));
    const unmet = unmetPackage(output, packages);
    if (unknown.length > 0)
      state.leftOut.push(...unknown.map((name) => ({ package: name, reason: `not in ${set.suite}` })));
    else if (unmet !== undefined) state.leftOut.push(unmet);
    else throw new Error(`${set.name}: apt does not install it:\n${output.slice(-2000)}`);
  }
  tell(`downloading ${chosen(state).length} packages and what they need`);
  const { status, output } = await run([...INSTALL, '--download-only', 'install', ...chosen(state)]);
  if (status !== 0) throw new Error(`${set.name}: the download failed:\n${output.slice(-2000)}`);
  state.needed = needed;
  writeState(set, state, places);
  removeTree(root);
  return needed;
}

/** Installs in fresh trees of these sides; in turn where memory is short. */
async function installAll(
  sides: readonly Side[],
  set: PackageSet,
  { asked, needed }: { readonly asked: readonly string[]; readonly needed: readonly string[] },
  places: Places,
  tell: (line: string) => void,
): Promise<Ended[]> {
  const install = async (side: Side): Promise<Ended> => {
    const root = treeOf(side, places);
    unpackBase(set.suite, side, root, places);
    const log = join(places.kept, `${set.name}-${side.name}.log`);
    const words = [side.order([...asked, ...needed]).join(' '), needed.join(' ')];
    return await runInTree(['sh', '-c', INSTALL_ALL, 'sh', ...words], {
      places,
      side,
      root,
      debs: places.debs,
      log,
    });
  };
  if (sides.length === 0) return [];
  tell(`installing ${asked.length + needed.length} packages on ${sides.length} sides`);
  if (freemem() > MEMORY_FOR_TWO) return await Promise.all(sides.map(install));
  const ended: Ended[] = [];
  for (const side of sides) ended.push(await install(side));
  return ended;
}

/** Adds to `leftOut` what asks for the packages that failed. */
async function leaveOut(
  set: PackageSet,
  state: State,
  places: Places,
  ended: ReadonlyMap<Side, Ended>,
): Promise<void> {
  const reasons = new Map<string, string>();
  for (const [side, { status, output, isSilent }] of ended) {
    if (status === 0) continue;
    const found = failures(output);
    const hanging = isSilent ? lastConfigured(output) : undefined;
    if (hanging !== undefined) found.push({ package: hanging, reason: 'does not come to an end' });
    for (const { package: name, reason } of found) {
      const also = reasons.get(name);
      reasons.set(
        name,
        also === undefined ? `${reason}; ${side.name} side` : also.replace(/; first side$/, ''),
      );
    }
  }
  const closures = await closuresOf(set, chosen(state), places);
  const before = state.leftOut.length;
  for (const [asked, closure] of closures) {
    const failed = closure.find((name) => reasons.has(name));
    if (failed === undefined) continue;
    const reason = reasons.get(failed) ?? '';
    state.leftOut.push({ package: asked, reason: failed === asked ? reason : `needs ${failed}: ${reason}` });
  }
  if (state.leftOut.length === before) {
    const [{ output } = { output: '' }] = [...ended.values()].filter(({ status }) => status !== 0);
    throw new Error(`${set.name}: it is not clear which package fails:\n${output.slice(-3000)}`);
  }
}

/** What each package would install when asked for alone. */
async function closuresOf(
  set: PackageSet,
  packages: readonly string[],
  places: Places,
): Promise<Map<string, string[]>> {
  const root = treeOf(FIRST, places);
  unpackBase(set.suite, FIRST, root, places);
  const script =
    'for name; do echo "== $name"; apt-get --simulate --no-install-recommends install "$name"; done';
  const log = join(places.kept, `${set.name}-closures.log`);
  const { output } = await runInTree(['sh', '-c', script, 'sh', ...packages], {
    places,
    side: FIRST,
    root,
    log,
  });
  const sections = output.split(/^== /m).slice(1);
  return new Map(sections.map((section) => [section.split('\n')[0] ?? '', simulated(section)]));
}

/** Archives the tree of a side, and removes it. */
function keep(set: PackageSet, side: Side, places: Places): void {
  const archive = keptArchive(set.name, side, places);
  const unfinished = `${archive}.unfinished`;
  const root = treeOf(side, places);
  removeClockCopies(root);
  execFileSync(
    'tar',
    [
      ...['-C', root, '--format=posix', '--numeric-owner', '--acls', '--xattrs', '--xattrs-include=*'],
      ...['--one-file-system', '-I', 'zstd -1 -T2', '-cf', unfinished, '.'],
    ],
    // It says that it leaves out sockets.
    { stdio: ['ignore', 'ignore', 'ignore'] },
  );
  renameSync(unfinished, archive);
  removeTree(root);
}

/** Removes what an earlier run kept of a set. */
export function forgetTwins(set: PackageSet, places: Places): void {
  rmSync(stateFile(set, places), { force: true });
  for (const side of SIDES) rmSync(keptArchive(set.name, side, places), { force: true });
}

function treeOf(side: Side, places: Places): string {
  return join(places.trees, side.name);
}

function removeTree(root: string): void {
  execFileSync('rm', ['-rf', '--one-file-system', root]);
}

function stateFile(set: PackageSet, places: Places): string {
  return join(places.kept, `${set.name}.json`);
}

/** Of an earlier run, if that was for the same packages. */
function readState(set: PackageSet, places: Places): State {
  const file = stateFile(set, places);
  if (existsSync(file)) {
    const state = JSON.parse(readFileSync(file, 'utf8')) as State;
    if (state.asked.join() === set.packages.join()) {
      for (const side of SIDES) {
        if (!existsSync(keptArchive(set.name, side, places))) delete state.orders[side.name];
      }
      return state;
    }
  }
  forgetTwins(set, places);
  const date = new Date().toISOString().slice(0, 10);
  return {
    asked: set.packages,
    leftOut: [],
    needed: undefined,
    effort: { wall: 0, cpu: 0 },
    orders: {},
    date,
  };
}

function writeState(set: PackageSet, state: State, places: Places): void {
  const file = stateFile(set, places);
  writeFileSync(`${file}.unfinished`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${file}.unfinished`, file);
}
