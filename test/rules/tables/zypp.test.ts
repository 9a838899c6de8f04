import { ZYPP } from '../../../src/rules/tables/zypp.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/zypp', ZYPP, [
  {
    rule: 'zypp/auto-installed',
    fires: ['var/lib/zypp/AutoInstalled'],
    spares: ['var/lib/zypp/HardLocks', 'var/lib/zypp/AutoInstalled.bak'],
  },
  {
    rule: 'zypp/requested-locales',
    fires: ['var/lib/zypp/RequestedLocales'],
    spares: ['var/lib/zypp/LastDistributionFlavor', 'var/lib/zypp/RequestedLocales.bak'],
  },
  {
    rule: 'zypp/solver-state',
    fires: ['var/lib/zypp/HardLocks', 'var/lib/zypp/LastDistributionFlavor', 'etc/zypp/locks'],
    spares: ['var/lib/zypp/AnonymousUniqueId', 'etc/zypp/zypp.conf'],
  },
  {
    rule: 'zypp/cache',
    fires: ['var/cache/zypp/raw/oss/repodata/repomd.xml', 'var/cache/zypp/solv/', 'var/cache/zypp/geoip.d/x'],
    spares: ['var/cache/zypp/'],
  },
  {
    rule: 'zypp/cache',
    fires: ['var/cache/zypper/RPMS/alpha-1.0-1.noarch.rpm'],
    spares: ['var/cache/zypper/source-download/alpha-1.0-1.src.rpm', 'var/cache/zypper/RPMS/'],
  },
  {
    rule: 'zypp/cookies',
    fires: ['var/lib/YaST2/cookies'],
    spares: ['var/lib/YaST2/', 'var/lib/YaST2/cookies.d/x', 'srv/var/lib/YaST2/cookies'],
  },
  {
    rule: 'zypp/attach-points',
    fires: ['var/adm/mount/AP_0xUKm6eq/', 'var/adm/mount/AP_0xUKm6eq/media.1/media'],
    spares: ['var/adm/mount/', 'var/adm/mount/disc/', 'var/adm/AP_0x1/'],
  },
  {
    rule: 'zypp/solver-test-cases',
    fires: [
      'var/log/updateTestcase-2024-03-01-10-00-00/',
      'var/log/updateTestcase-2024-03-01-10-00-00/solver-system.xml.gz',
      'var/log/zypper.solverTestCase/solver-test.xml',
    ],
    spares: ['var/log/update/', 'srv/updateTestcase-2024-03-01-10-00-00/'],
  },
  {
    rule: 'zypp/shell-history',
    fires: ['root/.zypper_history', 'home/geeko/.zypper_history'],
    spares: ['root/.zypper.conf', 'srv/.zypper_history'],
  },
  {
    rule: 'zypp/secret-logins',
    fires: ['etc/zypp/credentials.cat', 'root/.zypp/credentials.cat'],
    spares: ['etc/zypp/zypper.conf', 'root/.zypp/'],
  },
  {
    rule: 'zypp/repositories',
    fires: ['etc/zypp/repos.d/oss.repo', 'etc/zypp/zypp.conf.d/local.conf'],
    spares: ['etc/zypp/credentials.d/SCCcredentials'],
  },
  {
    rule: 'zypp/service-refresh',
    fires: ['etc/zypp/services.d/openSUSE.service'],
    spares: ['etc/zypp/repos.d/openSUSE:repo-oss.repo', 'etc/zypp/services.d/openSUSE.service.rpmnew'],
  },
]);
