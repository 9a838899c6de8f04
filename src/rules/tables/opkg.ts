import type { Rule } from '../rule.ts';

const DATABASE = '{var,usr}/lib/opkg';

/** For every tree with an opkg database: OpenEmbedded, Yocto, OpenWrt. */
export const OPKG: readonly Rule[] = [
  {
    id: 'opkg/install-times',
    match: [`${DATABASE}/status`],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'opkg-installed-time' },
    why: 'When each package was installed.',
    source: 'OpenEmbedded: rootfs_reproducible',
  },
  {
    id: 'opkg/repository-indexes',
    match: [`${DATABASE}/lists/**`],
    when: { policy: { name: 'repository-indexes', value: 'drop' } },
    action: { do: 'drop' },
    why: 'Package indexes of one moment; `opkg update` fetches them.',
    source: 'OpenEmbedded: packaging data directories',
  },
  {
    id: 'opkg/database-drop',
    match: [`${DATABASE}/**`],
    when: { policy: { name: 'package-database', value: 'drop' } },
    action: { do: 'drop' },
    why: 'The package database, not needed in an image that is never upgraded in place.',
    source: 'mkosi, OpenEmbedded',
  },
];
