import type { Rule } from '../rule.ts';
import { GROUP_WRITES, type OwnerRow, ownerRule } from './owners.ts';

const OWNERS: readonly OwnerRow[] = [
  {
    id: 'ubuntu/owner-logs',
    match: ['var/log'],
    group: 'syslog',
    type: 'directory',
    bits: GROUP_WRITES,
    source: 'Ubuntu rsyslog',
  },
  {
    id: 'ubuntu/owner-log-queue',
    match: ['var/spool/rsyslog'],
    user: 'syslog',
    group: 'adm',
    type: 'directory',
    source: 'Ubuntu rsyslog',
  },
];

/** For Ubuntu and what derives from it, on top of the Debian rules. */
export const UBUNTU: readonly Rule[] = [
  {
    id: 'ubuntu/pro-tokens',
    match: ['var/lib/ubuntu-advantage/private/**'],
    when: { type: 'file' },
    action: { do: 'drop' },
    mayBeChosen: true,
    why: 'Tokens that attach one machine to a subscription.',
    source: 'livecd-rootfs, ubuntu-pro-client',
  },
  {
    id: 'ubuntu/pro-state',
    match: ['var/lib/ubuntu-advantage/**'],
    when: { type: 'file', owned: false },
    action: { do: 'drop' },
    why: 'When subscriptions and messages were last checked; checked again when needed.',
    source: 'ubuntu-pro-client',
  },
  {
    id: 'ubuntu/update-notifier',
    match: ['var/lib/update-notifier/**'],
    when: { type: 'file', owned: false },
    action: { do: 'drop' },
    why: 'Timestamps and messages about updates at the time of the bootstrap.',
    source: 'update-notifier',
  },
  {
    id: 'ubuntu/motd-news',
    match: ['var/cache/motd-news'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'News downloaded while the tree was built.',
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
  {
    id: 'ubuntu/cloud-init-configuration',
    match: ['etc/netplan/50-cloud-init.yaml', 'etc/ssh/sshd_config.d/50-cloud-init.conf'],
    when: {
      type: 'file',
      owned: false,
      exists: 'usr/bin/cloud-init',
      missing: ['etc/cloud/cloud-init.disabled', 'etc/cloud/cloud.cfg.d/99-disable-network-config.cfg'],
    },
    action: { do: 'drop' },
    mayBeChosen: true,
    why: 'Settings that cloud-init wrote for the machine it ran on; rewritten at first boot.',
    source: 'cloud-init: clean --configs',
  },
  {
    id: 'ubuntu/release-upgrader',
    match: ['var/lib/ubuntu-release-upgrader/**', 'var/cache/ubuntu-release-upgrader/**'],
    when: { type: 'file', owned: false },
    action: { do: 'drop' },
    why: 'Which release was the newest at the last check.',
    source: 'ubuntu-release-upgrader',
  },
  {
    id: 'ubuntu/error-report-id',
    match: ['var/lib/whoopsie/whoopsie-id'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'A random ID for crash reports; recreated when needed.',
    source: 'whoopsie',
  },
  {
    id: 'ubuntu/secret-landscape',
    match: ['var/lib/landscape/client/*.bpickle*', 'etc/landscape/client.conf'],
    when: { type: 'file', owned: false },
    action: { do: 'report' },
    why: 'The registration of one machine with Landscape is in the image.',
    source: 'landscape-client',
  },
  ...OWNERS.map(ownerRule),
];
