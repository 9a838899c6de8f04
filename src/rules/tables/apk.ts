import type { Rule } from '../rule.ts';

/** apk 2 and 3; the second on trees where lib is merged into usr. */
const DATABASE = '{usr/,}lib/apk/db';

/** For every tree with an apk database: Alpine, postmarketOS, Wolfi, Chainguard. */
export const APK: readonly Rule[] = [
  {
    id: 'apk/scripts',
    match: [`${DATABASE}/scripts.tar{,.gz}`],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'apk-scripts-tar' },
    why: 'Scripts are stored in installation order, with the installation time if the package has no date.',
    source: 'alpine-make-rootfs; apk-tools: database.c',
  },
  {
    id: 'apk/database',
    match: [`${DATABASE}/{installed,triggers}`, 'etc/apk/{world,arch,repositories}'],
    action: { do: 'keep' },
    why: 'The installed and requested packages, sorted by name since apk 3; recorded nowhere else.',
    source: 'apk-tools: database.c',
  },
  {
    id: 'apk/package-order',
    match: [`${DATABASE}/installed`],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'sort-stanzas' },
    why: 'Older versions of apk keep the order of installation; newer ones sort packages by name.',
    source: 'apk-tools: database.c',
  },
  {
    id: 'apk/trigger-order',
    match: [`${DATABASE}/triggers`],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'sort-lines' },
    why: 'One line per package, in the order of installation.',
    source: 'apk-tools: database.c',
  },
  {
    id: 'apk/lock',
    match: [`${DATABASE}/lock`],
    when: { type: 'file' },
    action: { do: 'truncate' },
    why: 'The lock file of the database, which apk leaves behind empty.',
    source: 'apko; apk-tools: database.c',
  },
  {
    id: 'apk/cache',
    match: ['var/cache/{apk,misc}/**', 'etc/apk/cache/**'],
    action: { do: 'drop' },
    why: 'Package indexes and packages; `apk update` downloads them.',
    source: 'Alpine images: apk add --no-cache',
  },
  {
    id: 'apk/database-drop',
    match: [`${DATABASE}/**`],
    when: { policy: { name: 'package-database', value: 'drop' } },
    action: { do: 'drop' },
    why: 'The package database, not needed in an image that is never upgraded in place.',
    source: 'mkosi',
  },
];
