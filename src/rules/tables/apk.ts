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
    why: 'Scripts follow the order of installation, and without a date of the package they have its time.',
    source: 'alpine-make-rootfs; apk-tools: database.c',
  },
  {
    id: 'apk/database',
    match: [`${DATABASE}/{installed,triggers}`, 'etc/apk/{world,arch,repositories}'],
    action: { do: 'keep' },
    why: 'What is installed and asked for, sorted by name since apk 3; nothing else knows.',
    source: 'apk-tools: database.c',
  },
  {
    id: 'apk/package-order',
    match: [`${DATABASE}/installed`],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'sort-stanzas' },
    why: 'Older apks keep the order of installation; newer ones sort packages themselves, by name.',
    source: 'apk-tools: database.c',
  },
  {
    id: 'apk/trigger-order',
    match: [`${DATABASE}/triggers`],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'sort-lines' },
    why: 'One line a package, in the order of installation.',
    source: 'apk-tools: database.c',
  },
  {
    id: 'apk/lock',
    match: [`${DATABASE}/lock`],
    when: { type: 'file' },
    action: { do: 'truncate' },
    why: 'The lock of the database, an empty file that apk leaves in place.',
    source: 'apko; apk-tools: database.c',
  },
  {
    id: 'apk/cache',
    match: ['var/cache/{apk,misc}/**', 'etc/apk/cache/**'],
    action: { do: 'drop' },
    why: 'Package indexes and packages; `apk update` fetches them.',
    source: 'Alpine images: apk add --no-cache',
  },
  {
    id: 'apk/database-drop',
    match: [`${DATABASE}/**`],
    when: { policy: { name: 'package-database', value: 'drop' } },
    action: { do: 'drop' },
    why: 'The package database of an image that is never upgraded in place.',
    source: 'mkosi',
  },
];
