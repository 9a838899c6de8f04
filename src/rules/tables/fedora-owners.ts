import type { Rule } from '../rule.ts';
import { GROUP_WRITES, type OwnerRow, ownerRule, SET_GROUP_ID } from './owners.ts';

/** Well-known owners other than root in trees of Fedora and what derives from it, as its packages list them. */
const ROWS: readonly OwnerRow[] = [
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

export const FEDORA_OWNERS: readonly Rule[] = ROWS.map(ownerRule);
