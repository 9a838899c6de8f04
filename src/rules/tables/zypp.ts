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
    id: 'zypp/solver-state',
    match: ['var/lib/zypp/{RequestedLocales,LastDistributionFlavor,HardLocks}'],
    action: { do: 'keep' },
    why: 'Sorted, without times, and made by nothing but an installation.',
    source: 'libzypp: SolvIdentFile',
  },
  {
    id: 'zypp/cache',
    match: ['var/cache/zypp/**'],
    action: { do: 'drop' },
    why: 'Repository indexes, solver caches and packages; zypper fetches them again.',
    source: 'SUSE BCI images',
  },
  {
    id: 'zypp/repositories',
    match: ['etc/zypp/{repos.d,services.d,zypp.conf.d}/**'],
    action: { do: 'keep' },
    why: 'Where packages come from; somebody chose that.',
    source: 'libzypp',
  },
];
