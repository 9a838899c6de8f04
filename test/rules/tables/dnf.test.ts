import { DNF } from '../../../src/rules/tables/dnf.ts';
import { testCases } from './cases.ts';

const LIBDNF5 = 'usr/lib/sysimage/libdnf5';

testCases('rules/tables/dnf', DNF, [
  {
    rule: 'dnf/cache',
    fires: ['var/cache/dnf/fedora-1/repodata/repomd.xml', 'var/cache/libdnf5/x.solv', 'var/cache/yum/x'],
    spares: ['var/cache/dnf/', 'var/cache/dnf-other/x', 'etc/dnf/dnf.conf'],
  },
  {
    rule: 'dnf/count-me',
    fires: ['var/lib/dnf/repos/fedora-1/countme', 'var/lib/rpm-ostree-countme/state'],
    spares: ['var/lib/dnf/repos/fedora-1/other', 'etc/yum.repos.d/countme'],
  },
  {
    rule: 'dnf/history',
    fires: ['var/lib/dnf/history.sqlite'],
    spares: ['var/lib/yum/history.sqlite', 'var/lib/dnf/history.sqlite.bak'],
  },
  {
    rule: 'dnf/history',
    fires: [],
    spares: ['var/lib/dnf/history.sqlite'],
    policies: { 'dnf-history': 'keep' },
  },
  {
    rule: 'dnf/libdnf5-history',
    fires: [`${LIBDNF5}/transaction_history.sqlite`],
    spares: [`${LIBDNF5}/packages.toml`],
  },
  {
    rule: 'dnf/history-journal',
    fires: ['var/lib/dnf/history.sqlite-wal', `${LIBDNF5}/transaction_history.sqlite-shm`],
    spares: ['var/lib/dnf/history.sqlite', 'var/lib/dnf/other.sqlite-wal'],
  },
  {
    rule: 'dnf/history-drop',
    fires: ['var/lib/dnf/history.sqlite', 'var/lib/dnf/history.sqlite-wal', 'var/lib/dnf/history.sqlite-shm'],
    spares: ['var/lib/dnf/history.sqlite.bak', 'var/lib/dnf/system-upgrade-state.json'],
    policies: { 'dnf-history': 'drop' },
  },
  {
    rule: 'dnf/libdnf5-history-drop',
    fires: [`${LIBDNF5}/transaction_history.sqlite`, `${LIBDNF5}/transaction_history.sqlite-wal`],
    spares: [`${LIBDNF5}/system.toml`],
    policies: { 'dnf-history': 'drop' },
  },
  {
    rule: 'dnf/yum-history',
    fires: ['var/lib/yum/history/history-2023-11-14.sqlite'],
    spares: ['var/lib/yum/history/', 'var/lib/yum/yumdb/b/x/from_repo'],
  },
  {
    rule: 'dnf/yum-history',
    fires: [],
    spares: ['var/lib/yum/history/history-2023-11-14.sqlite'],
    policies: { 'dnf-history': 'keep' },
  },
  {
    rule: 'dnf/package-notes',
    fires: ['var/lib/yum/yumdb/b/x/from_repo', 'var/lib/dnf/modulefailsafe/perl:5.26:x86_64.yaml'],
    spares: ['var/lib/dnf/modules/x', 'var/lib/dnf/repos/x/y'],
    policies: { 'dnf-history': 'drop' },
  },
  { rule: 'dnf/package-notes', fires: [], spares: ['var/lib/yum/yumdb/b/x/from_repo'] },
  {
    rule: 'dnf/libdnf5-state',
    fires: [`${LIBDNF5}/packages.toml`, `${LIBDNF5}/nevras.toml`],
    spares: [`${LIBDNF5}/system.toml`, `${LIBDNF5}/offline/packages.toml`],
  },
  {
    rule: 'dnf/libdnf5-cookie',
    fires: [`${LIBDNF5}/system.toml`],
    spares: [`${LIBDNF5}/groups.toml`, 'etc/dnf/system.toml'],
  },
  {
    rule: 'dnf/offline-transaction',
    fires: [`${LIBDNF5}/offline/transaction.json`, 'var/lib/dnf/system-upgrade/x'],
    spares: [`${LIBDNF5}/offline/`, `${LIBDNF5}/packages.toml`],
  },
]);
