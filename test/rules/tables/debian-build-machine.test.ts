import { DEBIAN_BUILD_MACHINE } from '../../../src/rules/tables/debian-build-machine.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/debian-build-machine', DEBIAN_BUILD_MACHINE, [
  {
    rule: 'debian/resolv-conf-backup',
    fires: ['etc/.resolv.conf.systemd-resolved.bak'],
    spares: ['etc/resolv.conf.bak', 'etc/.resolv.conf'],
  },
  {
    rule: 'debian/resolv-conf-backup',
    fires: [],
    spares: ['etc/.resolv.conf.systemd-resolved.bak'],
    policies: { 'resolv-conf': 'keep' },
  },
  {
    rule: 'debian/munin-plugins',
    fires: [
      'etc/munin/plugins/if_eth0 -> /usr/share/munin/plugins/if_',
      'etc/munin/plugins/if_err_eth0 -> /usr/share/munin/plugins/if_err_',
    ],
    spares: [
      'etc/munin/plugins/cpu -> /usr/share/munin/plugins/cpu',
      'etc/munin/plugins/if_own',
      'etc/munin/plugins/http_a -> /usr/share/munin/plugins/http_loadtime',
    ],
  },
  {
    rule: 'debian/saved-firewall',
    fires: ['etc/iptables/rules.v4', 'etc/iptables/rules.v6'],
    spares: ['etc/iptables/rules.v5', 'etc/nftables.conf'],
    owned: [],
  },
  {
    rule: 'debian/usb-rules',
    fires: ['etc/usbguard/rules.conf'],
    spares: ['etc/usbguard/usbguard-daemon.conf'],
    owned: [],
  },
  {
    rule: 'debian/generated-date',
    fires: ['etc/mdadm/mdadm.conf', 'etc/fpc-3.2.2.cfg', 'etc/iptables/rules.v4'],
    spares: ['etc/mdadm/other.conf', 'etc/fpc.cfg', 'etc/fpc-3.2.0.cfg'],
    owned: ['etc/fpc-3.2.0.cfg'],
  },
  {
    rule: 'debian/intrusion-databases',
    fires: ['var/lib/rkhunter/db/rkhunter.dat', 'var/lib/aide/aide.db', 'var/lib/tripwire/host.twd'],
    spares: ['var/lib/rkhunter/db/mirrors.dat', 'var/lib/aide/please-dont-call-aide-without-parameters/x'],
  },
  {
    rule: 'debian/intrusion-databases-needed',
    fires: ['usr/bin/rkhunter'],
    spares: ['usr/bin/rk'],
    with: ['var/lib/rkhunter/db/rkhunter.dat'],
  },
  { rule: 'debian/intrusion-databases-needed', fires: [], spares: ['usr/bin/aide'] },
  {
    rule: 'debian/tex-file-names',
    fires: ['var/lib/texmf/ls-R', 'var/lib/texmf/ls-R-TEXLIVEDIST', 'usr/local/share/texmf/ls-R'],
    spares: ['usr/share/texmf/ls-R -> /var/lib/texmf/ls-R-TEXMFMAIN', 'var/lib/texmf/web2c/ls-R'],
  },
  {
    rule: 'debian/mono-code',
    fires: ['usr/lib/mono/aot-cache/amd64/mscorlib.dll.so'],
    spares: ['usr/lib/mono/4.5/mscorlib.dll', 'usr/lib/mono/aot-cache/amd64/owned.so'],
    owned: ['usr/lib/mono/aot-cache/amd64/owned.so'],
  },
  {
    rule: 'debian/doc-base-times',
    fires: ['var/lib/doc-base/info/files.yml'],
    spares: ['var/lib/doc-base/info/documents.yml', 'var/lib/doc-base/documents/x'],
  },
  {
    rule: 'debian/dhelp-logs',
    fires: ['var/lib/dhelp/tmp/20261128.index-log.a1B2'],
    spares: ['var/lib/dhelp/doc-base_dirs', 'var/lib/dhelp/tmp/'],
  },
]);
