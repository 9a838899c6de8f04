import type { Rule } from '../rule.ts';

/**
 * What happened on the build machine and when. The order matters: every log is emptied, then those that
 * no package ships are dropped if there is a package database, then come individual files.
 */
/** Not logs, judging by their names: programs, settings, databases, and files that keep or describe a directory. */
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
    // Rotated logs are past records, whether or not a package ships them.
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

/**
 * Where unowned files were brought along rather than created at installation: usr/local belongs to the image's
 * creator, and wheels have a RECORD with the digest of each file. They may be signed or known by a digest. The
 * same applies to opt, srv, home and root, which the patterns do not cover.
 */
const BROUGHT: readonly string[] = ['usr/local/**', '**/{dist,site}-packages/**'];

/**
 * Formats that hold times in their headers, wherever the files are. The patterns are broad, so these rules
 * come first: rules that drop a directory or target a single file override them.
 */
export const COMMON_TIMES: readonly Rule[] = [
  {
    id: 'common/python-bytecode-times',
    match: ['**/__pycache__/*.pyc', 'usr/lib/python2*/**/*.py[co]'],
    when: { type: 'file', policy: { name: 'python-bytecode', value: ['drop', 'rewrite'] } },
    action: { do: 'rewrite', normalizer: 'pyc-mtime' },
    why: 'Contains the time of its source; with a different time Python recompiles the source at every start.',
    source: 'CPython: importlib/_bootstrap_external.py; add-determinism',
  },
  {
    // From 1.11 on Julia compares digests.
    id: 'common/julia-caches',
    match: ['**/compiled/v{0.*,1.[0-9],1.10}/**/*.ji'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'julia-cache' },
    why: 'Contains the time of its source; with a different time Julia recompiles the package at every start.',
    source: 'Julia: base/loading.jl; nixpkgs issue 137926',
  },
  {
    id: 'common/recorded-times-report',
    match: [
      '**/*.jsa',
      '**/*.php.bin',
      '**/cache/bootsnap/**',
      '**/.ninja_{log,deps}',
      '**/.eslintcache',
      '**/*.qmlc',
      '**/gstreamer-1.0/registry.*.bin',
      '**/.update-timestamp',
    ],
    when: { type: 'file', owned: false },
    action: { do: 'report' },
    toDecide: true,
    why: 'May hold exact times of its sources: where those change it is not read, so make it afterwards.',
    source:
      'JDK: FileMapInfo; PHP: opcache.file_cache; bootsnap; ninja: build_log.cc; ESLint: --cache-strategy; Qt: QV4::CompiledData; GStreamer: gstregistry.c; Wine: wineboot',
  },
  {
    // etc/.git is etckeeper's: common/etc-history.
    id: 'common/working-copies-report',
    match: [
      '**/.git/index',
      '**/.git/{modules,worktrees}/**/index',
      '**/.hg/dirstate',
      '**/.svn/wc.db',
      '**/.bzr/checkout/dirstate',
    ],
    except: ['etc/.{git,hg,bzr}/**'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'report' },
    toDecide: true,
    why: 'Holds times and inodes of the checkout: bring the files without it (`git archive`), or drop it with your own rule.',
    source: 'git: index-format; Mercurial: dirstate; Subversion: wc.db',
  },
  {
    id: 'common/gzip-times',
    match: ['{etc,usr}/**/*.gz'],
    except: ['**/*.tar.gz', 'usr/src/**', ...BROUGHT],
    when: { type: 'file', owned: false },
    action: { do: 'rewrite', normalizer: 'gzip-header' },
    why: 'No package ships it, so it was compressed at installation, with the time in the header.',
    source: 'strip-nondeterminism, add-determinism; RFC 1952',
  },
  {
    id: 'common/zip-times',
    match: ['{etc,usr}/**/*.{jar,zip}'],
    except: ['usr/src/**', ...BROUGHT],
    when: { type: 'file', owned: false },
    action: { do: 'rewrite', normalizer: 'zip-times' },
    why: 'No package ships it, so it was created at installation, with a time for every member.',
    source: 'strip-nondeterminism, add-determinism',
  },
  {
    id: 'common/static-library-times',
    match: ['{,usr/}lib{,32,64}/**/*.a'],
    except: BROUGHT,
    when: { type: 'file', owned: false },
    action: { do: 'rewrite', normalizer: 'ar-header' },
    why: 'No package ships it, so it was created at installation, with the time and owner of every member.',
    source: 'strip-nondeterminism, add-determinism',
  },
];
