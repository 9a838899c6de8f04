import { COMMON_FIRST_BOOT } from '../../../src/rules/tables/first-boot.ts';
import { testCases } from './cases.ts';

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
    rule: 'common/service-keys-needed',
    fires: ['usr/sbin/xrdp'],
    spares: ['usr/sbin/xrdp-sesman'],
    with: ['etc/xrdp/rsakeys.ini'],
    policies: { 'service-keys': 'drop' },
  },
  {
    rule: 'common/service-keys-needed',
    fires: [],
    spares: ['usr/sbin/xrdp'],
    with: ['etc/xrdp/rsakeys.ini'],
  },
  {
    rule: 'common/tex-formats-needed',
    fires: ['usr/bin/pdftex', 'usr/bin/mtxrun'],
    spares: ['usr/bin/fmtutil-sys'],
    with: ['var/lib/texmf/web2c/pdftex/latex.fmt'],
    policies: { 'tex-formats': 'drop' },
  },
  {
    rule: 'common/tex-formats-needed',
    fires: [],
    spares: ['usr/bin/pdftex'],
    policies: { 'tex-formats': 'drop' },
  },
  {
    rule: 'common/cluster-key-needed',
    fires: ['usr/sbin/pacemakerd', 'usr/sbin/corosync'],
    spares: ['usr/sbin/crm_mon'],
    with: ['etc/pacemaker/authkey'],
    policies: { 'service-keys': 'drop' },
  },
  {
    rule: 'common/name-server-keys-needed',
    fires: ['usr/sbin/nsd-control', 'usr/sbin/rndc'],
    spares: ['usr/sbin/nsd'],
    with: ['etc/bind/rndc.key'],
    policies: { 'service-keys': 'drop' },
  },
]);
