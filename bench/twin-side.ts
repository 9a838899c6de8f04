/** The two circumstances in which a set is bootstrapped, and the smallest Debian made in each. */
import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { debianMirror } from '../test/support/debian-mirror.ts';

/** What is different on the machine on which a side is made. */
export interface Side {
  readonly name: 'first' | 'second';
  /** Of the kernel and of /etc/hostname. */
  readonly host: string;
  /** Name of its network interface. */
  readonly link: string;
  readonly umask: string;
  /** Whether programs see one processor only. */
  readonly isSingle: boolean;
  /** Whether the clock is fast. */
  readonly isAhead: boolean;
  /** The order in which packages are named to apt. */
  readonly order: (packages: readonly string[]) => readonly string[];
}

export const FIRST: Side = {
  ...{ name: 'first', host: 'builder-one', link: 'eth0', umask: '022', isSingle: false, isAhead: false },
  order: (packages) => packages,
};
export const SECOND: Side = {
  ...{ name: 'second', host: 'ci-7f3a', link: 'enp3s0', umask: '077', isSingle: true, isAhead: true },
  order: (packages) => packages.toReversed(),
};
export const SIDES: readonly Side[] = [FIRST, SECOND];

/** Seconds by which the second clock is fast: more than 30 hours, so on another day of month and week. */
export const AHEAD = 40 * 3600;

/** A command ends when it has printed nothing for this long; milliseconds. */
const SILENCE = 600_000;
const NAMESPACES = [
  '--mount',
  '--uts',
  '--ipc',
  '--pid',
  '--fork',
  '--kill-child',
  '--propagation',
  'private',
];
const PROBE = 2000;

export interface Places {
  /** Downloaded packages of all suites. */
  readonly debs: string;
  /** Smallest trees, as archives. */
  readonly bases: string;
  /** Trees of the set in hand; best in memory. */
  readonly trees: string;
  /** What a set leaves: archives of both sides and what was printed. */
  readonly kept: string;
  readonly results: string;
}

export interface Ended {
  /** Null if it was ended, by a signal or after printing nothing for too long. */
  readonly status: number | null;
  /** Standard output and error. */
  readonly output: string;
  readonly isSilent: boolean;
}

export interface TreeCommand {
  readonly places: Places;
  readonly side: Side;
  readonly root: string;
  /** Whether it sees the machine's network, rather than interfaces of its own that lead nowhere. */
  readonly hasNetwork?: boolean;
  /** Whether services may be started, which an installation must not do. */
  readonly hasServices?: boolean;
  /** Directory of packages that apt has downloaded. */
  readonly debs?: string;
  /** File for what it prints. */
  readonly log: string;
}

/**
 * Compiles the library of the fast clock and mounts it where it has the same path inside and outside of trees, as LD_PRELOAD
 * names it in both. Below /usr: where a bootstrap merges /usr, it moves the libraries that its programs need there.
 */
function clockLibrary(places: Places): string {
  if (!existsSync(CLOCK)) {
    const directory = join(places.bases, 'clock');
    mkdirSync(directory, { recursive: true, mode: 0o755 });
    const source = join(import.meta.dirname, 'clock-ahead.c');
    const output = join(directory, basename(CLOCK));
    execFileSync('cc', ['-O2', '-shared', '-fPIC', `-DAHEAD=${AHEAD}`, '-o', output, source]);
    execFileSync('mount', ['--bind', directory, dirname(CLOCK)]);
  }
  return CLOCK;
}

/** In a directory that every Debian has, and that is empty: something else is mounted there for this program. */
const CLOCK = '/usr/local/games/stillroot-clock.so';

/**
 * Removes copies of the library below other directories: scripts that copy a program with its libraries into a jail
 * (cvsd-buildroot) take it along, as `ldd` names what is preloaded. Directories that are empty without it were made for it.
 */
export function removeClockCopies(root: string): void {
  const found = execFileSync('find', ['.', '-xdev', '-type', 'f', '-name', basename(CLOCK)], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const copy of found.split('\n').filter((path) => path !== '')) {
    rmSync(join(root, copy));
    // Leaves directories that have something else in them.
    for (
      let directory = dirname(copy);
      ['games', 'local'].includes(basename(directory));
      directory = dirname(directory)
    ) {
      if (readdirSync(join(root, directory)).length > 0) break;
      rmdirSync(join(root, directory));
    }
  }
}

