import type { Rule } from '../rule.ts';

/** apk 2 and 3; the second on trees where lib is merged into usr. */
const APK_DATABASE = '{usr/,}lib/apk/db';

/** For every tree with an apk database: Alpine, postmarketOS, Wolfi, Chainguard. */
export const APK: readonly Rule[] = [
  {
    id: 'apk/scripts',
    match: [`${APK_DATABASE}/scripts.tar{,.gz}`],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'apk-scripts-tar' },
    why: 'Scripts are stored in installation order, with the installation time if the package has no date.',
    source: 'alpine-make-rootfs; apk-tools: database.c',
  },
  {
    id: 'apk/database',
    match: [`${APK_DATABASE}/{installed,triggers}`, 'etc/apk/{world,arch,repositories}'],
    action: { do: 'keep' },
    why: 'The installed and requested packages, sorted by name since apk 3; recorded nowhere else.',
    source: 'apk-tools: database.c',
  },
  {
    id: 'apk/package-order',
    match: [`${APK_DATABASE}/installed`],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'sort-stanzas' },
    why: 'Older versions of apk keep the order of installation; newer ones sort packages by name.',
    source: 'apk-tools: database.c',
  },
  {
    id: 'apk/trigger-order',
    match: [`${APK_DATABASE}/triggers`],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'sort-lines' },
    why: 'One line per package, in the order of installation.',
    source: 'apk-tools: database.c',
  },
  {
    id: 'apk/lock',
    match: [`${APK_DATABASE}/lock`],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'The empty lock file, which apk 3 leaves behind from the second transaction on, and creates where it is missing.',
    source: 'apk-tools: database.c; observed with apk 3.0.6',
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
    match: [`${APK_DATABASE}/**`],
    when: { policy: { name: 'package-database', value: 'drop' } },
    action: { do: 'drop' },
    why: 'The package database, not needed in an image that is never upgraded in place.',
    source: 'mkosi',
  },
];

/** For every tree with a pacman database: Arch, derivatives, and other users of pacman. */
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
    match: ['var/lib/pacman/local/*/{files,mtree,install,changelog}'],
    action: { do: 'keep' },
    why: 'The package database, as shipped in the packages.',
    source: 'archiso, archlinux-docker',
  },
  {
    id: 'pacman/database-version-mode',
    match: ['var/lib/pacman/local/ALPM_DB_VERSION'],
    when: { type: 'file' },
    action: { do: 'mode', mode: 0o644 },
    why: 'Created with the umask of the build, unlike all other files of the database.',
    source: 'observed with pacman 6.0',
  },
  {
    id: 'pacman/database-directory-mode',
    match: ['var/lib/pacman/local'],
    when: { type: 'directory' },
    action: { do: 'mode', mode: 0o755 },
    why: 'Created with the umask of the build; users query packages, so it is readable by all.',
    source: 'observed with pacman 6.0',
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
    toDecide: true,
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
    id: 'portage/metadata-caches',
    match: ['var/db/pkg/*/*/metadata'],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'drop' },
    why: 'Repeats the files beside it and the time of their directory; read instead of them only while that time is exact.',
    source: 'portage: vartree.py',
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

/** For every tree with a database of xbps, the package manager of Void Linux. */
export const XBPS: readonly Rule[] = [
  {
    id: 'xbps/package-dates',
    match: ['var/db/xbps/pkgdb-*.plist'],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'xbps-pkgdb' },
    why: 'Date of installation and mirror of each package, and names repeated for those of earlier transactions.',
    source: 'xbps: package_register.c, pkgdb.c, xbps-install(1)',
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

const OPKG_DATABASE = '{var,usr}/lib/opkg';

/** For every tree with an opkg database: OpenEmbedded, Yocto, OpenWrt. */
export const OPKG: readonly Rule[] = [
  {
    id: 'opkg/install-times',
    match: [`${OPKG_DATABASE}/status`],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'opkg-installed-time' },
    why: 'When each package was installed.',
    source: 'OpenEmbedded: rootfs_reproducible',
  },
  {
    id: 'opkg/repository-indexes',
    match: [`${OPKG_DATABASE}/lists/**`],
    when: { policy: { name: 'repository-indexes', value: 'drop' } },
    action: { do: 'drop' },
    why: 'Package indexes of one moment; `opkg update` fetches them.',
    source: 'OpenEmbedded: packaging data directories',
  },
  {
    id: 'opkg/database-drop',
    match: [`${OPKG_DATABASE}/**`],
    when: { policy: { name: 'package-database', value: 'drop' } },
    action: { do: 'drop' },
    why: 'The package database, not needed in an image that is never upgraded in place.',
    source: 'mkosi, OpenEmbedded',
  },
];

/** For every tree with a store of Nix or Guix. */
export const NIX: readonly Rule[] = [
  {
    id: 'nix/store',
    match: ['{nix,gnu}/store{,/**}'],
    action: { do: 'keep' },
    why: 'Named after its own content, so no other rule may change it.',
    source: 'Nix: store paths',
  },
  {
    id: 'nix/database',
    match: ['nix/var/nix/db/db.sqlite{,-wal}', 'var/guix/db/db.sqlite{,-wal}'],
    when: { type: 'file' },
    action: { do: 'report' },
    toDecide: true,
    why: 'Records when each path was registered: load the registration into a new database at first boot.',
    source: 'nixpkgs pull request 289840',
  },
];
