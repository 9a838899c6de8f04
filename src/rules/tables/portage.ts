import type { Rule } from '../rule.ts';

/** For every tree with a database of portage, the package manager of Gentoo. One directory a package. */
export const PORTAGE: readonly Rule[] = [
  {
    id: 'portage/build-times',
    match: ['var/db/pkg/*/*/BUILD_TIME'],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'portage-build-time' },
    why: 'When the package was compiled.',
    source: 'Gentoo wiki: Reproducible Build',
  },
  {
    id: 'portage/file-times',
    match: ['var/db/pkg/*/*/CONTENTS'],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'portage-contents' },
    why: 'The time of every file; portage does not remove files whose time is another.',
    source: 'Gentoo wiki: Reproducible Build; portage: dblink.unmerge',
  },
  {
    id: 'portage/binary-package-digests',
    match: ['var/db/pkg/*/*/BINPKGMD5'],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'drop' },
    why: 'The digest of the archive that the package came in, which holds times.',
    source: 'Gentoo wiki: Reproducible Build; portage issue 1341',
  },
  {
    id: 'portage/environments',
    match: ['var/db/pkg/*/*/environment.bz2'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'The shell variables of the build, which removal needs; build with a fixed environment.',
    source: 'portage: environment.bz2',
  },
  {
    id: 'portage/counter',
    match: ['var/cache/edb/counter'],
    action: { do: 'keep' },
    why: 'Portage takes the database for damaged where it is lower than the number of a package.',
    source: 'portage: COUNTER',
  },
  {
    id: 'portage/metadata-cache',
    match: ['var/cache/edb/{mtimedb,vdb_metadata.pickle,vdb_metadata_delta.json}'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Times of directories and a cache of the package database; made again when needed.',
    source: 'Gentoo wiki: Reproducible Build',
  },
  {
    id: 'portage/archives',
    match: ['var/cache/{binpkgs,distfiles}/**'],
    action: { do: 'drop' },
    why: 'Sources and binary packages of what is installed already.',
    source: 'Gentoo wiki: Reproducible Build',
  },
  {
    id: 'portage/database-drop',
    match: ['var/db/pkg/**'],
    when: { policy: { name: 'package-database', value: 'drop' } },
    action: { do: 'drop' },
    why: 'The package database, not needed in an image that is never upgraded in place.',
    source: 'mkosi',
  },
];
