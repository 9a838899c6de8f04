import { COMMON_FIRST_BOOT } from '../../../src/rules/tables/first-boot.ts';
import { testCases } from './cases.ts';

/** A rule about service keys, a key, and the programs that need it. */
const SERVICES: readonly (readonly [rule: string, key: string, ...programs: string[]])[] = [
  ['common/service-keys-needed', 'etc/ircd-hybrid/key/ircd.key', 'usr/sbin/ircd-hybrid'],
  ['common/service-keys-needed', 'etc/tripwire/site.key', 'usr/sbin/tripwire'],
  ['common/service-keys-needed', 'etc/xrdp/rsakeys.ini', 'usr/sbin/xrdp'],
  ['common/service-keys-needed', 'etc/brlapi.key', 'usr/bin/brltty', 'sbin/brltty'],
  ['common/service-keys-needed', 'var/lib/quassel/quasselCert.pem', 'usr/bin/quasselcore'],
  ['common/cluster-key-needed', 'etc/corosync/authkey', 'usr/sbin/corosync'],
  [
    'common/cluster-key-needed',
    'etc/pacemaker/authkey',
    ...['usr/sbin/pacemakerd', 'usr/sbin/pacemaker-remoted'],
  ],
  ['common/name-server-keys-needed', 'etc/nsd/nsd_control.key', 'usr/sbin/nsd-control'],
  ['common/name-server-keys-needed', 'etc/unbound/unbound_control.key', 'usr/sbin/unbound-control'],
  ['common/name-server-keys-needed', 'var/lib/unbound/unbound_control.key', 'usr/sbin/unbound-control'],
  ['common/name-server-keys-needed', 'etc/rndc.key', 'usr/sbin/rndc'],
  ['common/name-server-keys-needed', 'etc/bind/rndc.key', 'usr/sbin/rndc'],
  ['common/name-server-keys-needed', 'etc/named/rndc.key', 'usr/sbin/rndc'],
];

/** Programs of the same packages that need no key. */
const NEED_NONE = ['usr/sbin/xrdp-sesman', 'usr/sbin/crm_mon', 'usr/sbin/nsd'];

testCases('rules/tables/first-boot', COMMON_FIRST_BOOT, [
  {
    rule: 'common/credential-secret-needed',
    fires: ['etc/credstore.encrypted/database', 'usr/lib/credstore.encrypted/x'],
    spares: ['etc/credstore/database', 'etc/credstore.encrypted/'],
    with: ['var/lib/systemd/credential.secret'],
  },
  { rule: 'common/credential-secret-needed', fires: [], spares: ['etc/credstore.encrypted/database'] },
  {
    rule: 'common/etc-history-needed',
    fires: ['usr/bin/etckeeper'],
    spares: ['usr/bin/git'],
    with: ['etc/.etckeeper'],
  },
  { rule: 'common/etc-history-needed', fires: [], spares: ['usr/bin/etckeeper'] },
  {
    rule: 'common/etc-history-needed',
    fires: [],
    spares: ['usr/bin/etckeeper'],
    with: ['etc/.etckeeper'],
    policies: { 'etc-history': 'keep' },
  },
  { rule: 'common/pacman-keyring-needed', fires: [], spares: ['usr/bin/pacman-key'] },
  {
    rule: 'common/pacman-keyring-needed',
    fires: [],
    spares: ['usr/bin/pacman-key'],
    with: ['etc/pacman.d/gnupg/pubring.gpg'],
    policies: { 'pacman-keyring': 'keep' },
  },
  {
    rule: 'common/pacman-keyring-needed',
    fires: ['usr/bin/pacman-key'],
    spares: ['usr/bin/pacman'],
    with: ['etc/pacman.d/gnupg/pubring.gpg'],
  },
  {
    rule: 'common/pacman-keyring-needed',
    fires: [],
    spares: ['usr/bin/pacman-key'],
    with: ['etc/pacman.d/gnupg/pubring.gpg', 'usr/lib/systemd/system/pacman-init.service'],
  },
  {
    rule: 'common/munge-key-needed',
    fires: ['usr/sbin/munged'],
    spares: ['usr/sbin/mungekey'],
    with: ['etc/munge/munge.key'],
    policies: { 'service-keys': 'drop' },
  },
  { rule: 'common/munge-key-needed', fires: [], spares: ['usr/sbin/munged'], with: ['etc/munge/munge.key'] },
  {
    rule: 'common/munge-key-needed',
    fires: [],
    spares: ['usr/sbin/munged'],
    policies: { 'service-keys': 'drop' },
  },
  ...SERVICES.map(([rule, key, ...programs]) => ({
    ...{ rule, fires: programs, spares: NEED_NONE, with: [key] },
    policies: { 'service-keys': 'drop' },
  })),
  // Without their keys nothing was dropped.
  ...SERVICES.map(([rule, , ...programs]) => ({
    ...{ rule, fires: [], spares: programs, policies: { 'service-keys': 'drop' } },
  })),
  {
    rule: 'common/service-keys-needed',
    fires: [],
    spares: ['usr/sbin/xrdp'],
    with: ['etc/xrdp/rsakeys.ini'],
  },
  {
    rule: 'common/tex-formats-needed',
    fires: ['usr/bin/tex', 'usr/bin/pdftex', 'usr/bin/luatex', 'usr/bin/xetex', 'usr/bin/mtxrun'],
    spares: ['usr/bin/fmtutil-sys'],
    with: ['var/lib/texmf/web2c/pdftex/latex.fmt'],
    policies: { 'tex-formats': 'drop' },
  },
  {
    rule: 'common/tex-formats-needed',
    fires: ['usr/bin/mtxrun'],
    with: ['var/lib/texmf/luatex-cache/context/5fe67e/formats/luatex/cont-en.fmt'],
    policies: { 'tex-formats': 'drop' },
  },
  {
    rule: 'common/tex-formats-needed',
    fires: [],
    spares: ['usr/bin/pdftex'],
    with: ['var/lib/texmf/web2c/pdftex/latex.fmt'],
  },
  {
    rule: 'common/tex-formats-needed',
    fires: [],
    spares: ['usr/bin/pdftex'],
    policies: { 'tex-formats': 'drop' },
  },
]);
