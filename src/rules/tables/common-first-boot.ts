import type { Rule } from '../rule.ts';

/**
 * What the rules remove by default although something needs it: each is shown with what to do at first boot. Those
 * of one distribution are in its own layer, under names that end with `-needed` as well.
 */
export const COMMON_FIRST_BOOT: readonly Rule[] = [
  {
    id: 'common/credential-secret-needed',
    match: ['{etc,usr/lib}/credstore.encrypted/*'],
    when: { type: 'file', exists: 'var/lib/systemd/credential.secret' },
    action: { do: 'report' },
    why: 'Encrypted with the key of the build machine, which is dropped: encrypt it for each machine or with its TPM.',
    source: 'systemd: systemd-creds(1)',
  },
  {
    id: 'common/etc-history-needed',
    match: ['usr/bin/etckeeper'],
    when: { exists: 'etc/.etckeeper', policy: { name: 'etc-history', value: 'drop' } },
    action: { do: 'report' },
    why: 'Its repository in etc is dropped: run `etckeeper init` and `etckeeper commit` at first boot.',
    source: 'etckeeper(8)',
  },
  {
    // Nothing reads them before the next installation, but then everything fails.
    id: 'common/pacman-keyring-needed',
    match: ['usr/bin/pacman-key'],
    when: {
      exists: 'etc/pacman.d/gnupg/pubring.gpg',
      missing: 'usr/lib/systemd/system/pacman-init.service',
      policy: { name: 'pacman-keyring', value: 'drop' },
    },
    action: { do: 'report' },
    why: 'The keyring is dropped: run `pacman-key --init` and `pacman-key --populate` before the next installation.',
    source: 'pacman-key(8)',
  },
  {
    id: 'common/munge-key-needed',
    match: ['usr/sbin/munged'],
    when: { exists: 'etc/munge/munge.key', policy: { name: 'service-keys', value: 'drop' } },
    action: { do: 'report' },
    why: 'The daemon does not start without the dropped key: run `mungekey --create`, with one key for all nodes.',
    source: 'munge: munged(8)',
  },
  {
    id: 'common/cluster-key-needed',
    match: ['usr/sbin/{corosync,pacemakerd,pacemaker-remoted}'],
    when: { exists: 'etc/{corosync,pacemaker}/authkey', policy: { name: 'service-keys', value: 'drop' } },
    action: { do: 'report' },
    why: 'A cluster needs the dropped key: run `corosync-keygen` and give all nodes the same key.',
    source: 'corosync-keygen(8)',
  },
  {
    id: 'common/name-server-keys-needed',
    match: ['usr/sbin/{nsd-control,unbound-control,rndc}'],
    when: {
      exists: [
        'etc/nsd/nsd_control.key',
        '{etc,var/lib}/unbound/unbound_control.key',
        'etc/{,bind/,named/}rndc.key',
      ],
      policy: { name: 'service-keys', value: 'drop' },
    },
    action: { do: 'report' },
    why: 'It has no key: run `nsd-control-setup`, `unbound-control-setup` or `rndc-confgen -a` at first boot.',
    source: 'nsd-control(8), unbound-control(8), rndc-confgen(8)',
  },
];
