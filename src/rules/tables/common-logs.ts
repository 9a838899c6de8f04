import type { Rule } from '../rule.ts';

/**
 * What happened on the build machine and when. The order matters: every log is emptied, then those that
 * no package ships are dropped where a package database can tell, then come the files by name.
 */
/** By their names no logs: programs, settings, databases, and what keeps a directory or says what it is for. */
const NO_LOGS: readonly string[] = [
  'var/log/**/.*',
  'var/log/**/README*',
  'var/log/**/*.{sql,sqlite,sqlite3,db,mdb,sh,py,pl,conf,cfg,ini,yaml,yml,toml,md}',
];

export const COMMON_LOGS: readonly Rule[] = [
  {
    id: 'common/logs-truncate',
    match: ['var/log/**'],
    except: NO_LOGS,
    when: { type: 'file' },
    action: { do: 'truncate' },
    why: 'Logs contain times and data of the build machine; some daemons need the file with its owner.',
    source: 'live-build, Tails, Kicksecure, livecd-rootfs',
  },
  {
    id: 'common/logs-unowned',
    match: ['var/log/**'],
    except: NO_LOGS,
    when: { type: 'file', owned: false },
    action: { do: 'drop' },
    why: 'A log that no package ships is recreated by the program that writes it; directories stay with their owners.',
    source: 'livecd-rootfs, archiso',
  },
  {
    // Rotated ones are of the past, whoever they belong to.
    id: 'common/logs-made-at-installation',
    match: ['var/log/**'],
    except: [
      ...NO_LOGS,
      'var/log/**/*.{[0-9],[0-9][0-9],old,gz,xz,bz2,zst,lz4}',
      'var/log/**/*-20[0-9][0-9][01][0-9][0-3][0-9]',
    ],
    when: { type: 'file', owned: false, plain: false },
    action: { do: 'truncate' },
    why: 'Installation set its owner or mode: its daemon might be unable to create it, or create it world-readable.',
    source: 'Debian acct, munin, sddm, nginx, fail2ban: postinst',
  },
  {
    id: 'common/login-records',
    match: ['var/log/{wtmp,btmp,lastlog,faillog,tallylog}', 'var/{log/,}account/pacct'],
    when: { type: 'file' },
    action: { do: 'truncate' },
    why: 'Login and process records; not every program that appends to them creates them, so they stay, emptied.',
    source: 'livecd-rootfs, mmdebstrap, SUSE BCI images',
  },
  {
    id: 'common/journal',
    match: ['var/log/journal/**'],
    action: { do: 'drop' },
    why: 'Journals are stored under the random machine ID; the directory stays, since it enables them.',
    source: 'virt-sysprep, livecd-rootfs',
  },
  {
    id: 'common/fontconfig-log',
    match: ['var/log/fontconfig.log'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Shows the order in which font directories were scanned at installation.',
    source: 'mmdebstrap, Kicksecure',
  },
  {
    id: 'common/package-manager-logs',
    match: [
      'var/log/{pacman,hawkey,yum,zypper,suseconnect,apk}.log*',
      'var/log/{dnf,dnf5}{,.*}.log*',
      'var/log/emerge*.log*',
      'var/log/zypp/history',
      'var/log/{YaST2,anaconda,portage,rhsm}/**',
    ],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Package installation times; every package manager starts a new log.',
    source: 'Arch WSL image, CentOS bootc, SUSE BCI images, virt-sysprep',
  },
  {
    id: 'common/installer-records',
    match: ['root/{anaconda-ks,original-ks}.cfg', 'root/install.log*'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Answers given to the system installer, with hashed passwords.',
    source: 'virt-sysprep, lorax',
  },
  {
    id: 'common/logrotate-state',
    match: ['var/lib/logrotate.status', 'var/lib/logrotate/{logrotate.,}status'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Dates of the last rotation of each log; recreated by the next rotation.',
    source: 'virt-sysprep',
  },
  {
    id: 'common/systemd-state',
    match: ['var/lib/systemd/timers/stamp-*', 'var/lib/systemd/{rfkill,backlight,coredump,pstore}/**'],
    action: { do: 'drop' },
    why: 'When timers last ran, and traces of devices and crashes of the build machine.',
    source: 'mmdebstrap, virt-sysprep',
  },
  {
    id: 'common/crash-reports',
    match: ['var/crash/**', 'var/spool/abrt/**', 'core', 'core.[0-9]*'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Core dumps of programs that crashed while the tree was built.',
    source: 'virt-sysprep, lorax',
  },
  {
    id: 'common/mail-spool',
    match: [
      'var/{spool/mail,mail}/**',
      'var/spool/cron/atjobs/**',
      'var/spool/at/**',
      'var/spool/exim4/{input,msglog,db}/**',
      'var/spool/postfix/{active,bounce,corrupt,defer,deferred,flush,hold,incoming,maildrop,saved}/**',
    ],
    when: { type: 'file', policy: { name: 'mail-spool', value: 'drop' } },
    action: { do: 'drop' },
    why: 'Mail and jobs of the build session, with ids and times.',
    source: 'virt-sysprep',
  },
  {
    id: 'common/service-state',
    match: [
      'var/lib/fprint/**',
      'var/lib/AccountsService/users/**',
      'var/lib/puppet/**',
      'var/lib/dovecot/**',
    ],
    when: { type: 'file', policy: { name: 'service-state', value: 'drop' } },
    action: { do: 'drop' },
    why: 'State that services gathered on the build machine.',
    source: 'virt-sysprep',
  },
];
