import { PACMAN } from '../../../src/rules/tables/pacman.ts';
import { testCases } from './cases.ts';

const LOCAL = 'var/lib/pacman/local';
const KEYRING = 'etc/pacman.d/gnupg';
const PRIVATE_KEY = `${KEYRING}/private-keys-v1.d/0123.key`;

testCases('rules/tables/pacman', PACMAN, [
  {
    rule: 'pacman/install-dates',
    fires: [`${LOCAL}/bash-5.2-1/desc`],
    spares: [`${LOCAL}/bash-5.2-1/files`, `${LOCAL}/desc`, 'var/lib/pacman/sync/bash-5.2-1/desc'],
  },
  {
    rule: 'pacman/install-dates',
    fires: [],
    spares: [`${LOCAL}/bash-5.2-1/desc`],
    policies: { 'package-database': 'keep' },
  },
  {
    rule: 'pacman/database',
    fires: [`${LOCAL}/ALPM_DB_VERSION`, `${LOCAL}/bash-5.2-1/files`, `${LOCAL}/bash-5.2-1/mtree`],
    spares: [`${LOCAL}/bash-5.2-1/desc`],
  },
  {
    rule: 'pacman/database-drop',
    fires: [`${LOCAL}/bash-5.2-1/desc`, `${LOCAL}/bash-5.2-1/files`],
    spares: [`${LOCAL}/`, 'etc/pacman.conf'],
    policies: { 'package-database': 'drop' },
  },
  {
    rule: 'pacman/repository-indexes',
    fires: ['var/lib/pacman/sync/core.db', 'var/lib/pacman/sync/extra.files'],
    spares: ['var/lib/pacman/sync/', `${LOCAL}/bash-5.2-1/files`],
  },
  {
    rule: 'pacman/repository-indexes',
    fires: [],
    spares: ['var/lib/pacman/sync/core.db'],
    policies: { 'repository-indexes': 'keep' },
  },
  {
    rule: 'pacman/stale-files',
    fires: ['var/lib/pacman/db.lck', 'var/lib/pacman/pacman-database.tar.gz'],
    spares: ['var/lib/pacman/local/', `${LOCAL}/ALPM_DB_VERSION`],
  },
  {
    rule: 'pacman/package-cache',
    fires: ['var/cache/pacman/pkg/bash-5.2-1-x86_64.pkg.tar.zst', 'var/cache/pacman/pkg/download-x/'],
    spares: ['var/cache/pacman/pkg/', 'var/cache/pacman/other/x'],
  },
  {
    rule: 'pacman/keyring',
    fires: [`${KEYRING}/pubring.gpg`, PRIVATE_KEY, `${KEYRING}/gpg.conf`],
    spares: [`${KEYRING}/`, 'etc/pacman.d/mirrorlist', 'usr/share/pacman/keyrings/archlinux.gpg'],
  },
  {
    rule: 'pacman/keyring-private',
    fires: [
      PRIVATE_KEY,
      `${KEYRING}/openpgp-revocs.d/0123.rev`,
      `${KEYRING}/pubring.gpg~`,
      `${KEYRING}/S.gpg-agent`,
    ],
    spares: [`${KEYRING}/pubring.gpg`, `${KEYRING}/trustdb.gpg`, `${KEYRING}/private-keys-v1.d/`],
    policies: { 'pacman-keyring': 'private' },
  },
  {
    rule: 'pacman/secret-keyring',
    fires: [PRIVATE_KEY],
    spares: [`${KEYRING}/pubring.gpg`],
    policies: { 'pacman-keyring': 'keep' },
  },
  { rule: 'pacman/secret-keyring', fires: [], spares: [PRIVATE_KEY] },
  {
    rule: 'pacman/secret-keyring',
    fires: [],
    spares: [PRIVATE_KEY],
    policies: { 'pacman-keyring': 'private' },
  },
]);
