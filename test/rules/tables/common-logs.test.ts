import { COMMON_LOGS } from '../../../src/rules/tables/common-logs.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/common-logs', COMMON_LOGS, [
  {
    rule: 'common/logs-truncate',
    fires: ['var/log/messages', 'var/log/private/x/y.log'],
    spares: [
      'var/log/',
      'var/log/apt/',
      'var/log/README -> ../../usr/share/doc/x',
      'var/logs/messages',
      'opt/var/log/x',
    ],
  },
  {
    rule: 'common/logs-truncate',
    fires: ['var/log/owned.log'],
    spares: ['var/log/stray.log'],
    owned: ['var/log/owned.log'],
  },
  {
    rule: 'common/logs-unowned',
    fires: [
      'var/log/stray.log@644',
      'var/log/samba/log.smbd@644',
      // Rotated ones are of the past, whatever their mode.
      'var/log/syslog.1@640',
      'var/log/nginx/access.log.2.gz@640',
      'var/log/x.log-20231114@600',
    ],
    spares: [
      'var/log/nginx/access.log@640',
      'var/log/owned.log',
      'var/log/samba/',
      'var/log/README -> ../../usr/share/doc/x',
      'var/log/wtmp',
    ],
    owned: ['var/log/owned.log'],
  },
  {
    rule: 'common/logs-made-at-installation',
    fires: ['var/log/nginx/access.log@640', 'var/log/sddm.log@600', 'var/log/fail2ban.log@640'],
    spares: [
      'var/log/stray.log@644',
      'var/log/nginx/access.log.1@640',
      'var/log/nginx/error.log.2.gz@640',
      'var/log/boot.log.old@640',
      'var/log/apt/term.log@640',
      'var/log/owned.log@640',
      'var/log/nginx/',
    ],
    owned: ['var/log/owned.log'],
  },
  {
    rule: 'common/login-records',
    fires: [
      'var/log/account/pacct',
      'var/account/pacct',
      'var/log/wtmp',
      'var/log/btmp',
      'var/log/lastlog',
      'var/log/faillog',
      'var/log/tallylog',
    ],
    spares: ['var/log/wtmp.1', 'var/log/x/wtmp', 'var/log/account/pacct.1.gz'],
    owned: [],
  },
  {
    rule: 'common/journal',
    fires: ['var/log/journal/0123456789abcdef0123456789abcdef/', 'var/log/journal/0123/system.journal'],
    spares: ['var/log/journal/', 'var/log/journal.txt'],
  },
  {
    rule: 'common/fontconfig-log',
    fires: ['var/log/fontconfig.log'],
    spares: ['var/log/fontconfig.log.d/x', 'var/log/font.log'],
  },
  {
    rule: 'common/package-manager-logs',
    fires: [
      'var/log/pacman.log',
      'var/log/dnf.log',
      'var/log/dnf.librepo.log.1',
      'var/log/dnf5.log',
      'var/log/emerge-fetch.log',
      'var/log/zypp/history',
      'var/log/YaST2/y2log',
      'var/log/anaconda/syslog',
    ],
    spares: [
      'var/log/dnfdaemon.log',
      'var/log/pacman/',
      'var/log/zypp/',
      'var/log/YaST2/',
      'var/lib/pacman.log',
    ],
  },
  {
    rule: 'common/installer-records',
    fires: ['root/anaconda-ks.cfg', 'root/original-ks.cfg', 'root/install.log.syslog'],
    spares: ['root/ks.cfg', 'home/alice/anaconda-ks.cfg'],
  },
  {
    rule: 'common/logrotate-state',
    fires: ['var/lib/logrotate.status', 'var/lib/logrotate/status', 'var/lib/logrotate/logrotate.status'],
    spares: ['var/lib/logrotate/', 'etc/logrotate.conf', 'var/lib/logrotate/status.conf'],
  },
  {
    rule: 'common/systemd-state',
    fires: [
      'var/lib/systemd/timers/stamp-apt-daily.timer',
      'var/lib/systemd/rfkill/x',
      'var/lib/systemd/backlight/x',
      'var/lib/systemd/coredump/core.1',
      'var/lib/systemd/pstore/1/dmesg',
    ],
    spares: [
      'var/lib/systemd/timers/',
      'var/lib/systemd/pstore/',
      'var/lib/systemd/linger/alice',
      'var/lib/systemd/deb-systemd-helper-enabled/x.dsh-also',
    ],
  },
  {
    rule: 'common/crash-reports',
    fires: ['var/crash/_usr_bin_x.0.crash', 'var/spool/abrt/x/coredump', 'core', 'core.4711'],
    spares: ['var/crash/', 'usr/core', 'core.d/x', 'corefiles'],
  },
  {
    rule: 'common/mail-spool',
    fires: [
      'var/mail/root',
      'var/spool/mail/root',
      'var/spool/cron/atjobs/.SEQ',
      'var/spool/at/.SEQ',
      'var/spool/exim4/db/retry',
      'var/spool/postfix/maildrop/1',
    ],
    spares: [
      'var/mail/',
      'var/spool/cron/crontabs/root',
      'var/spool/postfix/etc/services',
      'var/mail/x -> y',
    ],
    policies: { 'mail-spool': 'drop' },
  },
  { rule: 'common/mail-spool', fires: [], spares: ['var/mail/root'] },
  {
    rule: 'common/service-state',
    fires: [
      'var/lib/fprint/alice/1',
      'var/lib/AccountsService/users/alice',
      'var/lib/puppet/state/x',
      'var/lib/dovecot/instances',
    ],
    spares: ['var/lib/AccountsService/icons/alice', 'var/lib/dovecot/'],
    policies: { 'service-state': 'drop' },
  },
  { rule: 'common/service-state', fires: [], spares: ['var/lib/puppet/state/x'] },
]);
