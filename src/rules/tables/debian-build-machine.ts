import type { Rule } from '../rule.ts';

/**
 * What maintainer scripts of Debian's packages learn of the machine that they run on: its network, disks and rules,
 * and the moment. What somebody may have written themselves is reported; the rest goes or loses its date.
 */
export const DEBIAN_BUILD_MACHINE: readonly Rule[] = [
  {
    id: 'debian/resolv-conf-backup',
    match: ['etc/.resolv.conf.systemd-resolved.bak'],
    when: { type: 'file', policy: { name: 'resolv-conf', value: ['drop', 'truncate'] } },
    action: { do: 'drop' },
    why: 'The name servers of the build machine, kept for the day on which systemd-resolved is removed.',
    source: 'Debian systemd-resolved: postinst, postrm',
  },
  {
    id: 'debian/munin-plugins',
    match: ['etc/munin/plugins/*'],
    when: { type: 'symlink', target: '**/plugins/{if_,if_err_,ip_,smart_,hddtemp_}', unclaimed: true },
    action: { do: 'report' },
    why: 'Named after an interface or disk of the build machine: run `munin-node-configure --shell --remove-also`.',
    source: 'Debian munin-node: postinst, munin-node-configure(1)',
  },
  {
    id: 'debian/saved-firewall',
    match: ['etc/iptables/rules.v{4,6}'],
    when: { type: 'file', owned: false },
    action: { do: 'report' },
    why: 'If these are not your rules, installation saved those of the build machine: preseed autosave_v4=false.',
    source: 'Debian iptables-persistent: postinst',
  },
  {
    id: 'debian/usb-rules',
    match: ['etc/usbguard/rules.conf'],
    when: { type: 'file', owned: false, empty: false },
    action: { do: 'report' },
    why: 'If these are not your rules, they allow the USB devices of the build machine and no others.',
    source: 'Debian usbguard: postinst',
  },
  {
    id: 'debian/generated-date',
    match: ['etc/mdadm/mdadm.conf', 'etc/iptables/rules.v{4,6}', 'etc/fpc-*.cfg'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'rewrite', normalizer: 'generated-date' },
    why: 'A comment says when the file was generated.',
    source: 'Debian mdadm: mkconf; iptables-save(8); fpcmkcfg',
  },
  {
    // Its file data is of inodes and times, so every file of another disk would count as changed.
    id: 'debian/intrusion-databases',
    match: [
      'var/lib/rkhunter/db/rkhunter.dat',
      'var/lib/rkhunter/tmp/{passwd,group}',
      'var/lib/aide/aide.db{,.new}',
      'var/lib/tripwire/*.twd',
      'var/lib/samhain/samhain_file',
    ],
    when: { type: 'file', unclaimed: true },
    action: { do: 'drop' },
    why: 'Inodes and times of the disk of the build machine; on any other all files count as changed.',
    source: 'rkhunter(8), aide(1), twadmin(8); tried with rkhunter',
  },
  {
    id: 'debian/intrusion-databases-needed',
    match: ['usr/bin/{rkhunter,aide}', 'usr/sbin/{tripwire,samhain}'],
    when: {
      exists: [
        'var/lib/rkhunter/db/rkhunter.dat',
        'var/lib/aide/aide.db*',
        'var/lib/tripwire/*.twd',
        'var/lib/samhain/samhain_file',
      ],
    },
    action: { do: 'report' },
    why: 'Its database of another disk is dropped: run `rkhunter --propupd`, `aideinit` or `tripwire --init`.',
    source: 'rkhunter(8), aideinit(8), tripwire(8)',
  },
  {
    id: 'debian/tex-file-names',
    match: ['var/lib/texmf/ls-R*', 'usr/local/share/texmf/ls-R'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'rewrite', normalizer: 'ls-r' },
    why: 'Directories are listed in the order of the file system; TeX reads them into a table of hashes.',
    source: 'mktexlsr(1); observed in Debian 12',
  },
  {
    id: 'debian/mono-code',
    match: ['usr/lib/mono/aot-cache/**'],
    when: { type: 'file', owned: false },
    action: { do: 'drop' },
    why: 'Compiled at installation, with a random identifier and addresses; Mono runs without it.',
    source: 'Debian libmono-corlib4.5-cil: postinst; tried without',
  },
  {
    id: 'debian/doc-base-times',
    match: ['var/lib/doc-base/info/files.yml'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'doc-base-times' },
    why: 'Change times of the registered files, which are others on every disk.',
    source: 'Debian doc-base: Debian::DocBase::DocBaseFile',
  },
  {
    id: 'debian/dhelp-logs',
    match: ['var/lib/dhelp/tmp/**'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'drop' },
    why: 'Logs of indexing at installation, under names with the date and a random part.',
    source: 'Debian dhelp: dhelp_parse',
  },
];
