/**
 * Where the projects that make systems reproducible disagree, the user chooses. A rule is bound to a
 * choice by `when.policy`; a policy has no other effect. The default is what makes two bootstraps of
 * one package set equal, unless that would take away something the system cannot make again.
 */
export interface Policy {
  /** kebab-case, unique. */
  readonly name: string;
  /** All choices; `keep` always means that the tree's own content stays. */
  readonly values: readonly string[];
  readonly default: string;
  /** What the choice is about, and what each value does. */
  readonly what: string;
  /** Why the default is the default. */
  readonly why: string;
}

export const POLICIES: readonly Policy[] = [
  {
    name: 'shadow',
    values: ['clamp', 'set', 'blank-locked', 'blank', 'keep'],
    default: 'clamp',
    what: 'What becomes of the last-change days in etc/shadow: those after the epoch become its day (clamp), or all do (set), or the field is emptied, for accounts without a usable password (blank-locked) or for all (blank).',
    why: 'The day of the bootstrap says nothing about a password. Clamping keeps older days and the rules for the age of passwords, which an empty field turns off. The first day of 1970 is never written, since it would ask for a new password, and where it stands for an account with a password it stays. Where passwords expire (a maximum in field 5), a day so long past means an expired one: set an epoch near the build, or keep.',
  },
  {
    name: 'sort-accounts',
    values: ['keep', 'sort'],
    default: 'keep',
    what: 'Whether passwd and group are sorted by number, and shadow and gshadow likewise; NIS entries stay last.',
    why: 'Their order is that in which packages were configured, and few programs show it. Sorting does not help where the numbers themselves differ.',
  },
  {
    name: 'sort-shells',
    values: ['keep', 'sort'],
    default: 'keep',
    what: 'Whether the lines of etc/shells and var/lib/shells.state are sorted.',
    why: 'The order is that in which packages were configured. Programs that offer shells show them in this order.',
  },
  {
    name: 'machine-id',
    values: ['empty', 'uninitialized', 'absent', 'keep'],
    default: 'empty',
    what: 'What etc/machine-id holds: nothing, the word `uninitialized`, no file at all, or the ID of the bootstrap.',
    why: 'For the first three systemd makes a new ID at boot. Absent and `uninitialized` also mean a first boot: presets are applied again and units that the image disabled may come back. An empty file means neither, and works where /etc is read-only; some first-boot tools fail without the file.',
  },
  {
    name: 'hostname',
    values: ['drop', 'keep'],
    default: 'drop',
    what: 'Whether a Debian tree keeps etc/hostname where the bootstrap copied it.',
    why: 'Debian bootstraps (debootstrap, mmdebstrap) copy the name of the machine they run on, together with its etc/resolv.conf; other builders write the name that they were told, and where there is no sign of such a copy the file stays. Without the file the name comes from DHCP or is the default of the distribution. Keep it if you wrote it yourself.',
  },
  {
    name: 'hosts',
    values: ['keep', 'strip'],
    default: 'keep',
    what: 'Whether the line for 127.0.1.1, the own name of the machine, goes from etc/hosts of a Debian tree.',
    why: 'Installers write it; bootstraps (debootstrap, mmdebstrap) do not, so where it stands somebody meant it.',
  },
  {
    name: 'machine-info',
    values: ['keep', 'drop'],
    default: 'keep',
    what: 'Whether etc/machine-info stays: PRETTY_HOSTNAME, CHASSIS, DEPLOYMENT and the like.',
    why: 'No bootstrap makes it today, so where it stands somebody meant it, and nothing makes it again. Drop it from a tree made with systemd 250, whose kernel-install wrote the random machine ID there, or taken from a machine that ran.',
  },
  {
    name: 'resolv-conf',
    values: ['drop', 'truncate', 'keep'],
    default: 'drop',
    what: 'What becomes of etc/resolv.conf in a Debian tree where it is a file; a symlink always stays.',
    why: 'Debian bootstraps (debootstrap, mmdebstrap) copy the name servers of the machine they run on. Network managers and container engines write the file themselves, and systemd-resolved makes its symlink only where nothing is in the way.',
  },
  {
    name: 'adjtime',
    values: ['drop', 'utc', 'keep'],
    default: 'drop',
    what: 'What becomes of etc/adjtime, the drift record of the hardware clock: it goes, and where it says that the clock has local time, only that stays; `utc` writes the neutral record.',
    why: 'Without the file hwclock takes the clock for UTC without drift. Local time is a setting that somebody chose.',
  },
  {
    name: 'ssh-host-keys',
    values: ['drop', 'report', 'keep'],
    default: 'drop',
    what: 'What becomes of the private and public host keys in etc/ssh.',
    why: 'The keys are random, so with them no two bootstraps are equal, and everybody who has the image has the private key of every machine made from it. Fedora and Arch make new ones at boot. Debian does not: a report names sshd where it will need `ssh-keygen -A` at first boot.',
  },
  {
    name: 'snakeoil',
    values: ['drop', 'report', 'keep'],
    default: 'drop',
    what: 'What becomes of self-signed TLS keys made while packages were installed: ssl-cert-snakeoil and localhost.',
    why: 'Key and date of issue are random, and a published private key protects nothing. A service set up to use the key does not start until `make-ssl-cert generate-default-snakeoil` has run.',
  },
  {
    name: 'service-keys',
    values: ['report', 'drop', 'keep'],
    default: 'report',
    what: 'What becomes of random keys that packages make for BIND, NSD, Unbound, Erlang, ejabberd, Pacemaker, MUNGE, BrlAPI and Tripwire.',
    why: 'They are random, and everybody who has the image has them. Some of the services do not start without: a report names what makes the keys again, and that has to run at first boot, so dropping them is for those who see to it.',
  },
  {
    name: 'etc-history',
    values: ['drop', 'report', 'keep'],
    default: 'drop',
    what: 'What becomes of the repository in which etckeeper keeps etc. One that is there without etckeeper is reported.',
    why: 'Its commits hold times and the host, and all that the rules remove from etc: shadow, host keys, the machine ID. `etckeeper init` and `etckeeper commit` begin a new history.',
  },
  {
    name: 'language-caches',
    values: ['drop', 'keep'],
    default: 'drop',
    what: 'Whether download caches of package managers of programming languages stay in home directories: npm, pip, Cargo, Go, Composer, Gradle and others.',
    why: 'Names and contents hold times, and everything in them is fetched again when it is needed. Keep them in an image that builds without a network.',
  },
  {
    name: 'signing-keys',
    values: ['drop', 'report', 'keep'],
    default: 'drop',
    what: 'What becomes of private keys for kernel modules (DKMS, shim, kernel build).',
    why: 'Who has such a key can sign modules that the machines trust. Modules that are signed already stay valid; DKMS makes a new key when it needs one.',
  },
  {
    name: 'host-enrolment',
    values: ['report', 'drop', 'keep'],
    default: 'report',
    what: 'What becomes of Kerberos keytabs, subscription certificates and directory-service databases.',
    why: 'They are secrets of one machine and no bootstrap makes them. Somebody put them there, so they are shown and not thrown away.',
  },
  {
    name: 'service-state',
    values: ['keep', 'drop'],
    default: 'keep',
    what: 'Whether state of fprintd, AccountsService, Puppet and Dovecot stays.',
    why: 'A bootstrap does not start services, so what is there was prepared on purpose.',
  },
  {
    name: 'mail-spool',
    values: ['keep', 'drop'],
    default: 'keep',
    what: 'Whether mailboxes, mail queues and at jobs stay.',
    why: 'Packages put structure there that their services need; mail in a fresh tree is rare and worth a look.',
  },
  {
    name: 'device-nodes',
    values: ['empty', 'keep'],
    default: 'empty',
    what: 'Whether dev keeps its nodes.',
    why: 'Which nodes there are depends on the rights of the bootstrap and on the machine. Every init mounts devtmpfs over dev, and container engines fill it themselves. An initramfs keeps them: a tree with an /init of its own and no os-release, or with an initrd-release.',
  },
  {
    name: 'catalog',
    values: ['keep', 'drop'],
    default: 'keep',
    what: 'Whether var/lib/systemd/catalog/database stays.',
    why: 'Since systemd 244 its bytes follow from the installed packages. Older ones wrote it in hash order: drop it there, and systemd-journal-catalog-update makes it again at boot.',
  },
  {
    name: 'updated-stamps',
    values: ['drop', 'rewrite', 'keep'],
    default: 'drop',
    what: 'What becomes of etc/.updated and var/.updated: they go, or get the time that usr will have.',
    why: 'They hold the time of usr in nanoseconds, which differs from one bootstrap to the next. Without them the units with ConditionNeedsUpdate run once at first boot and repair what they look after; with them they run only once usr is newer.',
  },
  {
    name: 'python-bytecode',
    values: ['drop', 'rewrite', 'keep'],
    default: 'drop',
    what: 'What becomes of compiled Python files that no package ships: they go, or only follow the time of their source. Those of packages follow it in both cases.',
    why: 'Compiling the same source again does not always give the same bytes, so a new time is not enough. Python compiles on import; start-up is slower until then. Files that a package ships differ in nothing but the time, and without it Python would compile them again at every start.',
  },
  {
    name: 'emacs-bytecode',
    values: ['keep', 'drop'],
    default: 'keep',
    what: 'Whether compiled Emacs Lisp files stay that no package ships.',
    why: 'Today they carry no time, and nothing compiles them again before the next package operation. Emacs before 24.4 wrote date and host into them.',
  },
  {
    name: 'fontconfig-cache',
    values: ['rewrite', 'drop', 'keep'],
    default: 'rewrite',
    what: 'What becomes of the caches of fontconfig: they follow the time of their font directory, or they go.',
    why: 'Nothing in them varies but the time of the directory. Without them the first program of each user that draws text scans the fonts, which is slow; `fc-cache -s` makes them again.',
  },
  {
    name: 'icon-cache',
    values: ['keep', 'drop'],
    default: 'keep',
    what: 'Whether icon-theme.cache files stay.',
    why: 'GTK has sorted its input for years, so they are equal. GTK falls back to reading the directories where they are missing.',
  },
  {
    name: 'tex-formats',
    values: ['report', 'drop', 'keep'],
    default: 'report',
    what: 'What becomes of TeX format dumps that no package ships.',
    why: 'They hold the date unless SOURCE_DATE_EPOCH was set at the bootstrap, but TeX does not run without them until `fmtutil-sys --all`.',
  },
  {
    name: 'initramfs',
    values: ['report', 'drop', 'keep'],
    default: 'report',
    what: 'What becomes of initramfs images in boot and usr/lib/modules.',
    why: 'They are archives with times, inode numbers and copies of files of the build machine, but a disk image does not boot without one. Export SOURCE_DATE_EPOCH at the bootstrap, or drop them where the image boots without.',
  },
  {
    name: 'leftovers',
    values: ['report', 'drop', 'keep'],
    default: 'report',
    what: 'What becomes of editor backups and of the files that package managers put beside a changed configuration.',
    why: 'In a fresh tree there should be none, and such a file may be the only copy of a configuration.',
  },
  {
    name: 'apt-lists',
    values: ['drop', 'keep'],
    default: 'drop',
    what: 'Whether the package indexes of apt stay in var/lib/apt/lists.',
    why: 'They mirror an archive at one moment, so they differ unless the bootstrap used a snapshot. `apt-get update` must run before the next installation.',
  },
  {
    name: 'available',
    values: ['truncate', 'keep'],
    default: 'truncate',
    what: 'What var/lib/dpkg/available holds, the list that only dselect reads.',
    why: 'Filled from the archive by debootstrap and left empty by others. The result is what `dpkg --clear-avail` leaves.',
  },
  {
    name: 'debconf',
    values: ['keep', 'sort', 'drop'],
    default: 'keep',
    what: 'What becomes of var/cache/debconf/config.dat, the answers to questions at installation: it is sorted, or it goes.',
    why: 'Order in it may depend on the order of installation, which sorting puts right. Without it preseeded answers are lost at the next reconfiguration.',
  },
  {
    name: 'sort-package-state',
    values: ['keep', 'sort'],
    default: 'keep',
    what: 'Whether the triggers of dpkg, the automatic marks of apt and the register of ucf are sorted.',
    why: 'Their order is that of installation and means nothing. Two bootstraps with one tool write the same order, so it matters only between tools.',
  },
  {
    name: 'slim',
    values: ['keep', 'drop'],
    default: 'keep',
    what: 'Whether a Debian tree keeps documentation, manual pages and translations; copyright files always stay.',
    why: 'This is about size and not about equal bytes.',
  },
  {
    name: 'package-database',
    values: ['rewrite', 'drop', 'keep'],
    default: 'rewrite',
    what: 'What becomes of the database of installed packages: times of installation in it are held still, and what apk writes in the order of installation is sorted; or it goes.',
    why: 'Scanners, upgrades and many programs read it, and images were broken by its loss. Drop it where nobody will ever ask what is installed.',
  },
  {
    name: 'rpm-indexes',
    values: ['drop', 'keep'],
    default: 'drop',
    what: 'Whether the index files of an rpm database in the ndb format stay beside Packages.db.',
    why: 'How they are laid out depends on their history. rpm makes them again when root next uses it; until then queries of other users are slow and warn.',
  },
  {
    name: 'dnf-history',
    values: ['rewrite', 'drop', 'keep'],
    default: 'rewrite',
    what: 'What becomes of the transaction history of dnf: its times are held still, or it goes.',
    why: 'In dnf 4 the history also knows which packages were asked for, and scanners learn from it which repository a package came from. Rows are numbered by what they hold, so it does not matter in which order dnf wrote them.',
  },
  {
    name: 'repository-indexes',
    values: ['drop', 'keep'],
    default: 'drop',
    what: 'Whether the package indexes of pacman, xbps and opkg stay.',
    why: 'They mirror a repository at one moment, so they differ unless the bootstrap used a snapshot. They have to be fetched before the next installation.',
  },
  {
    name: 'pacman-keyring',
    values: ['drop', 'private', 'keep'],
    default: 'drop',
    what: 'What becomes of the keyring in etc/pacman.d/gnupg: all of it goes, or only what is private and temporary.',
    why: 'Only without it two trees are equal: its master key is random and its signatures hold times. `pacman-key --init` and `pacman-key --populate` make it again, and must run before the next installation. The private key must not be in an image in any case.',
  },
  {
    name: 'locale-archive',
    values: ['report', 'keep'],
    default: 'report',
    what: 'Whether a locale archive that localedef made in the tree is reported.',
    why: 'Its bytes depend on the order in which locales were added, and that cannot be put right afterwards. With one etc/locale.gen the order is the same.',
  },
  {
    name: 'account-ids',
    values: ['keep', 'report'],
    default: 'keep',
    what: 'Whether a tree with accounts is reported because the numbers of some depend on the order of installation.',
    why: 'One tree does not tell whether its numbers are those of the other, so the report would stand in every run. Compare two trees, and create accounts with fixed numbers before their packages.',
  },
];
