import { OPKG } from '../../../src/rules/tables/opkg.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/opkg', OPKG, [
  {
    rule: 'opkg/install-times',
    fires: ['var/lib/opkg/status', 'usr/lib/opkg/status'],
    spares: ['var/lib/opkg/info/busybox.control', 'var/lib/dpkg/status'],
  },
  {
    rule: 'opkg/repository-indexes',
    fires: ['var/lib/opkg/lists/core'],
    spares: ['var/lib/opkg/lists/', 'var/lib/opkg/info/busybox.list'],
  },
  {
    rule: 'opkg/database-drop',
    fires: ['var/lib/opkg/status', 'var/lib/opkg/info/busybox.list'],
    spares: ['var/lib/opkg/', 'etc/opkg/arch.conf'],
    policies: { 'package-database': 'drop' },
  },
]);
