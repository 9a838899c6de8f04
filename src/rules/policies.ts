import { StillrootError } from '../errors.ts';
import type { Rule } from './rule.ts';
import { didYouMean, suggest } from './suggest.ts';

/**
 * Where the projects that make systems reproducible disagree, the user chooses. A rule is bound to a
 * choice by `when.policy`; a policy has no other effect. The default is what makes two bootstraps of
 * one package set equal, unless that would take away something the system cannot recreate.
 */
export interface Policy {
  /** kebab-case, unique. */
  readonly name: string;
  /** All choices; `keep` always means that the tree's own content is kept. */
  readonly values: readonly string[];
  readonly default: string;
  /** What the choice is about, and the effect of each value. */
  readonly what: string;
  /** Why the default is the default. */
  readonly why: string;
}

export const POLICIES: readonly Policy[] = [
  {
    name: 'shadow',
    values: ['clamp', 'set', 'blank-locked', 'blank', 'keep'],
    default: 'clamp',
    what: 'The last-change days in etc/shadow: days after the epoch become the day of the epoch (clamp), or all do (set); or the field is emptied, for accounts without a usable password (blank-locked) or for all (blank).',
    why: 'The day of the bootstrap is not the day of a password change. Clamping keeps older days, and keeps password aging enabled, which an empty field turns off. The first day of 1970 is never written, since it forces a password change, and is kept if an account with a password has it. If passwords expire (a maximum in field 5), a day long ago means an expired password: set an epoch near the build, or use keep.',
  },
  {
    name: 'sort-accounts',
    values: ['keep', 'sort'],
    default: 'keep',
    what: 'Whether passwd and group are sorted by id, and shadow and gshadow accordingly; NIS entries stay last.',
    why: 'Their order is the order in which packages were configured, and few programs show it. Sorting does not help if the ids themselves differ.',
  },
  {
    name: 'sort-shells',
    values: ['keep', 'sort'],
    default: 'keep',
    what: 'Whether the lines of etc/shells and var/lib/shells.state are sorted.',
    why: 'Their order is the order in which packages were configured. Programs that let users choose a shell list them in this order.',
  },
  {
    name: 'machine-id',
    values: ['empty', 'uninitialized', 'absent', 'keep'],
    default: 'empty',
    what: 'What becomes of etc/machine-id: an empty file, the word `uninitialized`, no file, or the ID from the bootstrap.',
    why: 'In the first three cases systemd creates a new ID at boot. A missing file or `uninitialized` also triggers first-boot behaviour: presets are applied again, and units that the image disabled may be enabled again. An empty file does not, and works with a read-only /etc; some first-boot tools fail without the file.',
  },
  {
    name: 'hostname',
    values: ['drop', 'keep'],
    default: 'drop',
    what: 'Whether a Debian tree keeps an etc/hostname copied by the bootstrap, and the same name where postfix, exim and debconf recorded it at installation. With `drop`, the name is reported where etc/hosts has it too.',
    why: "Debian bootstraps (debootstrap, mmdebstrap) copy the host name and etc/resolv.conf of the build machine; other builders write the name they are given, and without signs of such a copy the file stays. Without the file the host name comes from DHCP or is the distribution's default. Keep it if you wrote it yourself.",
  },
  {
    name: 'hosts',
    values: ['keep', 'strip'],
    default: 'keep',
    what: "Whether the line for 127.0.1.1 (the machine's own name) is removed from etc/hosts of a Debian tree.",
    why: 'Installers write it; bootstraps (debootstrap, mmdebstrap) do not, so if present it is probably intended.',
  },
  {
    name: 'machine-info',
    values: ['keep', 'drop'],
    default: 'keep',
    what: 'Whether etc/machine-info stays: PRETTY_HOSTNAME, CHASSIS, DEPLOYMENT and similar settings.',
    why: 'No bootstrap creates it today, so if present it is probably intended, and nothing recreates it. Drop it from a tree built with systemd 250, whose kernel-install wrote the random machine ID there, or taken from a machine that has run.',
  },
  {
    name: 'resolv-conf',
    values: ['drop', 'truncate', 'keep'],
    default: 'drop',
    what: 'What becomes of etc/resolv.conf in a Debian tree if it is a file; a symlink always stays.',
    why: 'Debian bootstraps (debootstrap, mmdebstrap) copy the name servers of the build machine. Network managers and container engines write the file themselves, and systemd-resolved creates its symlink only if there is no such file.',
  },
  {
    name: 'adjtime',
    values: ['drop', 'utc', 'keep'],
    default: 'drop',
    what: 'What becomes of etc/adjtime, the drift record of the hardware clock: it is removed, except that a setting of local time is kept; `utc` writes the neutral record.',
    why: 'Without the file hwclock assumes UTC without drift. Local time is a deliberate setting.',
  },
  {
    name: 'ssh-host-keys',
    values: ['drop', 'report', 'keep'],
    default: 'drop',
    what: 'What becomes of the private and public host keys in etc/ssh.',
    why: 'The keys are random, so no two bootstraps with them are equal, and everyone who has the image has the private key of every machine made from it. Fedora and Arch generate new ones at boot. Debian does not: a report says when sshd needs `ssh-keygen -A` at first boot.',
  },
  {
    name: 'snakeoil',
    values: ['drop', 'report', 'keep'],
    default: 'drop',
    what: 'What becomes of self-signed TLS keys generated during package installation: ssl-cert-snakeoil and localhost.',
    why: 'Key and date of issue vary, and a published private key protects nothing. A service configured to use the key does not start until `make-ssl-cert generate-default-snakeoil` has run.',
  },
  {
    name: 'service-keys',
    values: ['report', 'drop', 'keep'],
    default: 'report',
    what: 'What becomes of random keys that packages generate for BIND, NSD, Unbound, Erlang, ejabberd, Pacemaker, MUNGE, BrlAPI, Tripwire, xrdp, ircd-hybrid, Quassel, Varnish, PostSRSd, fence-virtd, epoptes, OpenIKED, xpra, INetSim, pollen, partimaged, telnetd-ssl, certmonger, Courier, CurveDNS, Keystone, lsh, Mandos, schleuder, stone and Open vSwitch.',
    why: 'They are random, and everyone who has the image has them. Some of the services do not start without them: a report names the command that generates new keys. It must run at first boot, so drop the keys only if you arrange that.',
  },
  {
    name: 'databases',
    values: ['report', 'drop', 'keep'],
    default: 'report',
    what: 'What becomes of databases created by installation on Debian: PostgreSQL clusters, MariaDB, slapd, Heimdal, Firebird, schleuder, wims-lti. They are removed as a whole, with their configuration.',
    why: 'They contain random identifiers and times, so no two bootstraps are equal, and all machines made from the image share the identifiers. But the service does not start without them, and only a command at first boot recreates them.',
  },
  {
    name: 'etc-history',
    values: ['drop', 'report', 'keep'],
    default: 'drop',
    what: 'What becomes of the repository in which etckeeper keeps etc. A repository without etckeeper is reported.',
    why: 'Its commits contain times, the host name, and everything that rules remove from etc: shadow, host keys, the machine ID. `etckeeper init` and `etckeeper commit` start a new history.',
  },
  {
    name: 'language-caches',
    values: ['drop', 'keep'],
    default: 'drop',
    what: 'Whether download caches of package managers of programming languages stay in home directories: npm, pip, Cargo, Go, Composer, Gradle and others; and what ccache and sccache have compiled.',
    why: 'Names and contents hold times, and everything in them is fetched again when it is needed, over the network. Keep them where they were filled on purpose (`go mod download`, `cargo fetch`), for an image that builds without a network; every report names those that go.',
  },
  {
    name: 'signing-keys',
    values: ['drop', 'report', 'keep'],
    default: 'drop',
    what: 'What becomes of private keys for kernel modules (DKMS, shim, kernel build).',
    why: 'Anyone with such a key can sign modules that the machines trust. Modules already signed stay valid; DKMS generates a new key when it needs one.',
  },
  {
    name: 'host-enrolment',
    values: ['report', 'drop', 'keep'],
    default: 'report',
    what: 'What becomes of Kerberos keytabs, subscription certificates and directory-service databases.',
    why: 'They are secrets of one machine, and no bootstrap creates them. Since they were added on purpose, they are reported, not removed.',
  },
  {
    name: 'service-state',
    values: ['keep', 'drop'],
    default: 'keep',
    what: 'Whether state of fprintd, AccountsService, Puppet and Dovecot stays.',
    why: 'A bootstrap does not start services, so such state was prepared on purpose.',
  },
  {
    name: 'mail-spool',
    values: ['keep', 'drop'],
    default: 'keep',
    what: 'Whether mailboxes, mail queues and at jobs stay.',
    why: 'Packages create directories there that their services need; mail in a fresh tree is rare and worth checking.',
  },
  {
    name: 'device-nodes',
    values: ['empty', 'keep'],
    default: 'empty',
    what: 'Whether the nodes in dev stay.',
    why: 'Which nodes exist depends on the privileges of the bootstrap and on the machine. Every init mounts devtmpfs over dev, and container engines fill it themselves. An initramfs keeps them: a tree with its own /init and no os-release, or with an initrd-release.',
  },
  {
    name: 'catalog',
    values: ['keep', 'drop'],
    default: 'keep',
    what: 'Whether var/lib/systemd/catalog/database stays.',
    why: 'Since systemd 244 its bytes depend only on the installed packages. Older versions wrote it in hash order: drop it there, and systemd-journal-catalog-update recreates it at boot.',
  },
  {
    name: 'updated-stamps',
    values: ['drop', 'rewrite', 'keep'],
    default: 'drop',
    what: 'What becomes of etc/.updated and var/.updated: they are removed, or record the final time of usr.',
    why: 'They contain the time of usr in nanoseconds, which differs between bootstraps. Without them, units with ConditionNeedsUpdate run once at first boot and update their files; with them, only when usr is newer.',
  },
  {
    name: 'python-bytecode',
    values: ['drop', 'rewrite', 'keep'],
    default: 'drop',
    what: 'What becomes of compiled Python files that no package ships: they are removed, or only get the final time of their source. Files shipped by packages get that time in both cases.',
    why: 'Compiling the same source twice does not always give the same bytes, so a new time is not enough. Python compiles on import; until then start-up is slower. Files that a package ships differ only in the time, and with a wrong time Python would recompile them at every start.',
  },
  {
    name: 'emacs-bytecode',
    values: ['keep', 'drop'],
    default: 'keep',
    what: 'Whether compiled Emacs Lisp files that no package ships stay.',
    why: 'Today they contain no time, and nothing recompiles them before the next package operation. Emacs before 24.4 recorded the date and host name in them.',
  },
  {
    name: 'fontconfig-cache',
    values: ['rewrite', 'drop', 'keep'],
    default: 'rewrite',
    what: 'What becomes of fontconfig caches: they get the final time of their font directory, or are removed. Those in home directories go either way.',
    why: 'Only the time of the directory varies in them. Without them the first program of each user that draws text scans the fonts, which is slow; `fc-cache -s` recreates them.',
  },
  {
    name: 'icon-cache',
    values: ['keep', 'drop'],
    default: 'keep',
    what: 'Whether icon-theme.cache files stay.',
    why: 'GTK has sorted its input for years, so they are equal. If they are missing, GTK reads the directories instead.',
  },
  {
    name: 'tex-formats',
    values: ['report', 'drop', 'keep'],
    default: 'report',
    what: 'What becomes of TeX format dumps, and of the formats and file index of ConTeXt, that no package ships.',
    why: 'They contain the date unless SOURCE_DATE_EPOCH was set during the bootstrap, but without them TeX does not run until `fmtutil-sys --all`, nor ConTeXt until `mtxrun --generate` and `context --make`.',
  },
  {
    name: 'initramfs',
    values: ['report', 'drop', 'keep'],
    default: 'report',
    what: 'What becomes of initramfs images in boot and usr/lib/modules.',
    why: 'They are archives with times, inode numbers and copies of files from the build machine, but a disk image does not boot without one. Export SOURCE_DATE_EPOCH during the bootstrap, or drop them if the image boots without an initramfs.',
  },
  {
    name: 'leftovers',
    values: ['report', 'drop', 'keep'],
    default: 'report',
    what: 'What becomes of editor backups, and of files that package managers create beside a changed configuration file.',
    why: 'A fresh tree should have none, and such a file may be the only copy of a configuration.',
  },
  {
    name: 'apt-lists',
    values: ['drop', 'keep'],
    default: 'drop',
    what: "Whether apt's package indexes stay in var/lib/apt/lists.",
    why: 'They mirror an archive at one moment, so they differ unless the bootstrap used a snapshot. `apt-get update` must run before the next installation.',
  },
  {
    name: 'available',
    values: ['truncate', 'keep'],
    default: 'truncate',
    what: 'What becomes of var/lib/dpkg/available, a list that only dselect reads.',
    why: 'Filled from the archive by debootstrap, but left empty by other bootstraps. The result is the same as after `dpkg --clear-avail`.',
  },
  {
    name: 'debconf',
    values: ['keep', 'sort', 'drop'],
    default: 'keep',
    what: 'What becomes of var/cache/debconf/config.dat, the answers given at installation: it is sorted or removed.',
    why: 'Its order may depend on the order of installation, which sorting fixes. Without the file, preseeded answers are lost at the next reconfiguration.',
  },
  {
    name: 'sort-package-state',
    values: ['keep', 'sort'],
    default: 'keep',
    what: "Whether dpkg's triggers, apt's automatic marks and ucf's registry are sorted.",
    why: 'Their order is the order of installation and has no meaning. Two bootstraps with the same tool write the same order, so it matters only between tools.',
  },
  {
    name: 'slim',
    values: ['keep', 'drop'],
    default: 'keep',
    what: 'Whether a Debian tree keeps documentation, manual pages and translations; copyright files always stay.',
    why: 'This is about size, not about reproducibility.',
  },
  {
    name: 'package-database',
    values: ['rewrite', 'drop', 'keep'],
    default: 'rewrite',
    what: 'What becomes of the database of installed packages: installation times in it are clamped, and what apk writes in installation order is sorted; or it is removed.',
    why: 'Scanners, upgrades and many programs read it, and removing it has broken images. Drop it only if nothing will ever need to know what is installed.',
  },
  {
    name: 'rpm-indexes',
    values: ['drop', 'keep'],
    default: 'drop',
    what: 'Whether the index files of an rpm database in the ndb format stay beside Packages.db.',
    why: 'Their layout depends on their history. rpm recreates them when root next uses it; until then queries by other users are slow and print a warning.',
  },
  {
    name: 'dnf-history',
    values: ['rewrite', 'drop', 'keep'],
    default: 'rewrite',
    what: "What becomes of dnf's transaction history: its times are clamped, or it is removed.",
    why: 'In dnf 4 the history also records which packages were requested, and tells scanners which repository a package came from. Rows are numbered by their content, so the order in which dnf wrote them does not matter.',
  },
  {
    name: 'repository-indexes',
    values: ['drop', 'keep'],
    default: 'drop',
    what: 'Whether the package indexes of pacman, xbps and opkg stay.',
    why: 'They mirror a repository at one moment, so they differ unless the bootstrap used a snapshot. They must be downloaded before the next installation.',
  },
  {
    name: 'pacman-keyring',
    values: ['drop', 'private', 'keep'],
    default: 'drop',
    what: 'What becomes of the keyring in etc/pacman.d/gnupg: all of it is removed, or only the private and temporary files.',
    why: 'Trees are equal only without it: its master key is random, and its signatures contain times. `pacman-key --init` and `pacman-key --populate` recreate it, and must run before the next installation. The private key must never be in an image.',
  },
  {
    name: 'locale-archive',
    values: ['report', 'keep'],
    default: 'report',
    what: 'Whether a locale archive created by localedef in the tree is reported.',
    why: 'Its bytes depend on the order in which locales were added, which cannot be fixed afterwards. With the same etc/locale.gen the order is the same.',
  },
  {
    name: 'extended-attributes',
    values: ['keep', 'drop'],
    default: 'keep',
    what: 'Whether an archive that can hold extended attributes, such as tar, has them: file capabilities, access lists, signatures of IMA, and the attributes of users. Marks of overlay filesystems and container engines, seals of EVM, and attributes that are not known to belong to an image are always left out and reported.',
    why: 'Packages set them: without its capability, ping works for root only. What the build machine adds for itself is left out by name.',
  },
  {
    name: 'security-labels',
    values: ['drop', 'keep'],
    default: 'drop',
    what: 'Whether an archive that can hold extended attributes has the labels of SELinux and SMACK.',
    why: 'A tree that was built on a machine with SELinux has the labels of that machine, and one built without has none: the same packages give two archives. A system that enforces a policy relabels its files at first boot. Keep them if the builder labelled the tree by its own policy, with setfiles or restorecon.',
  },
  {
    name: 'account-ids',
    values: ['keep', 'report'],
    default: 'keep',
    what: 'Whether accounts are reported whose ids depend on the order of installation.',
    why: 'A single tree does not show whether its ids match another one, so every run would report it. Compare two trees, and create accounts with fixed ids before installing their packages.',
  },
];

