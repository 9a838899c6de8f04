import { XBPS } from '../../../src/rules/tables/xbps.ts';
import { testCases } from './cases.ts';

const INDEX = 'var/db/xbps/https___repo-default_voidlinux_org_current';

testCases('rules/tables/xbps', XBPS, [
  {
    rule: 'xbps/package-dates',
    fires: ['var/db/xbps/pkgdb-0.38.plist'],
    spares: ['var/db/xbps/.bash-files.plist', 'var/db/xbps/keys/1.plist'],
  },
  {
    rule: 'xbps/package-dates',
    fires: [],
    spares: ['var/db/xbps/pkgdb-0.38.plist'],
    policies: { 'package-database': 'keep' },
  },
  {
    rule: 'xbps/file-lists',
    fires: ['var/db/xbps/.bash-files.plist'],
    spares: ['var/db/xbps/pkgdb-0.38.plist'],
  },
  {
    rule: 'xbps/repository-indexes',
    fires: [`${INDEX}/x86_64-repodata`, `${INDEX}/`],
    spares: ['var/db/xbps/', 'var/db/xbps/keys/1.plist'],
  },
  {
    rule: 'xbps/cache',
    fires: ['var/cache/xbps/bash-5.2_1.x86_64.xbps'],
    spares: ['var/cache/xbps/'],
  },
  {
    rule: 'xbps/database-drop',
    fires: ['var/db/xbps/pkgdb-0.38.plist', 'var/db/xbps/.bash-files.plist'],
    spares: ['var/db/xbps/', 'etc/xbps.d/x.conf'],
    policies: { 'package-database': 'drop' },
  },
]);
