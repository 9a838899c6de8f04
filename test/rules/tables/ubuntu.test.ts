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
  {
    rule: 'ubuntu/cloud-init-configuration',
    fires: ['etc/netplan/50-cloud-init.yaml', 'etc/ssh/sshd_config.d/50-cloud-init.conf'],
    spares: ['etc/netplan/01-netcfg.yaml', 'etc/cloud/cloud.cfg.d/50-x.cfg'],
    with: ['usr/bin/cloud-init'],
    owned: [],
  },
  // Nothing writes it again without cloud-init, or where its network part is switched off.
  {
    rule: 'ubuntu/cloud-init-configuration',
    fires: [],
    spares: ['etc/netplan/50-cloud-init.yaml'],
    owned: [],
  },
  {
    rule: 'ubuntu/cloud-init-configuration',
    fires: [],
    spares: ['etc/netplan/50-cloud-init.yaml'],
    with: ['usr/bin/cloud-init', 'etc/cloud/cloud.cfg.d/99-disable-network-config.cfg'],
    owned: [],
  },
  {
    rule: 'ubuntu/cloud-init-configuration',
    fires: [],
    spares: ['etc/netplan/50-cloud-init.yaml'],
    with: ['usr/bin/cloud-init'],
    owned: ['etc/netplan/50-cloud-init.yaml'],
  },
  {
    rule: 'ubuntu/release-upgrader',
    fires: ['var/lib/ubuntu-release-upgrader/release-upgrade-available'],
    spares: ['var/lib/ubuntu-release-upgrader/', 'etc/update-manager/release-upgrades'],
    owned: [],
  },
  {
    rule: 'ubuntu/error-report-id',
    fires: ['var/lib/whoopsie/whoopsie-id'],
    spares: ['var/lib/whoopsie/', 'etc/default/whoopsie'],
  },
  {
    rule: 'ubuntu/secret-landscape',
    fires: ['var/lib/landscape/client/broker.bpickle', 'etc/landscape/client.conf'],
    spares: ['var/lib/landscape/client/', 'etc/landscape/example.conf'],
    owned: [],
  },
  {
    rule: 'ubuntu/owner-logs',
    fires: ['var/log/@775'],
    spares: ['var/lib/@775'],
    accounts: ['syslog'],
  },
  { rule: 'ubuntu/owner-logs', fires: [], spares: ['var/log/@755'], accounts: ['syslog'] },
  {
    rule: 'ubuntu/owner-log-queue',
    fires: ['var/spool/rsyslog/@700'],
    spares: ['var/spool/cron/@700'],
    accounts: ['syslog', 'adm'],
  },
]);
