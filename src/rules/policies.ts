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
    values: ['clamp', 'keep'],
    default: 'clamp',
    what: 'What becomes of last-change days in etc/shadow that lie after the epoch: the day of the epoch, or nothing.',
    why: 'The day of the bootstrap says nothing about a password. Clamping keeps older days and the rules for the age of passwords; the first day of 1970 is never written, since it would ask for a new password.',
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
    what: 'Whether a Debian tree keeps etc/hostname.',
    why: 'Debian bootstraps (debootstrap, mmdebstrap) copy the name of the machine they run on. Without the file the name comes from DHCP or is the default of the distribution. Keep it if you wrote it yourself.',
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
    what: 'What becomes of etc/adjtime, the drift record of the hardware clock; `utc` writes the neutral record.',
    why: 'Without the file hwclock takes the clock for UTC without drift.',
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
    why: 'Which nodes there are depends on the rights of the bootstrap and on the machine. Every init mounts devtmpfs over dev, container engines fill it themselves, and the kernel brings its own dev/console for an initramfs.',
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
    values: ['drop', 'keep'],
    default: 'drop',
    what: 'Whether etc/.updated and var/.updated stay.',
    why: 'They hold the time of usr in nanoseconds, which differs from one bootstrap to the next and no longer fits once times are clamped. Without them the units with ConditionNeedsUpdate run once at first boot and repair what they look after.',
  },
  {
    name: 'python-bytecode',
    values: ['drop', 'keep'],
    default: 'drop',
    what: 'Whether compiled Python files stay that no package ships.',
    why: 'They hold the time of their source, and compiling the same source again does not always give the same bytes. Python compiles on import; start-up is slower until then. Files that a package ships are not touched.',
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
    values: ['drop', 'keep'],
    default: 'drop',
    what: 'Whether the caches of fontconfig stay.',
    why: 'Each holds the time of its font directory in nanoseconds. Without them the first program of each user that draws text scans the fonts, which is slow; `fc-cache -s` makes them again.',
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
    values: ['keep', 'drop'],
    default: 'keep',
    what: 'Whether var/cache/debconf/config.dat stays, the answers to questions at installation.',
    why: 'Order in it may depend on the order of installation, but without it preseeded answers are lost at the next reconfiguration.',
  },
  {
    name: 'slim',
    values: ['keep', 'drop'],
    default: 'keep',
    what: 'Whether a Debian tree keeps documentation, manual pages and translations; copyright files always stay.',
    why: 'This is about size and not about equal bytes.',
  },
];
