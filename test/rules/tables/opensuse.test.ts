import { OPENSUSE } from '../../../src/rules/tables/opensuse.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/opensuse', OPENSUSE, [
  {
    rule: 'opensuse/iscsi-initiator-name',
    fires: ['etc/iscsi/initiatorname.iscsi'],
    spares: ['etc/iscsi/iscsid.conf'],
    with: ['usr/lib/systemd/system/iscsi-init.service'],
  },
  { rule: 'opensuse/iscsi-initiator-name', fires: [], spares: ['etc/iscsi/initiatorname.iscsi'] },
  {
    rule: 'opensuse/java-trust-store',
    fires: ['var/lib/ca-certificates/java-cacerts'],
    spares: ['var/lib/ca-certificates/ca-bundle.pem'],
  },
  {
    rule: 'opensuse/ca-certificates',
    fires: ['var/lib/ca-certificates/ca-bundle.pem', 'var/lib/ca-certificates/openssl/02265526.0'],
    spares: ['var/lib/ca-certificates/java-cacerts'],
  },
  {
    rule: 'opensuse/wicked-state',
    fires: ['var/lib/wicked/lease-eth0-dhcp-ipv4.xml', 'var/lib/wicked/duid.xml'],
    spares: ['var/lib/wicked/', 'etc/wicked/client.xml'],
  },
  {
    rule: 'opensuse/installer-records',
    fires: ['root/autoinst.xml', 'var/adm/autoinstall/logs/x'],
    spares: ['root/notes.xml', 'var/adm/backup/x'],
  },
  {
    rule: 'opensuse/owner-shadow',
    fires: ['etc/shadow@640'],
    spares: ['etc/passwd@644'],
    accounts: ['shadow'],
  },
  { rule: 'opensuse/owner-shadow', fires: [], spares: ['etc/shadow@600'], accounts: ['shadow'] },
  {
    rule: 'opensuse/owner-shadow-programs',
    fires: ['usr/bin/chage@4755', 'usr/sbin/unix_chkpwd@4755'],
    spares: ['usr/bin/su@4755'],
    accounts: ['shadow'],
  },
  {
    rule: 'opensuse/owner-crontab',
    fires: ['usr/bin/crontab@4750'],
    spares: ['usr/bin/cron@750'],
    accounts: ['trusted'],
  },
  {
    rule: 'opensuse/owner-dbus-helper',
    fires: ['usr/lib/dbus-1/dbus-daemon-launch-helper@4750'],
    spares: ['usr/bin/dbus-daemon@755'],
    accounts: ['messagebus'],
  },
  {
    rule: 'opensuse/owner-ssh-agent',
    fires: ['usr/bin/ssh-agent@2755'],
    spares: ['usr/bin/ssh@755'],
    accounts: ['nobody'],
  },
]);
