import type { Rule } from '../rule.ts';
import { GROUP_WRITES, type OwnerRow, ownerRule, SET_GROUP_ID } from './owners.ts';

/** Owners that upstream projects or most distributions agree on. Further ones are with the distributions. */
const ROWS: readonly OwnerRow[] = [
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
  // These directories were closed to all but polkitd, are now open to its group, and in some trees to all.
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

export const COMMON_OWNERS: readonly Rule[] = ROWS.map(ownerRule);
