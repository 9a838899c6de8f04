import type { Bill } from '../../src/manifest/bill.ts';
import { type Distribution, installedPackages } from '../../src/manifest/installed.ts';
import type { Package, PackageDatabase } from '../../src/packages/package.ts';
import { memorySource } from '../support/memory-source.ts';

const DIGEST = 'c'.repeat(64);

/** One of each kind that the documents distinguish, in no particular order. */
export const SAMPLES: readonly Package[] = [
  {
    type: 'rpm',
    name: 'beta',
    version: '1:2.0~rc1-3',
    architecture: 'noarch',
    source: 'beta-2.0~rc1-3.src.rpm',
    size: 12,
    license: 'GPLv2+ and \xe9',
    digest: `sha256:${'b'.repeat(64)}`,
  },
  { type: 'rpm', name: 'gpg-pubkey', version: '18b8e74c-62f2920f', architecture: '', license: 'pubkey' },
  {
    type: 'deb',
    name: 'libstdc++6',
    version: '12.2.0-14+deb12u1',
    architecture: 'amd64',
    source: 'gcc-12',
    sourceVersion: '12.2.0-14+deb12u1',
    size: 2_500_000,
  },
  { type: 'deb', name: 'libstdc--6', version: '12.2.0-14+deb12u1', architecture: 'amd64' },
  {
    type: 'apk',
    name: 'musl',
    version: '1.2.5-r0',
    architecture: 'x86_64',
    license: 'MIT',
    digest: `sha1:${'a'.repeat(40)}`,
  },
  { type: 'alpm', name: 'odd\x1b', version: '', architecture: 'any' },
];

export const DEBIAN: Distribution = { id: 'debian', version: '12' };

export function databaseOf(packages: readonly Package[]): PackageDatabase {
  return { manager: 'dpkg', packages, scripts: [], owns: () => false, ownersOf: () => [] };
}

/** What is made from these packages, one of which is in an apt list. */
export function billOf(packages: readonly Package[], fields: Partial<Bill> = {}): Bill {
  const distribution = fields.distribution ?? DEBIAN;
  const list = `Package: libstdc++6\nVersion: 12.2.0-14+deb12u1\nArchitecture: amd64\nSHA256: ${DIGEST}\n`;
  const { tree } = memorySource([['var/lib/apt/lists/x_Packages', list]]);
  const installed = installedPackages([databaseOf(packages)], distribution, tree, () => Buffer.from(list));
  return { distribution, packages: installed, epoch: 1_700_000_000, toolVersion: '1.2.3', ...fields };
}
