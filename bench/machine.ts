/** Describes where figures come from: class of the machine, versions, load. No host names, no paths. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** Programs being measured, and how to ask for their versions. */
const TOOLS: ReadonlyArray<readonly [name: string, ...args: string[]]> = [
  ['cpio', '--version'],
  ['bsdtar', '--version'],
  ['busybox'],
  ['xz', '--version'],
  ['find', '--version'],
  ['sort', '--version'],
  ['bash', '--version'],
];

/** One line each. */
export function machineLines(): string[] {
  const memory = Math.round(totalmem() / 2 ** 30);
  return [
    `${cpus()[0]?.model.trim() ?? 'unknown processor'} (${arch()}), ${availableParallelism()} processors, ${memory} GiB of memory`,
    `${distribution()}, Linux ${versionIn(release())}`,
  ];
}

/** @param own version output of the measured stillroot */
export function versionsLine(own: string): string {
  const tools = TOOLS.map(([name, ...args]) => {
    const { stdout, stderr, error } = spawnSync(name, args, { encoding: 'utf8' });
    return `${name} ${error === undefined ? versionIn(stdout || stderr) : '(not here)'}`;
  });
  return [own, `Node ${process.version.slice(1)}`, ...tools].join(', ');
}

/** The first number with a dot in the first line. */
export function versionIn(text: string): string {
  return /\bv?(\d+(?:\.\d+)+)/.exec(text.split('\n')[0] ?? '')?.[1] ?? 'of an unknown version';
}

/** Load average of the last minute: how many processes wanted a processor. */
export function load(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

/** Name of the filesystem of a directory, for where archives are written. */
export function filesystemOf(directory: string): string {
  return spawnSync('stat', ['-f', '-c', '%T', directory], { encoding: 'utf8' }).stdout.trim() || 'unknown';
}

function distribution(): string {
  try {
    const text = readFileSync('/etc/os-release', 'utf8');
    return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text)?.[1] ?? 'unknown distribution';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'unknown distribution';
    throw error;
  }
}
