/** What this machine has of all that dimensions and packers need. */
import { readFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { delimiter } from 'node:path';
import { runQuietly } from './command.ts';
import { findProgram, NO_VARIANTS, type Variants } from './variants.ts';

/** Searched after those of PATH: users seldom have them there, and mkfs and its like are in them. */
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

export interface Host {
  readonly isRoot: boolean;
  /** Mounts of this process are its own, see start-lab.ts. */
  readonly hasOwnMounts: boolean;
  /** For PATH of every command. */
  readonly path: string;
  /** Where a program is; undefined where there is none of that name. */
  find(program: string): string | undefined;
  /** As `locale -a` spells them, folded by `localeKey`. */
  readonly locales: ReadonlySet<string>;
  /** Those the kernel has now; of others it may have a module. */
  readonly filesystems: ReadonlySet<string>;
  /** Bytes that can be had without swapping. */
  readonly memoryAvailable: number;
  /** Of the tools of the packers that are to run, see findVariants. */
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

/** `et_EE.UTF-8` and `et_EE.utf8` are one locale. */
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
