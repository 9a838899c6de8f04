import { APK, NIX, OPKG, PACMAN, PORTAGE, XBPS } from '../../../src/rules/tables/package-managers.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/apk', APK, [
  {
    rule: 'apk/scripts',
    fires: ['lib/apk/db/scripts.tar', 'usr/lib/apk/db/scripts.tar.gz'],
    spares: ['lib/apk/db/scripts.tar.old', 'lib/apk/scripts.tar'],
  },
  {
    rule: 'apk/database',
    fires: ['lib/apk/db/installed', 'usr/lib/apk/db/triggers', 'etc/apk/world'],
    spares: ['lib/apk/db/scripts.tar', 'etc/apk/protected_paths.d/x'],
    policies: { 'package-database': 'keep' },
  },
  {
    rule: 'apk/package-order',
    fires: ['lib/apk/db/installed', 'usr/lib/apk/db/installed'],
    spares: ['lib/apk/db/triggers', 'etc/apk/world'],
  },
  {
    rule: 'apk/package-order',
    fires: [],
    spares: ['lib/apk/db/installed'],
    policies: { 'package-database': 'keep' },
  },
  {
    rule: 'apk/trigger-order',
    fires: ['lib/apk/db/triggers'],
    spares: ['lib/apk/db/installed', 'var/lib/dpkg/triggers/File'],
  },
  {
    rule: 'apk/lock',
    fires: ['lib/apk/db/lock', 'usr/lib/apk/db/lock'],
    spares: ['lib/apk/db/installed', 'lib/apk/lock'],
  },
  {
    rule: 'apk/cache',
    fires: ['var/cache/apk/APKINDEX.1234.tar.gz', 'etc/apk/cache/x.apk', 'var/cache/misc/x'],
    spares: ['var/cache/apk/', 'etc/apk/keys/alpine.rsa.pub'],
  },
  { rule: 'apk/cache', fires: [], spares: ['etc/apk/cache -> /var/cache/apk'] },
  {
    rule: 'apk/database-drop',
    fires: ['lib/apk/db/installed', 'lib/apk/db/scripts.tar'],
    spares: ['lib/apk/db/', 'etc/apk/world'],
    policies: { 'package-database': 'drop' },
  },
]);

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
    fires: [`${LOCAL}/bash-5.2-1/files`, `${LOCAL}/bash-5.2-1/mtree`],
    spares: [`${LOCAL}/bash-5.2-1/desc`],
  },
  {
    rule: 'pacman/database-version-mode',
    fires: [`${LOCAL}/ALPM_DB_VERSION@600`],
    spares: [`${LOCAL}/@700`, `${LOCAL}/bash-5.2-1/desc@600`, 'var/lib/pacman/sync/x@600'],
  },
  {
    rule: 'pacman/database-directory-mode',
    fires: [`${LOCAL}/@700`],
    spares: ['var/lib/pacman/sync/@700', `${LOCAL}/bash-5.2-1/@700`, `${LOCAL}/ALPM_DB_VERSION@600`],
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

const PACKAGE = 'var/db/pkg/app-shells/bash-5.2';

testCases('rules/tables/portage', PORTAGE, [
  {
    rule: 'portage/build-times',
    fires: [`${PACKAGE}/BUILD_TIME`],
    spares: [`${PACKAGE}/COUNTER`, 'var/db/pkg/BUILD_TIME', 'var/db/repos/gentoo/a/b/BUILD_TIME'],
  },
  {
    rule: 'portage/file-times',
    fires: [`${PACKAGE}/CONTENTS`],
    spares: [`${PACKAGE}/NEEDED`],
  },
  {
    rule: 'portage/file-times',
    fires: [],
    spares: [`${PACKAGE}/CONTENTS`],
    policies: { 'package-database': 'keep' },
  },
  {
    rule: 'portage/binary-package-digests',
    fires: [`${PACKAGE}/BINPKGMD5`],
    spares: [`${PACKAGE}/SLOT`],
  },
  {
    rule: 'portage/environments',
    fires: [`${PACKAGE}/environment.bz2`],
    spares: [`${PACKAGE}/bash-5.2.ebuild`],
  },
  {
    rule: 'portage/counter',
    fires: ['var/cache/edb/counter'],
    spares: ['var/cache/edb/mtimedb'],
  },
  {
    rule: 'portage/metadata-cache',
    fires: ['var/cache/edb/mtimedb', 'var/cache/edb/vdb_metadata.pickle'],
    spares: ['var/cache/edb/counter', 'var/cache/edb/dep/'],
  },
  {
    rule: 'portage/metadata-caches',
    fires: ['var/db/pkg/app-misc/alpha-1.0/metadata'],
    spares: [
      'var/db/pkg/app-misc/metadata',
      'var/db/pkg/app-misc/alpha-1.0/CONTENTS',
      'var/db/repos/x/y/metadata',
    ],
  },
  {
    rule: 'portage/metadata-caches',
    fires: [],
    spares: ['var/db/pkg/app-misc/alpha-1.0/metadata'],
    policies: { 'package-database': 'keep' },
  },
  {
    rule: 'portage/archives',
    fires: ['var/cache/distfiles/bash-5.2.tar.gz', 'var/cache/binpkgs/app-shells/bash-5.2.tbz2'],
    spares: ['var/cache/distfiles/', 'var/cache/edb/counter'],
  },
  {
    rule: 'portage/database-drop',
    fires: [`${PACKAGE}/CONTENTS`, `${PACKAGE}/SLOT`],
    spares: ['var/db/pkg/', 'var/db/repos/gentoo/x'],
    policies: { 'package-database': 'drop' },
  },
]);

const INDEX = 'var/db/xbps/https___repo-default_voidlinux_org_current';

testCases('rules/tables/xbps', XBPS, [
  {
    rule: 'xbps/package-dates',
    fires: ['var/db/xbps/pkgdb-0.38.plist'],
    spares: ['var/db/xbps/.bash-files.plist', 'var/db/xbps/keys/1.plist'],
  },
  {
    rule: 'xbps/package-dates',
    fires: [],
    spares: ['var/db/xbps/pkgdb-0.38.plist'],
    policies: { 'package-database': 'keep' },
  },
  {
    rule: 'xbps/file-lists',
    fires: ['var/db/xbps/.bash-files.plist'],
    spares: ['var/db/xbps/pkgdb-0.38.plist'],
  },
  {
    rule: 'xbps/repository-indexes',
    fires: [`${INDEX}/x86_64-repodata`, `${INDEX}/`],
    spares: ['var/db/xbps/', 'var/db/xbps/keys/1.plist'],
  },
  {
    rule: 'xbps/cache',
    fires: ['var/cache/xbps/bash-5.2_1.x86_64.xbps'],
    spares: ['var/cache/xbps/'],
  },
  {
    rule: 'xbps/database-drop',
    fires: ['var/db/xbps/pkgdb-0.38.plist', 'var/db/xbps/.bash-files.plist'],
    spares: ['var/db/xbps/', 'etc/xbps.d/x.conf'],
    policies: { 'package-database': 'drop' },
  },
]);

testCases('rules/tables/opkg', OPKG, [
  {
    rule: 'opkg/install-times',
    fires: ['var/lib/opkg/status', 'usr/lib/opkg/status'],
    spares: ['var/lib/opkg/info/busybox.control', 'var/lib/dpkg/status'],
  },
  {
    rule: 'opkg/repository-indexes',
    fires: ['var/lib/opkg/lists/core'],
    spares: ['var/lib/opkg/lists/', 'var/lib/opkg/info/busybox.list'],
  },
  {
    rule: 'opkg/database-drop',
    fires: ['var/lib/opkg/status', 'var/lib/opkg/info/busybox.list'],
    spares: ['var/lib/opkg/', 'etc/opkg/arch.conf'],
    policies: { 'package-database': 'drop' },
  },
]);

testCases('rules/tables/nix', NIX, [
  {
    rule: 'nix/store',
    fires: [
      'nix/store/0c-bash/bin/bash',
      'nix/store/0c-python/lib/python3.12/__pycache__/os.cpython-312.pyc',
      'gnu/store/1d-hello/bin/hello',
    ],
    spares: ['nix/var/log/nix/drvs/x'],
    owned: [],
  },
  {
    rule: 'nix/database',
    fires: ['nix/var/nix/db/db.sqlite', 'var/guix/db/db.sqlite-wal'],
    spares: ['nix/var/nix/db/schema', 'nix/store/x/db.sqlite'],
  },
]);
