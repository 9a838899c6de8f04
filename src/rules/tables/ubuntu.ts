import type { Rule } from '../rule.ts';

/** For Ubuntu and what derives from it, on top of the Debian rules. */
export const UBUNTU: readonly Rule[] = [
  {
    id: 'ubuntu/pro-tokens',
    match: ['var/lib/ubuntu-advantage/private/**'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Tokens that attach one machine to a subscription.',
    source: 'livecd-rootfs, ubuntu-pro-client',
  },
  {
    id: 'ubuntu/pro-state',
    match: ['var/lib/ubuntu-advantage/**'],
    when: { type: 'file', owned: false },
    action: { do: 'drop' },
    why: 'When subscriptions and messages were last looked up; looked up again.',
    source: 'ubuntu-pro-client',
  },
  {
    id: 'ubuntu/update-notifier',
    match: ['var/lib/update-notifier/**'],
    when: { type: 'file', owned: false },
    action: { do: 'drop' },
    why: 'Stamps and messages about updates at the time of the bootstrap.',
    source: 'update-notifier',
  },
  {
    id: 'ubuntu/motd-news',
    match: ['var/cache/motd-news'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'News that were fetched while the tree was made.',
    source: 'observed in base-files',
  },
  {
    id: 'ubuntu/cloud-build-info',
    match: ['etc/cloud/build.info'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'The time of the build as a serial number; nothing needs it at boot.',
    source: 'livecd-rootfs',
  },
];
