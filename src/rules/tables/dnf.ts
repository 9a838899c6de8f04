import type { Rule } from '../rule.ts';

/** State of dnf and dnf5, and of yum before them. */
export const DNF: readonly Rule[] = [
  {
    id: 'dnf/cache',
    match: ['var/cache/{dnf,libdnf5,yum}/**'],
    action: { do: 'drop' },
    why: 'Repository indexes and packages, with the times of their download.',
    source: 'mkosi, OpenEmbedded, CentOS bootc',
  },
  {
    id: 'dnf/count-me',
    match: ['var/lib/dnf/repos/*/countme', 'var/lib/rpm-ostree-countme/**'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'The week in which this system was last counted.',
    source: 'podman machine images',
  },
  {
    id: 'dnf/history-drop',
    match: ['var/lib/dnf/history.sqlite{,-wal,-shm,-journal}'],
    when: { type: 'file', policy: { name: 'dnf-history', value: 'drop' } },
    action: { do: 'drop' },
    why: 'Times of transactions; with it goes which packages were asked for, so autoremove removes none.',
    source: 'mkosi, OpenEmbedded, lorax',
  },
  {
    id: 'dnf/libdnf5-history-drop',
    match: ['usr/lib/sysimage/libdnf5/transaction_history.sqlite{,-wal,-shm,-journal}'],
    when: { type: 'file', policy: { name: 'dnf-history', value: 'drop' } },
    action: { do: 'drop' },
    why: 'Times of transactions; which packages were asked for is in other files.',
    source: 'secureblue, podman machine images',
  },
  {
    // Its files are named after the day, and nothing reads them once the day has passed.
    id: 'dnf/yum-history',
    match: ['var/lib/yum/history/**'],
    when: { type: 'file', policy: { name: 'dnf-history', value: ['drop', 'rewrite'] } },
    action: { do: 'drop' },
    why: 'Transactions of yum, with times, in files that are named after the day.',
    source: 'mkosi, OpenEmbedded, virt-sysprep',
  },
  {
    id: 'dnf/package-notes',
    match: ['var/lib/{dnf,yum}/yumdb/**', 'var/lib/dnf/{modulefailsafe,packages}/**'],
    when: { type: 'file', policy: { name: 'dnf-history', value: 'drop' } },
    action: { do: 'drop' },
    why: 'What dnf noted about each package, times of its repository among it.',
    source: 'mkosi, OpenEmbedded',
  },
  {
    id: 'dnf/libdnf5-state',
    match: ['usr/lib/sysimage/libdnf5/*.toml'],
    action: { do: 'keep' },
    why: 'Why each package is there and whether its database is the one dnf5 knows; made from nothing else.',
    source: 'dnf5: system-state(7)',
  },
  {
    id: 'dnf/offline-transaction',
    match: ['{usr/lib/sysimage/libdnf5,var/lib/dnf}/offline/**', 'var/lib/dnf/system-upgrade/**'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'A transaction waits for the next boot: carry it out or cancel it before the image is made.',
    source: 'dnf5: offline(8)',
  },
];
