import { ARCH } from '../../../src/rules/tables/arch.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/arch', ARCH, [
  {
    rule: 'arch/java-trust-store',
    fires: ['etc/ca-certificates/extracted/java-cacerts.jks'],
    spares: ['etc/ca-certificates/extracted/tls-ca-bundle.pem'],
  },
  {
    rule: 'arch/owner-dbus-helper',
    fires: ['usr/lib/dbus-1.0/dbus-daemon-launch-helper@4750'],
    spares: ['usr/bin/dbus-daemon@755'],
    accounts: ['dbus'],
  },
  { rule: 'arch/owner-scores', fires: ['var/games/@775'], spares: ['var/@775'], accounts: ['games'] },
  { rule: 'arch/owner-ftp', fires: ['srv/ftp/@555'], spares: ['srv/http/@755'], accounts: ['ftp'] },
]);
