import { COMMON_OWNERS } from '../../../src/rules/tables/common-owners.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/common-owners', COMMON_OWNERS, [
  {
    rule: 'common/owner-login-records',
    fires: ['var/log/wtmp@664', 'var/log/btmp@660', 'var/log/lastlog@664'],
    spares: ['var/log/faillog@644', 'var/log/x/wtmp@664'],
    accounts: ['utmp'],
  },
  { rule: 'common/owner-login-records', fires: [], spares: ['var/log/wtmp@600'], accounts: ['utmp'] },
  {
    rule: 'common/owner-journal',
    fires: ['var/log/journal/@2755'],
    spares: ['var/log/@2755'],
    accounts: ['systemd-journal'],
  },
  {
    rule: 'common/owner-journal',
    fires: [],
    spares: ['var/log/journal/@755'],
    accounts: ['systemd-journal'],
  },
  {
    rule: 'common/owner-terminal-programs',
    fires: ['usr/bin/write@2755', 'usr/bin/wall@2755'],
    spares: ['usr/bin/mesg@2755', 'usr/local/bin/wall@2755'],
    accounts: ['tty'],
  },
  {
    rule: 'common/owner-terminal-programs',
    fires: ['usr/bin/write@2755'],
    spares: ['usr/bin/wall@755'],
    accounts: ['tty'],
  },
  {
    rule: 'common/owner-login-record-programs',
    fires: ['usr/lib/x86_64-linux-gnu/utempter/utempter@2755', 'usr/libexec/utempter/utempter@2711'],
    spares: ['usr/lib/utempter/other@2755'],
    accounts: ['utmp'],
  },
  {
    rule: 'common/owner-polkit-closed',
    fires: ['etc/polkit-1/rules.d/@700', 'usr/share/polkit-1/rules.d/@700'],
    spares: ['etc/polkit-1/@700'],
    accounts: ['polkitd'],
  },
  {
    rule: 'common/owner-polkit',
    fires: ['etc/polkit-1/rules.d/@750'],
    spares: ['usr/share/polkit-1/rules.d/@700', 'usr/share/polkit-1/actions/@750'],
    accounts: ['polkitd'],
  },
  {
    rule: 'common/owner-polkit-open',
    fires: ['usr/share/polkit-1/rules.d/@755'],
    spares: ['etc/polkit-1/rules.d/@750'],
    accounts: ['polkitd'],
  },
  {
    rule: 'common/owner-polkit-state',
    fires: ['var/lib/polkit-1/@700'],
    spares: ['var/lib/polkit-1/localauthority/@700'],
    accounts: ['polkitd'],
  },
  {
    rule: 'common/owner-postfix-queues',
    fires: ['var/spool/postfix/active/@700', 'var/spool/postfix/trace/@700'],
    spares: ['var/spool/postfix/', 'var/spool/postfix/etc/', 'var/spool/postfix/maildrop/@1730'],
    accounts: ['postfix', 'postdrop'],
  },
  {
    rule: 'common/owner-postfix-drop',
    fires: ['var/spool/postfix/maildrop/@1730', 'var/spool/postfix/public/@2710'],
    spares: ['var/spool/postfix/pid/'],
    accounts: ['postfix', 'postdrop'],
  },
  {
    rule: 'common/owner-postfix-programs',
    fires: ['usr/sbin/postdrop@2555', 'usr/sbin/postqueue@2555'],
    spares: ['usr/sbin/postfix@755', 'usr/sbin/postlog@755'],
    accounts: ['postdrop'],
  },
  {
    rule: 'common/owner-network-state',
    fires: ['var/lib/systemd/network/'],
    spares: ['etc/systemd/network/', 'var/lib/systemd/'],
    accounts: ['systemd-network'],
  },
  {
    rule: 'common/owner-colord',
    fires: ['var/lib/colord/', 'var/lib/colord/icc/'],
    spares: ['var/lib/colord/mapping.db'],
    accounts: ['colord'],
  },
]);
