import { VOID } from '../../../src/rules/tables/void.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/void', VOID, [
  {
    rule: 'void/runit-state',
    fires: ['etc/sv/sshd/supervise/', 'etc/sv/sshd/log/supervise/', 'var/db/runit/control:fifo'],
    spares: ['etc/sv/dhcpcd/supervise -> /run/runit/supervise.dhcpcd', 'etc/sv/sshd/run'],
  },
]);
