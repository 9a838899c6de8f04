import type { Rule } from '../rule.ts';

/** For every tree with a pacman database: Arch and what derives from it, and where else pacman is used. */
export const PACMAN: readonly Rule[] = [
  {
    id: 'pacman/install-dates',
    match: ['var/lib/pacman/local/*/desc'],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'pacman-install-date' },
    why: 'Before pacman 7.1, the description of each package contains its installation time.',
    source: 'Arch WSL image; pacman: be_local.c',
  },
  {
    id: 'pacman/database',
    match: ['var/lib/pacman/local/ALPM_DB_VERSION', 'var/lib/pacman/local/*/{files,mtree,install,changelog}'],
    action: { do: 'keep' },
    why: 'The package database, as shipped in the packages.',
    source: 'archiso, archlinux-docker',
  },
  {
    id: 'pacman/database-drop',
    match: ['var/lib/pacman/local/**'],
    when: { policy: { name: 'package-database', value: 'drop' } },
    action: { do: 'drop' },
    why: 'The package database, not needed in an image that is never upgraded in place.',
    source: 'mkosi',
  },
  {
    id: 'pacman/repository-indexes',
    match: ['var/lib/pacman/sync/**'],
    when: { policy: { name: 'repository-indexes', value: 'drop' } },
    action: { do: 'drop' },
    why: 'A snapshot of package indexes; `pacman -Sy` downloads them.',
    source: 'archlinux-docker, archiso',
  },
  {
    id: 'pacman/stale-files',
    match: ['var/lib/pacman/*'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'A lock file or database backup beside the directories that pacman reads.',
    source: 'archiso',
  },
  {
    id: 'pacman/package-cache',
    match: ['var/cache/pacman/pkg/**'],
    action: { do: 'drop' },
    why: 'Packages that are already installed.',
    source: 'archlinux-docker, archiso',
  },
  {
    id: 'pacman/keyring',
    match: ['etc/pacman.d/gnupg/**'],
    when: { policy: { name: 'pacman-keyring', value: 'drop' } },
    action: { do: 'drop' },
    mayBeChosen: true,
    why: 'Created with a random key and the time; `pacman-key --init` and `--populate` recreate it.',
    source: 'archlinux-docker: the tag repro; Arch WSL image',
  },
  {
    id: 'pacman/keyring-private',
    match: [
      'etc/pacman.d/gnupg/{openpgp-revocs.d,private-keys-v1.d}/**',
      'etc/pacman.d/gnupg/{pubring.gpg~,secring.gpg,S.*,.#lk*,*.lock}',
    ],
    when: { policy: { name: 'pacman-keyring', value: 'private' } },
    action: { do: 'drop' },
    why: 'The random key that trusts all others: anyone who has it can sign packages for every copy of the image.',
    source: 'archlinux-docker',
  },
  {
    id: 'pacman/secret-keyring',
    match: ['etc/pacman.d/gnupg/private-keys-v1.d/**', 'etc/pacman.d/gnupg/secring.gpg'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'The private key of the package keyring is in the image: anyone who has it can sign packages for it.',
    source: 'archlinux-docker',
  },
];
