import { COMMON_ACCOUNTS } from '../../../src/rules/tables/common-accounts.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/common-accounts', COMMON_ACCOUNTS, [
  {
    rule: 'common/account-order',
    fires: ['etc/passwd', 'etc/group', 'etc/gshadow', 'usr/etc/passwd'],
    spares: ['etc/passwd-', 'etc/subuid', 'usr/share/base-passwd/passwd.master'],
    policies: { 'sort-accounts': 'sort' },
  },
  {
    rule: 'common/account-order',
    fires: ['etc/shadow'],
    spares: ['etc/shadow-'],
    policies: { 'sort-accounts': 'sort', shadow: 'keep' },
  },
  { rule: 'common/account-order', fires: [], spares: ['etc/passwd', 'etc/group', 'etc/shadow'] },
  {
    rule: 'common/shell-order',
    fires: ['etc/shells', 'var/lib/shells.state'],
    spares: ['etc/shells.d/x', 'usr/share/debianutils/shells'],
    policies: { 'sort-shells': 'sort' },
  },
  { rule: 'common/shell-order', fires: [], spares: ['etc/shells'] },
  ...['set', 'blank-locked', 'blank'].map((value) => ({
    rule: 'common/shadow-last-change',
    fires: ['etc/shadow'],
    spares: ['etc/gshadow'],
    policies: { shadow: value, 'sort-accounts': 'sort' },
  })),
  { rule: 'common/shadow-last-change', fires: [], spares: ['etc/shadow'], policies: { shadow: 'keep' } },
  {
    rule: 'common/shadow-last-change',
    fires: ['etc/shadow', 'usr/etc/shadow'],
    spares: ['etc/gshadow', 'etc/shadow.conf', 'home/etc/shadow'],
  },
  {
    rule: 'common/account-backups',
    fires: ['etc/passwd-', 'etc/group-', 'etc/shadow-', 'etc/gshadow-', 'etc/subuid-', 'etc/subgid-'],
    spares: ['etc/passwd', 'etc/shadow', 'etc/hosts-', 'usr/share/base-passwd/passwd-'],
  },
  {
    rule: 'common/account-locks',
    fires: ['etc/.pwd.lock', 'etc/passwd.lock', 'etc/gshadow.lock'],
    spares: ['etc/group', 'etc/apt.lock', 'var/.pwd.lock'],
  },
  {
    rule: 'common/shell-history',
    fires: ['root/.bash_history', 'home/alice/.python_history', 'root/.wget-hsts', 'root/.gnupg/random_seed'],
    spares: [
      'root/.bashrc',
      'root/.profile',
      'root/.gnupg/pubring.kbx',
      'etc/skel/.bash_history',
      'root/bash_history',
    ],
  },
]);
