import type { Condition, Rule } from '../rule.ts';

/** Owners of some well-known paths in a tree created by root. */
export interface OwnerRow {
  /** `layer/owner-name`. */
  readonly id: string;
  readonly match: readonly string[];
  /** A name in the tree's own etc/passwd; root where there is none. */
  readonly user?: string;
  /** A name in the tree's own etc/group; root where there is none. */
  readonly group?: string;
  readonly type?: 'file' | 'directory';
  /** Permission bits that distinguish the intended paths, such as set-group-ID. */
  readonly bits?: number;
  /** A path that distinguishes the intended releases. */
  readonly exists?: string;
  readonly source: string;
}

/** 2000: runs with the rights of its group, or passes its group on to files created in it. */
export const SET_GROUP_ID: number = 0o2000;
/** 0020 */
export const GROUP_WRITES: number = 0o020;

const ROOT = 'root';

/**
 * A rule that gives paths the owner they have when root creates the tree. It only applies if the current
 * user cannot change owners, and if the tree has the names.
 */
export function ownerRule({ id, match, user, group, type, bits, exists, source }: OwnerRow): Rule {
  const names = `${user ?? ROOT}:${group ?? ROOT}`;
  const when: Condition = {
    privileged: false,
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
    ...(type === undefined ? {} : { type }),
    ...(bits === undefined ? {} : { bits }),
    ...(exists === undefined ? {} : { exists }),
  };
  return {
    id,
    match,
    when,
    action: { do: 'owner', user: user ?? 0, group: group ?? 0 },
    why: `Owned by ${names} in a tree built by root; only root can change owners.`,
    source,
  };
}

/** Owners that upstream projects or most distributions agree on. Further ones are with the distributions. */
const EVERYWHERE: readonly OwnerRow[] = [
  {
    id: 'common/owner-login-records',
    match: ['var/log/{wtmp,btmp,lastlog}'],
    group: 'utmp',
    type: 'file',
    bits: GROUP_WRITES,
    source: 'systemd: tmpfiles.d/var.conf; Debian base-files',
  },
  {
    id: 'common/owner-journal',
    match: ['var/log/journal'],
    group: 'systemd-journal',
    type: 'directory',
    bits: SET_GROUP_ID,
    source: 'systemd: tmpfiles.d/systemd.conf',
  },
  {
    id: 'common/owner-terminal-programs',
    match: ['{,usr/}bin/{wall,write,write.ul,bsd-write}'],
    group: 'tty',
    type: 'file',
    bits: SET_GROUP_ID,
    source: 'util-linux',
  },
  {
    id: 'common/owner-login-record-programs',
    match: ['usr/lib{,64,exec}/{,*/}utempter/utempter'],
    group: 'utmp',
    type: 'file',
    bits: SET_GROUP_ID,
    source: 'libutempter',
  },
  // These directories used to be closed to everyone but polkitd, are now open to its group, and in some trees to everyone.
  {
    id: 'common/owner-polkit-closed',
    match: ['{etc,usr/share}/polkit-1/rules.d'],
    user: 'polkitd',
    type: 'directory',
    source: 'polkit: meson_post_install.py; Fedora polkit',
  },
  {
    id: 'common/owner-polkit',
    match: ['{etc,usr/share}/polkit-1/rules.d'],
    group: 'polkitd',
    type: 'directory',
    bits: 0o050,
    source: 'polkit: meson_post_install.py',
  },
  {
    id: 'common/owner-polkit-open',
    match: ['{etc,usr/share}/polkit-1/rules.d'],
    type: 'directory',
    bits: 0o005,
    source: 'Debian: packages that ship rules without polkitd',
  },
  {
    id: 'common/owner-polkit-state',
    match: ['var/lib/polkit-1'],
    user: 'polkitd',
    type: 'directory',
    source: 'polkit',
  },
  {
    id: 'common/owner-postfix-queues',
    match: [
      'var/spool/postfix/{active,bounce,corrupt,defer,deferred,flush,hold,incoming,private,saved,trace}',
    ],
    user: 'postfix',
    type: 'directory',
    source: 'postfix: postfix-files',
  },
  {
    id: 'common/owner-postfix-drop',
    match: ['var/spool/postfix/{maildrop,public}'],
    user: 'postfix',
    group: 'postdrop',
    type: 'directory',
    source: 'postfix: postfix-files',
  },
  {
    id: 'common/owner-postfix-programs',
    match: ['usr/{s,}bin/{postdrop,postqueue,postlog}'],
    group: 'postdrop',
    type: 'file',
    bits: SET_GROUP_ID,
    source: 'postfix: postfix-files',
  },
  {
    id: 'common/owner-network-state',
    match: ['var/lib/systemd/network'],
    user: 'systemd-network',
    group: 'systemd-network',
    type: 'directory',
    source: 'systemd: tmpfiles.d/systemd-network.conf',
  },
  {
    id: 'common/owner-colord',
    match: ['var/lib/colord{,/icc}'],
    user: 'colord',
    group: 'colord',
    type: 'directory',
    source: 'colord',
  },
];

