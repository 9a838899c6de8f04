import type { Rule } from '../rule.ts';
import { FEDORA_OWNERS } from './fedora-owners.ts';

const RESCUE = ['boot/*-rescue-*', 'boot/loader/entries/*-rescue.conf'];

/** For Fedora and what derives from it, the RHEL family among them. */
export const FEDORA: readonly Rule[] = [
  {
    id: 'fedora/authselect',
    match: [
      '{etc,var/lib}/authselect/{dconf-db,dconf-locks,nsswitch.conf,postlogin}',
      '{etc,var/lib}/authselect/{system,password,fingerprint,smartcard}-auth',
      'etc/nsswitch.conf',
      'etc/pam.d/{postlogin,{system,password,fingerprint,smartcard}-auth}',
    ],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'authselect-header' },
    why: 'The first line says when authselect wrote it, and must be the same in both copies.',
    source: 'authselect issues 319 and 348',
  },
  {
    id: 'fedora/boot-loader-updates',
    match: ['usr/lib/bootupd/updates/{EFI,BIOS}.json'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'Records when bootupctl checked the boot loader; updates are ordered by that time.',
    source: 'bootupd issue 1075',
  },
  {
    id: 'fedora/rescue-kernel-report',
    match: RESCUE,
    when: { type: 'file', policy: { name: 'initramfs', value: 'report' } },
    action: { do: 'report' },
    why: 'Named after the random machine ID; set dracut_rescue_image=no when installing the kernel.',
    source: 'lorax: livemedia; dracut-config-rescue',
  },
  {
    id: 'fedora/rescue-kernel',
    match: RESCUE,
    when: { type: 'file', policy: { name: 'initramfs', value: 'drop' } },
    action: { do: 'drop' },
    why: 'A second kernel with an initramfs for all hardware, named after the random machine ID.',
    source: 'lorax: livemedia',
  },
  {
    id: 'fedora/iscsi-initiator-name',
    match: ['etc/iscsi/initiatorname.iscsi'],
    when: { type: 'file', exists: 'usr/lib/systemd/system/iscsi-init.service' },
    action: { do: 'drop' },
    mayBeChosen: true,
    why: 'A random name of this machine; iscsi-init.service generates a new one at boot.',
    source: 'open-iscsi: iscsi-init.service',
  },
  {
    id: 'fedora/network-scripts',
    match: ['etc/sysconfig/network-scripts/ifcfg-*'],
    except: ['etc/sysconfig/network-scripts/ifcfg-lo'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'May contain the network card and host name of the build machine.',
    source: 'virt-sysprep',
  },
  ...FEDORA_OWNERS,
];
