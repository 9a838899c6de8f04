/**
 * What a tree runs on, in the words of container images (values of Go's $GOOS and $GOARCH): as the header of its shell or
 * another of its programs says, System V ABI, ELF header.
 */
import type { Platform } from '../formats/oci/documents.ts';

/** What is looked at first: links are followed, and a tree has at least one of them in most cases. */
const PROGRAMS = [
  'bin/sh',
  'usr/bin/sh',
  'bin/busybox',
  'sbin/init',
  'usr/lib/systemd/systemd',
  'usr/bin/env',
];
/** Directories whose programs are looked at where the tree has none of those. */
const DIRECTORIES = ['usr/bin', 'bin', 'usr/sbin', 'sbin', 'usr/local/bin', 'app', ''];
/** How many programs of each directory. */
const PROGRAMS_MAX = 200;

const [CLASS_64, DATA_BIG] = [2, 2];
const MACHINE_OFFSET = 18;
const HEADER_BYTES = 20;

/** Field `e_machine`: the architecture in 32 and 64 bits, little and big endian; undefined where there is none. */
const MACHINES: Readonly<Record<number, (is64: boolean, isBig: boolean) => string | undefined>> = {
  3: () => '386',
  8: (is64, isBig) => `mips${is64 ? '64' : ''}${isBig ? '' : 'le'}`,
  21: (_is64, isBig) => (isBig ? 'ppc64' : 'ppc64le'),
  22: (is64) => (is64 ? 's390x' : undefined),
  40: () => 'arm',
  62: () => 'amd64',
  183: () => 'arm64',
  243: (is64) => (is64 ? 'riscv64' : undefined),
  258: (is64) => (is64 ? 'loong64' : undefined),
};

/** Variants by the architecture of packages: a header of 32-bit Arm does not tell them apart. */
const ARM_VARIANTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    armel: 'v5',
    armhf: 'v7',
    armv6hl: 'v6',
    armv7: 'v7',
    armv7h: 'v7',
    armv7hl: 'v7',
  }),
);
/** Alpine and Raspberry Pi OS give the name `armhf` to what runs on an ARMv6. */
const ARMV6_DISTRIBUTIONS: ReadonlySet<string> = new Set(['alpine', 'raspbian']);

export interface TreeFiles {
  /** Content of a program as it will be in the image, symlinks followed; undefined where there is none. */
  readonly read: (path: string) => Uint8Array | undefined;
  /** Paths of what is directly in a directory. */
  readonly list: (directory: string) => readonly string[];
}

/**
 * @param packages architectures of the installed packages, as their managers name them
 * @param distribution ID of os-release
 * @returns undefined where the tree has no program of an architecture that container images know
 */
export function platformOfTree(
  files: TreeFiles,
  packages: readonly string[],
  distribution: string,
): Platform | undefined {
  const architecture = firstArchitecture(files);
  if (architecture === undefined) return undefined;
  const variant = variantOf(architecture, packages, distribution);
  return { os: 'linux', architecture, ...(variant === undefined ? {} : { variant }) };
}

function firstArchitecture({ read, list }: TreeFiles): string | undefined {
  for (const path of PROGRAMS) {
    const found = elfArchitecture(read(path));
    if (found !== undefined) return found;
  }
  for (const directory of DIRECTORIES) {
    for (const path of list(directory).slice(0, PROGRAMS_MAX)) {
      const found = elfArchitecture(read(path));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The value of $GOARCH for a program; undefined for anything else. */
export function elfArchitecture(program: Uint8Array | undefined): string | undefined {
  if (program === undefined || program.length < HEADER_BYTES) return undefined;
  const header = Buffer.from(program.buffer, program.byteOffset, HEADER_BYTES);
  if (header.toString('latin1', 0, 4) !== '\x7fELF') return undefined;
  const is64 = header[4] === CLASS_64;
  const isBig = header[5] === DATA_BIG;
  const machine = isBig ? header.readUInt16BE(MACHINE_OFFSET) : header.readUInt16LE(MACHINE_OFFSET);
  return MACHINES[machine]?.(is64, isBig);
}

function variantOf(
  architecture: string,
  packages: readonly string[],
  distribution: string,
): string | undefined {
  // Registries and Docker write v8, the only one that Linux distributions have.
  if (architecture === 'arm64') return 'v8';
  if (architecture !== 'arm') return undefined;
  const [variant] = packages.flatMap((name) => {
    if (name === 'armhf' && ARMV6_DISTRIBUTIONS.has(distribution)) return ['v6'];
    return ARM_VARIANTS.get(name) ?? [];
  });
  return variant;
}