/** Runs a command in a tree, under the circumstances of a side. */
export async function runInTree(command: readonly string[], options: TreeCommand): Promise<Ended> {
  const { places, side, root, hasNetwork = false, hasServices = false, debs = '', log } = options;
  const script = join(import.meta.dirname, 'twin-chroot.sh');
  const library = side.isAhead ? clockLibrary(places) : '';
  const link = hasNetwork ? '' : side.link;
  const namespaces = hasNetwork ? NAMESPACES : [...NAMESPACES, '--net'];
  return await watch(
    [
      ...processors(side),
      ...['unshare', ...namespaces, 'bash', script],
      ...[root, side.host, link, side.umask, library, debs, hasServices ? 'free' : 'held', ...command],
    ],
    log,
  );
}

/**
 * Makes the smallest Debian of a suite for both sides, unless an earlier run did: two bootstraps by mmdebstrap, with nothing
 * cleaned up at the end.
 */
export async function makeBases(suite: string, places: Places): Promise<void> {
  const mirror = await debianMirror('bookworm');
  if (mirror === undefined) throw new Error('apt of this machine has no source of bookworm');
  for (const side of SIDES) {
    const archive = baseArchive(suite, side, places);
    if (existsSync(archive)) continue;
    const unfinished = `${archive}.unfinished.tar`;
    rmSync(unfinished, { force: true });
    const hostFile = join(places.bases, `hostname-${side.name}`);
    writeFileSync(hostFile, `${side.host}\n`);
    const library = side.isAhead ? clockLibrary(places) : '';
    const script = [
      'hostname "$1"; mount --bind "$2" /etc/hostname; umask "$3"; export TMPDIR="$4"',
      '[ -z "$5" ] || export LD_PRELOAD="$5"; shift 5; exec "$@"',
    ].join('; ');
    const hooks = side.isAhead
      ? [
          `--setup-hook=umask 022; mkdir -p "$1${dirname(library)}" && cp ${library} "$1${library}"`,
          `--customize-hook=rm "$1${library}"`,
        ]
      : [];
    const words = [
      ...processors(side),
      ...['unshare', ...NAMESPACES, '--mount-proc', 'bash', '-ec', script, 'bash'],
      ...[side.host, hostFile, side.umask, places.trees, library],
      ...['mmdebstrap', '--mode=root', '--verbose', '--variant=minbase', ...hooks],
      // A list of packages of unstable is valid for a week: an archive that keeps an older one serves both sides the same.
      '--aptopt=Acquire::Check-Valid-Until "false"',
      `--skip=${['apt', 'mmdebstrap', 'reproducible', 'run', 'tmp'].map((what) => `cleanup/${what}`).join()}`,
      ...[suite, unfinished, mirror],
    ];
    const log = `${archive}.log`;
    const { status, output } = await watch(words, log);
    if (status !== 0) throw new Error(`mmdebstrap of ${suite} failed (${log}):\n${output.slice(-2000)}`);
    renameSync(unfinished, archive);
  }
}

/** Unpacks the smallest Debian of a side. */
export function unpackBase(suite: string, side: Side, root: string, places: Places): void {
  execFileSync('rm', ['-rf', '--one-file-system', root]);
  execFileSync('mkdir', ['-p', root]);
  const archive = baseArchive(suite, side, places);
  const attributes = ['--numeric-owner', '--xattrs', '--xattrs-include=*'];
  // Of the side whose clock is fast.
  execFileSync('tar', ['-C', root, ...attributes, '--warning=no-timestamp', '-xpf', archive]);
}

function baseArchive(suite: string, side: Side, places: Places): string {
  return join(places.bases, `${suite}-${side.name}.tar`);
}

function processors(side: Side): string[] {
  return side.isSingle ? ['taskset', '--cpu-list', '0'] : [];
}

/** Runs a command with its output in a file, and ends it when nothing more comes. */
async function watch(words: readonly string[], log: string): Promise<Ended> {
  const [program = '', ...args] = words;
  const output = openSync(log, 'w', 0o644);
  const child = spawn(program, args, { stdio: ['ignore', output, output] });
  closeSync(output);
  let isSilent = false;
  let size = -1;
  let since = Date.now();
  const timer = setInterval(() => {
    const now = statSync(log).size;
    if (now !== size) {
      size = now;
      since = Date.now();
    } else if (Date.now() - since > SILENCE) {
      isSilent = true;
      child.kill('SIGKILL');
    }
  }, PROBE);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve(code));
    });
    return { status: isSilent ? null : status, output: readFileSync(log, 'utf8'), isSilent };
  } finally {
    clearInterval(timer);
  }
}
