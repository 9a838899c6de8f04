/** What mkosi calls architectures, distributions and releases in its manifest. */
import type { Package } from '../packages/package.ts';

/** Names that package managers use, to those of mkosi. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  aarch64: 'arm64',
  alpha: 'alpha',
  amd64: 'x86-64',
  arm64: 'arm64',
  armel: 'arm',
  armhf: 'arm',
  armv6hl: 'arm',
  armv7: 'arm',
  armv7h: 'arm',
  armv7hl: 'arm',
  hppa: 'parisc',
  i386: 'x86',
  i486: 'x86',
  i586: 'x86',
  i686: 'x86',
  ia64: 'ia64',
  loong64: 'loongarch64',
  loongarch64: 'loongarch64',
  mips64el: 'mips64-le',
  mipsel: 'mips-le',
  powerpc: 'ppc',
  ppc64: 'ppc64',
  ppc64el: 'ppc64-le',
  ppc64le: 'ppc64-le',
  riscv64: 'riscv64',
  s390: 's390',
  s390x: 's390x',
  x86: 'x86',
  x86_64: 'x86-64',
};

/**
 * That of most packages that have one; of equally many the first by name. Packages that fit any architecture do not
 * count, nor do names that mkosi does not have.
 *
 * @returns '' where no package says
 */
export function architectureOf(packages: readonly Pick<Package, 'architecture'>[]): string {
  const counts = new Map<string, number>();
  for (const { architecture } of packages) {
    const name = Object.hasOwn(ARCHITECTURES, architecture) ? ARCHITECTURES[architecture] : undefined;
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const [first] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return first?.[0] ?? '';
}

/** IDs of os-release for which mkosi has a word of its own. */
const DISTRIBUTIONS: Readonly<Record<string, string>> = {
  almalinux: 'alma',
  archarm: 'arch',
  azurelinux: 'azure',
  'opensuse-leap': 'opensuse',
  'opensuse-tumbleweed': 'opensuse',
};

/** Distributions whose releases mkosi names by VERSION_CODENAME. */
const BY_CODENAME: ReadonlySet<string> = new Set(['debian', 'kali', 'ubuntu']);

/** Distributions without releases, and the word for that. */
const ROLLING: Readonly<Record<string, string>> = {
  arch: 'rolling',
  archarm: 'rolling',
  'opensuse-tumbleweed': 'tumbleweed',
};

type OsRelease = ReadonlyMap<string, string>;

/** `linux` where os-release does not say, as os-release(5) has it. */
export function distributionOf(osRelease: OsRelease): string {
  const id = osRelease.get('ID') || 'linux';
  return (Object.hasOwn(DISTRIBUTIONS, id) ? DISTRIBUTIONS[id] : undefined) ?? id;
}

/**
 * The release as mkosi names it: a fixed name for a rolling distribution, a codename or a version; undefined
 * for a system that has none of them.
 */
export function releaseOf(osRelease: OsRelease): string | undefined {
  const id = osRelease.get('ID') ?? '';
  if (Object.hasOwn(ROLLING, id)) return ROLLING[id];
  const codename = BY_CODENAME.has(id) ? osRelease.get('VERSION_CODENAME') : undefined;
  return codename || osRelease.get('VERSION_ID') || undefined;
}
