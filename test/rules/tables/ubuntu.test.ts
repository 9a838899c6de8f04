import { UBUNTU } from '../../../src/rules/tables/ubuntu.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/ubuntu', UBUNTU, [
  {
    rule: 'ubuntu/pro-tokens',
    fires: ['var/lib/ubuntu-advantage/private/machine-token.json'],
    spares: ['var/lib/ubuntu-advantage/private/', 'var/lib/ubuntu-advantage/status.json'],
  },
  {
    rule: 'ubuntu/pro-state',
    fires: ['var/lib/ubuntu-advantage/status.json'],
    spares: ['var/lib/ubuntu-advantage/apt-esm/etc/apt/sources.list', 'var/lib/ubuntu-advantage/apt-esm/'],
    owned: ['var/lib/ubuntu-advantage/apt-esm/etc/apt/sources.list'],
  },
  {
    rule: 'ubuntu/update-notifier',
    fires: ['var/lib/update-notifier/updates-available', 'var/lib/update-notifier/user.d/x'],
    spares: ['var/lib/update-notifier/', 'etc/update-notifier.conf'],
    owned: [],
  },
  { rule: 'ubuntu/update-notifier', fires: [], spares: ['var/lib/update-notifier/updates-available'] },
  { rule: 'ubuntu/motd-news', fires: ['var/cache/motd-news'], spares: ['etc/default/motd-news'] },
  { rule: 'ubuntu/cloud-build-info', fires: ['etc/cloud/build.info'], spares: ['etc/cloud/cloud.cfg'] },
]);
