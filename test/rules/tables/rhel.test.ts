import { RHEL } from '../../../src/rules/tables/rhel.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/rhel', RHEL, [
  {
    rule: 'rhel/subscription-report',
    fires: ['var/lib/rhsm/facts/facts.json', 'var/lib/rhsm/productid.js'],
    spares: ['var/lib/rhsm/', 'etc/rhsm/rhsm.conf'],
  },
  {
    rule: 'rhel/subscription',
    fires: ['var/lib/rhsm/facts/facts.json'],
    spares: ['var/lib/rhsm/facts/', 'etc/rhsm/rhsm.conf'],
    policies: { 'host-enrolment': 'drop' },
  },
  {
    rule: 'rhel/insights-id',
    fires: ['etc/insights-client/machine-id', 'etc/redhat-access-insights/machine-id'],
    spares: ['etc/insights-client/insights-client.conf', 'etc/machine-id'],
  },
]);
