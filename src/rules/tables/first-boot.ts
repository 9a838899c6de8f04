import type { Rule } from '../rule.ts';

/** Something that rules remove although a program needs it, and what to do about it. */
export interface FirstBootRow {
  /** `layer/name-needed`. */
  readonly id: string;
  /** The program, or its settings: reports name these paths. */
  readonly match: readonly string[];
  /** What the rules remove; globs. */
  readonly exists: string | readonly string[];
  /** What recreates it at boot, so that nothing needs to be done; globs. */
  readonly missing?: string | readonly string[];
  /** The policy that removes it with the value `drop`. */
  readonly policy: string;
  readonly why: string;
  readonly source: string;
}

/** A rule that reports what to do. */
export function firstBootRule({ exists, missing, policy, ...row }: FirstBootRow): Rule {
  return {
    ...row,
    when: {
      exists,
      ...(missing === undefined ? {} : { missing }),
      policy: { name: policy, value: 'drop' },
    },
    action: { do: 'report' },
  };
}

const EVERYWHERE: readonly FirstBootRow[] = [
  {
    id: 'common/etc-history-needed',
    match: ['usr/bin/etckeeper'],
    exists: 'etc/.etckeeper',
    policy: 'etc-history',
    why: 'Its repository in etc is dropped: run `etckeeper init` and `etckeeper commit` at first boot.',
    source: 'etckeeper(8)',
  },
  {
    // Nothing reads it before the next installation, but then everything fails.
    id: 'common/pacman-keyring-needed',
    match: ['usr/bin/pacman-key'],
    exists: 'etc/pacman.d/gnupg/pubring.gpg',
    missing: 'usr/lib/systemd/system/pacman-init.service',
    policy: 'pacman-keyring',
    why: 'The keyring is dropped: run `pacman-key --init` and `pacman-key --populate` before the next installation.',
    source: 'pacman-key(8)',
  },
  {
    id: 'common/munge-key-needed',
    match: ['usr/sbin/munged'],
    exists: 'etc/munge/munge.key',
    policy: 'service-keys',
    why: 'The daemon does not start without the dropped key: run `mungekey --create`, with one key for all nodes.',
    source: 'munge: munged(8)',
  },
  {
    id: 'common/cluster-key-needed',
    match: ['usr/sbin/{corosync,pacemakerd,pacemaker-remoted}'],
    exists: 'etc/{corosync,pacemaker}/authkey',
    policy: 'service-keys',
    why: 'A cluster needs the dropped key: run `corosync-keygen` and give all nodes the same key.',
    source: 'corosync-keygen(8)',
  },
  {
    id: 'common/service-keys-needed',
    match: ['usr/sbin/{ircd-hybrid,tripwire,xrdp}', 'usr/bin/{brltty,quasselcore}', 'sbin/brltty'],
    exists: [
      'etc/ircd-hybrid/key/ircd.key',
      'etc/tripwire/*.key',
      'etc/xrdp/rsakeys.ini',
      'etc/brlapi.key',
      'var/lib/quassel/quasselCert.pem',
    ],
    policy: 'service-keys',
    why: 'Its key is dropped: at first boot run `dpkg-reconfigure` of its package, or `xrdp-keygen xrdp auto`.',
    source: 'Debian ircd-hybrid, tripwire, xrdp, brltty, quassel-core: postinst',
  },
  {
    id: 'common/tex-formats-needed',
    match: ['usr/bin/{tex,pdftex,luatex,xetex,mtxrun}'],
    exists: ['var/lib/texmf/web2c/**/*.fmt', 'var/lib/texmf/luatex-cache/context/**/*.fmt'],
    policy: 'tex-formats',
    why: 'Its formats are dropped: run `fmtutil-sys --all`, and for ConTeXt `mtxrun --generate` and `context --make`.',
    source: 'fmtutil(1), mtxrun(1); ConTeXt was tried without its cache, and does not run',
  },
  {
    id: 'common/name-server-keys-needed',
    match: ['usr/sbin/{nsd-control,unbound-control,rndc}'],
    exists: [
      'etc/nsd/nsd_control.key',
      '{etc,var/lib}/unbound/unbound_control.key',
      'etc/{,bind/,named/}rndc.key',
    ],
    policy: 'service-keys',
    why: 'It has no key: run `nsd-control-setup`, `unbound-control-setup` or `rndc-confgen -a` at first boot.',
    source: 'nsd-control(8), unbound-control(8), rndc-confgen(8)',
  },
];

/**
 * What the rules remove by default although something needs it: each is shown with what to do at first boot. Those
 * of a single distribution are in its layer, with names that also end with `-needed`.
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
  ...EVERYWHERE.map(firstBootRule),
];