/** A user's choice; `where` names the option or line. */
export interface PolicyChoice {
  readonly name: string;
  readonly value: string;
  readonly where: string;
}

/**
 * The value of each policy: the last choice, or the default.
 * @throws StillrootError `policy-unknown` for an unknown name or value
 */
export function choosePolicies(
  policies: readonly Policy[],
  choices: readonly PolicyChoice[],
): ReadonlyMap<string, string> {
  const chosen = new Map(policies.map((policy) => [policy.name, policy.default]));
  for (const { name, value, where } of choices) {
    checkPolicy(policies, name, value, where);
    chosen.set(name, value);
  }
  return chosen;
}

/**
 * Refuses rules that require an unknown policy or value: they would silently never match.
 * @throws StillrootError `policy-unknown`
 */
export function checkPoliciesOf(rules: readonly Rule[], policies: readonly Policy[]): void {
  for (const rule of rules) {
    const asked = rule.when?.policy;
    if (asked === undefined) continue;
    const values = typeof asked.value === 'string' ? [asked.value] : asked.value;
    for (const value of values) checkPolicy(policies, asked.name, value, `${rule.source}: rule ${rule.id}`);
  }
}

function checkPolicy(policies: readonly Policy[], name: string, value: string, where: string): void {
  const policy = policies.find((each) => each.name === name);
  if (policy === undefined) {
    const names = policies.map((each) => each.name);
    const hint = didYouMean(name, names, 'policies');
    throw new StillrootError('policy-unknown', `there is no policy '${name}'`, { where, hint });
  }
  if (policy.values.includes(value)) return;
  const meant = suggest(value, policy.values);
  const hint = `Its values are ${policy.values.join(', ')}.${meant === undefined ? '' : ` Did you mean '${meant}'?`}`;
  throw new StillrootError('policy-unknown', `policy ${name} has no value '${value}'`, { where, hint });
}
