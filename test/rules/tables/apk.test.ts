import { APK } from '../../../src/rules/tables/apk.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/apk', APK, [
  {
    rule: 'apk/scripts',
    fires: ['lib/apk/db/scripts.tar', 'usr/lib/apk/db/scripts.tar.gz'],
    spares: ['lib/apk/db/scripts.tar.old', 'lib/apk/scripts.tar'],
  },
  {
    rule: 'apk/database',
    fires: ['lib/apk/db/installed', 'usr/lib/apk/db/triggers', 'etc/apk/world'],
    spares: ['lib/apk/db/scripts.tar', 'etc/apk/protected_paths.d/x'],
    policies: { 'package-database': 'keep' },
  },
  {
    rule: 'apk/package-order',
    fires: ['lib/apk/db/installed', 'usr/lib/apk/db/installed'],
    spares: ['lib/apk/db/triggers', 'etc/apk/world'],
  },
  {
    rule: 'apk/package-order',
    fires: [],
    spares: ['lib/apk/db/installed'],
    policies: { 'package-database': 'keep' },
  },
  {
    rule: 'apk/trigger-order',
    fires: ['lib/apk/db/triggers'],
    spares: ['lib/apk/db/installed', 'var/lib/dpkg/triggers/File'],
  },
  {
    rule: 'apk/lock',
    fires: ['lib/apk/db/lock'],
    spares: ['lib/apk/db/installed', 'lib/apk/lock'],
  },
  {
    rule: 'apk/cache',
    fires: ['var/cache/apk/APKINDEX.1234.tar.gz', 'etc/apk/cache/x.apk', 'var/cache/misc/x'],
    spares: ['var/cache/apk/', 'etc/apk/keys/alpine.rsa.pub'],
  },
  { rule: 'apk/cache', fires: [], spares: ['etc/apk/cache -> /var/cache/apk'] },
  {
    rule: 'apk/database-drop',
    fires: ['lib/apk/db/installed', 'lib/apk/db/scripts.tar'],
    spares: ['lib/apk/db/', 'etc/apk/world'],
    policies: { 'package-database': 'drop' },
  },
]);