export const COMMON_OWNERS: readonly Rule[] = EVERYWHERE.map(ownerRule);

/** Well-known owners other than root in trees of Fedora and derivatives, as listed in its packages. */
const FEDORA_ROWS: readonly OwnerRow[] = [
  {
    id: 'fedora/owner-mail',
    match: ['var/spool/mail'],
    group: 'mail',
    type: 'directory',
    bits: GROUP_WRITES,
    source: 'Fedora filesystem',
  },
  {
    id: 'fedora/owner-dbus-helper',
    match: [
      'usr/libexec/dbus-1/dbus-daemon-launch-helper',
      '{,usr/}lib{,64}/dbus-1/dbus-daemon-launch-helper',
    ],
    group: 'dbus',
    type: 'file',
    bits: 0o4000,
    source: 'Fedora dbus',
  },
  {
    // Until Fedora 37; later releases run it as root.
    id: 'fedora/owner-ssh-keysign',
    match: ['usr/libexec/openssh/ssh-keysign'],
    group: 'ssh_keys',
    type: 'file',
    bits: SET_GROUP_ID,
    source: 'Fedora openssh',
  },
  {
    id: 'fedora/owner-ssh-agent',
    match: ['usr/bin/ssh-agent'],
    group: 'nobody',
    type: 'file',
    bits: SET_GROUP_ID,
    source: 'Fedora openssh',
  },
  {
    id: 'fedora/owner-screen',
    match: ['usr/bin/screen'],
    group: 'screen',
    type: 'file',
    bits: SET_GROUP_ID,
    source: 'Fedora screen',
  },
  {
    id: 'fedora/owner-mlocate',
    match: ['usr/bin/locate'],
    group: 'slocate',
    type: 'file',
    bits: SET_GROUP_ID,
    source: 'Fedora mlocate',
  },
  {
    id: 'fedora/owner-plocate',
    match: ['usr/{,s}bin/{locate,plocate}'],
    group: 'plocate',
    type: 'file',
    bits: SET_GROUP_ID,
    source: 'Fedora plocate',
  },
  {
    id: 'fedora/owner-chrony',
    match: ['var/{lib,log}/chrony'],
    user: 'chrony',
    group: 'chrony',
    type: 'directory',
    source: 'Fedora chrony',
  },
  {
    id: 'fedora/owner-chrony-keys',
    match: ['etc/chrony.keys'],
    group: 'chrony',
    type: 'file',
    source: 'Fedora chrony',
  },
  {
    id: 'fedora/owner-tpm-keystore',
    match: ['var/lib/tpm2-tss/system/keystore'],
    group: 'tss',
    type: 'directory',
    bits: SET_GROUP_ID,
    source: 'Fedora tpm2-tss',
  },
  {
    id: 'fedora/owner-nfs',
    match: ['var/lib/nfs/statd{,/sm,/sm.bak}'],
    user: 'rpcuser',
    group: 'rpcuser',
    type: 'directory',
    source: 'Fedora nfs-utils',
  },
  {
    id: 'fedora/owner-web-server',
    match: ['var/{lib,cache}/httpd{,/**}'],
    user: 'apache',
    group: 'apache',
    type: 'directory',
    source: 'Fedora httpd',
  },
  {
    id: 'fedora/owner-geoclue',
    match: ['var/lib/geoclue'],
    user: 'geoclue',
    group: 'geoclue',
    type: 'directory',
    source: 'Fedora geoclue2',
  },
  {
    id: 'fedora/owner-gdm',
    match: ['var/lib/gdm'],
    user: 'gdm',
    group: 'gdm',
    type: 'directory',
    source: 'Fedora gdm',
  },
];

export const FEDORA_OWNERS: readonly Rule[] = FEDORA_ROWS.map(ownerRule);
