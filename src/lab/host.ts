/** What this machine provides for dimensions and packers. */
import { readFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { delimiter } from 'node:path';
import { runQuietly } from './command.ts';
import { findProgram, NO_VARIANTS, type Variants } from './variants.ts';

/** Searched after PATH: they hold mkfs and the like, and users' PATHs rarely include them. */
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

export interface Host {
  readonly isRoot: boolean;
  /** Whether this process has its own mount namespace, see start-lab.ts. */
  readonly hasOwnMounts: boolean;
  /** PATH of every command. */
  readonly path: string;
  /** Path of a program; undefined if there is none of that name. */
  find(program: string): string | undefined;
  /** As `locale -a` spells them, folded by `localeKey`. */
  readonly locales: ReadonlySet<string>;
  /** Those the kernel supports now; it may have modules for others. */
  readonly filesystems: ReadonlySet<string>;
  /** Bytes available without swapping. */
  readonly memoryAvailable: number;
  /** Other versions of the tools of the packers to be run, see findVariants. */
  readonly variants: Variants;
  readonly facts: HostFacts;
}

/** For the report. */
export interface HostFacts {
  readonly kernel: string;
  readonly processor: string;
  readonly processors: number;
  readonly architecture: string;
  readonly node: string;
}

/** `et_EE.UTF-8` and `et_EE.utf8` are the same locale. */
export function localeKey(name: string): string {
  return name.toLowerCase().replaceAll('-', '');
}

interface HostOptions {
  /** PATH of the user. */
  readonly path: string;
  readonly hasOwnMounts: boolean;
}

/** What this machine can do: tools, root, mounts, loop devices, processors. */
export async function lookAtHost(options: HostOptions): Promise<Host> {
  const directories = [
    ...new Set([...options.path.split(delimiter), ...SYSTEM_DIRECTORIES].filter((each) => each !== '')),
  ];
  const path = directories.join(delimiter);
  const found = new Map<string, string | undefined>();
  const find = (program: string): string | undefined => {
    if (!found.has(program)) found.set(program, findProgram(directories, program));
    return found.get(program);
  };
  const locales = find('locale') === undefined ? '' : await runQuietly(['locale', '-a'], { PATH: path });
  const processors = cpus();
  return {
    isRoot: process.geteuid?.() === 0,
    hasOwnMounts: options.hasOwnMounts,
    path,
    find,
    locales: new Set(locales.split('\n').filter(Boolean).map(localeKey)),
    filesystems: new Set(readFilesystems()),
    memoryAvailable: readMemoryAvailable(),
    variants: NO_VARIANTS,
    facts: {
      kernel: release(),
      processor: processors[0]?.model.trim() ?? 'unknown',
      processors: processors.length,
      architecture: process.arch,
      node: process.version,
    },
  };
}

function readFilesystems(): string[] {
  const lines = readFileSync('/proc/filesystems', 'utf8').split('\n');
  return lines.map((line) => line.split('\t').at(-1) ?? '').filter(Boolean);
}

function readMemoryAvailable(): number {
  return Number(/^MemAvailable:\s*(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'latin1'))?.[1] ?? 0) * 1024;
}
