import type { Rule } from '../rule.ts';

/**
 * What differs and cannot be put right afterwards: it is named, with what to do at the bootstrap. More of
 * the kind is with kernels (initramfs) and desktops (TeX formats).
 */
export const COMMON_UNREPAIRABLE: readonly Rule[] = [
  {
    id: 'common/locale-archive-report',
    match: ['usr/lib/locale/locale-archive'],
    when: { type: 'file', owned: false, policy: { name: 'locale-archive', value: 'report' } },
    action: { do: 'report' },
    why: 'The position of a locale in it depends on the order of localedef calls: fix the order in etc/locale.gen.',
    source: 'Tails; glibc: localedef --no-archive',
  },
  {
    id: 'common/account-ids-report',
    match: ['etc/{passwd,group}'],
    when: { type: 'file', policy: { name: 'account-ids', value: 'report' } },
    action: { do: 'report' },
    why: 'Ids depend on the order of installation, and files have them: create accounts with fixed ids first.',
    source: 'Tails, OpenEmbedded; Debian bug 969631',
  },
];
