import type { Rule } from '../rule.ts';

/** For every tree with a database of xbps, the package manager of Void Linux. */
export const XBPS: readonly Rule[] = [
  {
    id: 'xbps/package-dates',
    match: ['var/db/xbps/pkgdb-*.plist'],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'xbps-pkgdb' },
    why: 'Date of installation and mirror of each package; xbps leaves both out with --reproducible.',
    source: 'xbps: package_register.c, xbps-install(1)',
  },
  {
    id: 'xbps/file-lists',
    match: ['var/db/xbps/.*-files.plist'],
    action: { do: 'keep' },
    why: 'The files of each package; the package database holds its digest.',
    source: 'xbps: package_register.c',
  },
  {
    id: 'xbps/repository-indexes',
    match: ['var/db/xbps/http{,s}___*/**', 'var/db/xbps/http{,s}___*'],
    when: { policy: { name: 'repository-indexes', value: 'drop' } },
    action: { do: 'drop' },
    why: 'Package indexes of one moment, named after the mirror; `xbps-install -S` fetches them.',
    source: 'xbps: repo_sync.c',
  },
  {
    id: 'xbps/cache',
    match: ['var/cache/xbps/**'],
    action: { do: 'drop' },
    why: 'Packages that are already installed.',
    source: 'void-mklive',
  },
  {
    id: 'xbps/database-drop',
    match: ['var/db/xbps/**'],
    when: { policy: { name: 'package-database', value: 'drop' } },
    action: { do: 'drop' },
    why: 'The package database, not needed in an image that is never upgraded in place.',
    source: 'mkosi',
  },
];
