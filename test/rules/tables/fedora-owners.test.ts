import { FEDORA_OWNERS } from '../../../src/rules/tables/fedora-owners.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/fedora-owners', FEDORA_OWNERS, [
  {
    rule: 'fedora/owner-mail',
    fires: ['var/spool/mail/@775'],
    spares: ['var/mail -> spool/mail', 'var/spool/@775'],
    accounts: ['mail'],
  },
  { rule: 'fedora/owner-mail', fires: [], spares: ['var/spool/mail/@755'], accounts: ['mail'] },
  {
    rule: 'fedora/owner-dbus-helper',
    fires: [
      'usr/libexec/dbus-1/dbus-daemon-launch-helper@4750',
      'lib64/dbus-1/dbus-daemon-launch-helper@4750',
    ],
    spares: ['usr/libexec/dbus-1/other@4750'],
    accounts: ['dbus'],
  },
  {
    rule: 'fedora/owner-ssh-keysign',
    fires: ['usr/libexec/openssh/ssh-keysign@2555'],
    spares: ['usr/libexec/openssh/sftp-server@755'],
    accounts: ['ssh_keys'],
  },
  {
    rule: 'fedora/owner-ssh-keysign',
    fires: [],
    spares: ['usr/libexec/openssh/ssh-keysign@4555'],
    accounts: ['ssh_keys'],
  },
  {
    rule: 'fedora/owner-ssh-agent',
    fires: ['usr/bin/ssh-agent@2111'],
    spares: ['usr/bin/ssh@755'],
    accounts: ['nobody'],
  },
  {
    rule: 'fedora/owner-screen',
    fires: ['usr/bin/screen@2755'],
    spares: ['usr/bin/tmux@755'],
    accounts: ['screen'],
  },
  {
    rule: 'fedora/owner-mlocate',
    fires: ['usr/bin/locate@2711'],
    spares: ['usr/bin/updatedb@755'],
    accounts: ['slocate'],
  },
  {
    rule: 'fedora/owner-plocate',
    fires: ['usr/bin/locate@2755'],
    spares: ['usr/sbin/updatedb@755'],
    accounts: ['plocate'],
  },
  {
    rule: 'fedora/owner-chrony',
    fires: ['var/lib/chrony/@750', 'var/log/chrony/@750'],
    spares: ['var/lib/chrony/drift'],
    accounts: ['chrony'],
  },
  {
    rule: 'fedora/owner-chrony-keys',
    fires: ['etc/chrony.keys@640'],
    spares: ['etc/chrony.conf'],
    accounts: ['chrony'],
  },
  {
    rule: 'fedora/owner-tpm-keystore',
    fires: ['var/lib/tpm2-tss/system/keystore/@2775'],
    spares: ['var/lib/tpm2-tss/@2775'],
    accounts: ['tss'],
  },
  {
    rule: 'fedora/owner-nfs',
    fires: ['var/lib/nfs/statd/@700', 'var/lib/nfs/statd/sm/@700'],
    spares: ['var/lib/nfs/'],
    accounts: ['rpcuser'],
  },
  {
    rule: 'fedora/owner-web-server',
    fires: ['var/lib/httpd/@700', 'var/cache/httpd/proxy/@700'],
    spares: ['var/log/httpd/@700', 'etc/httpd/'],
    accounts: ['apache'],
  },
  {
    rule: 'fedora/owner-geoclue',
    fires: ['var/lib/geoclue/'],
    spares: ['etc/geoclue/'],
    accounts: ['geoclue'],
  },
  { rule: 'fedora/owner-gdm', fires: ['var/lib/gdm/@1770'], spares: ['var/lib/gdm3/'], accounts: ['gdm'] },
]);
