import { ZYPP } from '../../../src/rules/tables/zypp.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/zypp', ZYPP, [
  {
    rule: 'zypp/auto-installed',
    fires: ['var/lib/zypp/AutoInstalled'],
    spares: ['var/lib/zypp/HardLocks', 'var/lib/zypp/AutoInstalled.bak'],
  },
  {
    rule: 'zypp/solver-state',
    fires: ['var/lib/zypp/RequestedLocales', 'var/lib/zypp/LastDistributionFlavor'],
    spares: ['var/lib/zypp/AnonymousUniqueId'],
  },
  {
    rule: 'zypp/cache',
    fires: ['var/cache/zypp/raw/oss/repodata/repomd.xml', 'var/cache/zypp/solv/', 'var/cache/zypp/geoip.d/x'],
    spares: ['var/cache/zypp/', 'var/cache/zypper/x'],
  },
  {
    rule: 'zypp/repositories',
    fires: ['etc/zypp/repos.d/oss.repo', 'etc/zypp/zypp.conf.d/local.conf'],
    spares: ['etc/zypp/credentials.d/SCCcredentials'],
  },
]);
