import type { Rule } from '../rule.ts';

/** For RHEL and what is built from it (CentOS, AlmaLinux, Rocky, Oracle), on top of the Fedora rules. */
export const RHEL: readonly Rule[] = [
  {
    id: 'rhel/subscription-report',
    match: ['var/lib/rhsm/**'],
    when: { type: 'file', policy: { name: 'host-enrolment', value: 'report' } },
    action: { do: 'report' },
    why: 'Facts about the machine and its subscription: unregister before building the image.',
    source: 'CentOS bootc, virt-sysprep',
  },
  {
    id: 'rhel/subscription',
    match: ['var/lib/rhsm/**'],
    when: { type: 'file', policy: { name: 'host-enrolment', value: 'drop' } },
    action: { do: 'drop' },
    why: 'Facts about the machine and its subscription, gathered again after registration.',
    source: 'CentOS bootc, virt-sysprep',
  },
  {
    id: 'rhel/insights-id',
    match: [
      'etc/insights-client/{machine-id,.registered,.unregistered,.lastupload}',
      'etc/redhat-access-insights/machine-id',
    ],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'A random ID under which the machine reports; recreated when it registers.',
    source: 'insights-client',
  },
];
