import type { Rule } from '../rule.ts';
import { type OwnerRow, ownerRule, SET_GROUP_ID } from './owners.ts';

const OWNERS: readonly OwnerRow[] = [
  {
    id: 'opensuse/owner-shadow',
    match: ['etc/{,g}shadow{,-}'],
    group: 'shadow',
    type: 'file',
    bits: 0o040,
    source: 'openSUSE permissions',
  },
  {
    id: 'opensuse/owner-shadow-programs',
    match: ['{,usr/}{,s}bin/{chage,expiry,gpasswd,passwd,unix_chkpwd,chfn,chsh}'],
    group: 'shadow',
    type: 'file',
    bits: 0o4000,
    source: 'openSUSE permissions',
  },
  {
    id: 'opensuse/owner-crontab',
    match: ['usr/bin/crontab'],
    group: 'trusted',
    type: 'file',
    bits: 0o4000,
    source: 'openSUSE permissions',
  },
  {
    id: 'opensuse/owner-dbus-helper',
    match: ['usr/lib{,exec}/dbus-1/dbus-daemon-launch-helper'],
    group: 'messagebus',
    type: 'file',
    bits: 0o4000,
    source: 'openSUSE permissions',
  },
  {
    id: 'opensuse/owner-ssh-agent',
    match: ['usr/bin/ssh-agent'],
    group: 'nobody',
    type: 'file',
    bits: SET_GROUP_ID,
    source: 'openSUSE openssh',
  },
];

/** For openSUSE and SUSE Linux Enterprise. */
export const OPENSUSE: readonly Rule[] = [
  {
    id: 'opensuse/java-trust-store',
    match: ['var/lib/ca-certificates/java-cacerts'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'jks' },
    why: 'Contains the installation time of every certificate.',
    source: 'p11-kit; openSUSE ca-certificates',
  },
  {
    id: 'opensuse/ca-certificates',
    match: ['var/lib/ca-certificates/{ca-bundle.pem,{openssl,pem}/**}'],
    action: { do: 'keep' },
    why: 'Sorted by the tool that writes it; TLS fails without it.',
    source: 'openSUSE ca-certificates',
  },
  {
    id: 'opensuse/wicked-state',
    match: ['var/lib/wicked/**'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Network leases and identifiers of the build machine.',
    source: 'wicked',
  },
  {
    id: 'opensuse/iscsi-initiator-name',
    match: ['etc/iscsi/initiatorname.iscsi'],
    when: { type: 'file', exists: 'usr/lib/systemd/system/iscsi-init.service' },
    action: { do: 'drop' },
    mayBeChosen: true,
    why: 'A random name of this machine; iscsi-init.service generates a new one at boot.',
    source: 'open-iscsi: iscsi-init.service',
  },
  {
    id: 'opensuse/installer-records',
    match: ['root/autoinst.xml', 'root/inst-sys/**', 'var/adm/autoinstall/**'],
    when: { type: 'file' },
    action: { do: 'drop' },
    mayBeChosen: true,
    why: 'Answers given to the system installer, with hashed passwords.',
    source: 'AutoYaST',
  },
  ...OWNERS.map(ownerRule),
];
