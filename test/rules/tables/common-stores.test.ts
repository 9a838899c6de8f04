import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMON_STORES } from '../../../src/rules/tables/common-caches.ts';
import { decideCase, testCases } from './cases.ts';

testCases('rules/tables/common-stores', COMMON_STORES, [
  {
    rule: 'common/databases-among-logs',
    fires: [
      'var/log/packages/foo-1.0-x86_64-1',
      'var/log/setup/tmp/x',
      'var/log/scripts/',
      'var/log/pkgtools/removed_packages/foo-1.0-x86_64-1-upgraded-2024-01-01,10:00:00',
      'var/log/removed_uninstall_scripts/foo-1.0-x86_64-1',
    ],
    spares: [
      'var/log/packages.log',
      'var/log/pkgtools.log',
      'var/log/setup/setup.log',
      'var/log/scriptsx/y',
      'var/log/sorcery/activity',
    ],
  },
  {
    rule: 'common/ostree-objects',
    fires: ['ostree/repo/objects/ab/cdef.file', 'sysroot/ostree/deploy/x/deploy/0123.0/usr/lib/x'],
    spares: ['ostree/repo/tmp/x', 'ostree/deploy/x/deploy/0123.0/etc/x', 'srv/ostree/repo/objects/ab/c.file'],
  },
]);

const test = suite('rules/tables/common-stores: beside other rules');

test('a database among logs stays whole, with the logs beside it emptied', () => {
  const database = [
    'var/log/packages/foo-1.0-x86_64-1',
    'var/log/scripts/foo-1.0-x86_64-1',
    'var/log/setup/setup.timeconfig',
    'var/log/removed_packages/foo-0.9-x86_64-1',
    'var/log/removed_scripts/foo-0.9-x86_64-1',
    'var/log/removed_uninstall/foo-0.9-x86_64-1',
    'var/log/sorcery/install/bash-5.2',
    'var/log/porg/foo-1.0',
  ];
  for (const owned of [undefined, []]) {
    const logs = ['var/log/messages', 'var/log/setup/setup.log', 'var/log/porg.log', 'var/log/packages.log'];
    const { changes, dropped } = decideCase({ fires: [...database, ...logs], ...(owned && { owned }) });
    assert.equal(
      database.filter((path) => changes.has(path) || dropped.has(path)),
      [],
    );
    assert.equal(
      logs.filter((path) => !changes.has(path) && !dropped.has(path)),
      [],
    );
  }
});

test('what OSTree names by its digest stays, with etc and var of a deployment as everywhere', () => {
  const deployment = 'ostree/deploy/fedora/deploy/0123.0';
  const kept = [
    `${deployment}/usr/lib/python3.12/__pycache__/x.cpython-312.pyc`,
    `sysroot/${deployment}/usr/etc/machine-id`,
    'ostree/repo/objects/ab/cdef.file',
  ];
  const changed = [
    `${deployment}/etc/machine-id`,
    `sysroot/${deployment}/etc/adjtime`,
    'ostree/deploy/fedora/var/log/messages',
  ];
  const { changes, dropped } = decideCase({ fires: [...kept, ...changed], owned: [] });
  assert.equal(
    kept.filter((path) => changes.has(path) || dropped.has(path)),
    [],
  );
  assert.equal(
    changed.filter((path) => !changes.has(path) && !dropped.has(path)),
    [],
  );
});

test.run();
