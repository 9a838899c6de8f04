import type { Rule } from '../rule.ts';

/** State of libzypp, the library of zypper and YaST. */
export const ZYPP: readonly Rule[] = [
  {
    id: 'zypp/auto-installed',
    match: ['var/lib/zypp/AutoInstalled'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'zypp-auto-installed' },
    why: 'Its first line says when it was written; the list of dependencies stays.',
    source: 'SUSE BCI images; libzypp: SolvIdentFile',
  },
  {
    id: 'zypp/requested-locales',
    match: ['var/lib/zypp/RequestedLocales'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'zypp-requested-locales' },
    why: 'Its first line says when it was written, and its lines are in hash order.',
    source: 'libzypp: RequestedLocalesFile',
  },
  {
    id: 'zypp/solver-state',
    match: ['var/lib/zypp/{LastDistributionFlavor,HardLocks}', 'etc/zypp/locks'],
    action: { do: 'keep' },
    why: 'Contains no times, and depends only on what was requested.',
    source: 'libzypp: HardLocksFile, TargetImpl',
  },
  {
    id: 'zypp/cache',
    match: ['var/cache/zypp/**', 'var/cache/zypper/RPMS/**'],
    action: { do: 'drop' },
    why: 'Repository indexes, solver caches and packages; zypper downloads them again.',
    source: 'SUSE BCI images; zypper',
  },
  {
    // Written where YaST made the directory.
    id: 'zypp/cookies',
    match: ['var/lib/YaST2/cookies'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Data that mirrors asked the downloader to remember, with times.',
    source: 'libzypp: MediaCurl',
  },
  {
    id: 'zypp/attach-points',
    match: ['var/adm/mount/AP_0x*{,/**}'],
    action: { do: 'drop' },
    why: 'Media directories with random names, left by an interrupted zypper.',
    source: 'libzypp: MediaHandler::createAttachPoint',
  },
  {
    id: 'zypp/solver-test-cases',
    match: ['var/log/updateTestcase-*{,/**}', 'var/log/zypper.solverTestCase{,/**}'],
    action: { do: 'drop' },
    why: 'Solver test cases of a distribution upgrade, for bug reports, named after the time.',
    source: 'libzypp: writeUpgradeTestcase; zypper',
  },
  {
    id: 'zypp/shell-history',
    match: ['{root,home/*}/.zypper_history'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Command history from building the tree.',
    source: 'zypper: shell',
  },
  {
    id: 'zypp/secret-logins',
    match: ['etc/zypp/credentials.cat', '{root,home/*}/.zypp/credentials.cat'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'Credentials for package repositories are in the image; mount them during the bootstrap instead.',
    source: 'libzypp: CredentialManager',
  },
  {
    id: 'zypp/repositories',
    match: ['etc/zypp/{repos.d,services.d,zypp.conf.d}/**'],
    action: { do: 'keep' },
    why: 'Where packages come from; chosen on purpose.',
    source: 'libzypp',
  },
  {
    id: 'zypp/service-refresh',
    match: ['etc/zypp/services.d/*.service'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'zypp-service' },
    why: 'The repository service stays; the time of its last refresh is removed.',
    source: 'libzypp: ServiceInfo::dumpAsIniOn',
  },
];
