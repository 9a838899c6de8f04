import type { Rule } from '../rule.ts';

/** State of libzypp, the library of zypper and YaST. */
export const ZYPP: readonly Rule[] = [
  {
    id: 'zypp/auto-installed',
    match: ['var/lib/zypp/AutoInstalled'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'zypp-auto-installed' },
    why: 'Its first line tells when it was written; which packages came as dependencies stays.',
    source: 'SUSE BCI images; libzypp: SolvIdentFile',
  },
  {
    id: 'zypp/requested-locales',
    match: ['var/lib/zypp/RequestedLocales'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'zypp-requested-locales' },
    why: 'Its first line tells when it was written, and its order is that of a hash table.',
    source: 'libzypp: RequestedLocalesFile',
  },
  {
    id: 'zypp/solver-state',
    match: ['var/lib/zypp/{LastDistributionFlavor,HardLocks}', 'etc/zypp/locks'],
    action: { do: 'keep' },
    why: 'Without times, and the same for what was asked for.',
    source: 'libzypp: HardLocksFile, TargetImpl',
  },
  {
    id: 'zypp/cache',
    match: ['var/cache/zypp/**', 'var/cache/zypper/RPMS/**'],
    action: { do: 'drop' },
    why: 'Repository indexes, solver caches and packages; zypper fetches them again.',
    source: 'SUSE BCI images; zypper',
  },
  {
    // Written where YaST made the directory.
    id: 'zypp/cookies',
    match: ['var/lib/YaST2/cookies'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'What mirrors told the downloader to remember, with times.',
    source: 'libzypp: MediaCurl',
  },
  {
    id: 'zypp/attach-points',
    match: ['var/adm/mount/AP_0x*{,/**}'],
    action: { do: 'drop' },
    why: 'Directories with random names for media, left by a zypper that was ended.',
    source: 'libzypp: MediaHandler::createAttachPoint',
  },
  {
    id: 'zypp/solver-test-cases',
    match: ['var/log/updateTestcase-*{,/**}', 'var/log/zypper.solverTestCase{,/**}'],
    action: { do: 'drop' },
    why: 'What a distribution upgrade had to solve, for reports of errors, under the time as name.',
    source: 'libzypp: writeUpgradeTestcase; zypper',
  },
  {
    id: 'zypp/shell-history',
    match: ['{root,home/*}/.zypper_history'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'What somebody typed while the tree was made.',
    source: 'zypper: shell',
  },
  {
    id: 'zypp/secret-logins',
    match: ['etc/zypp/credentials.cat', '{root,home/*}/.zypp/credentials.cat'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'Logins for package repositories are in the image; mount them at the bootstrap instead.',
    source: 'libzypp: CredentialManager',
  },
  {
    id: 'zypp/repositories',
    match: ['etc/zypp/{repos.d,services.d,zypp.conf.d}/**'],
    action: { do: 'keep' },
    why: 'Where packages come from; somebody chose that.',
    source: 'libzypp',
  },
  {
    id: 'zypp/service-refresh',
    match: ['etc/zypp/services.d/*.service'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'zypp-service' },
    why: 'Where repositories are announced stays; the time of the last refresh goes.',
    source: 'libzypp: ServiceInfo::dumpAsIniOn',
  },
];
