import type { Rule } from '../rule.ts';
import { DEBIAN_BUILD_MACHINE } from './debian-build-machine.ts';
import { DEBIAN_DATABASES } from './debian-databases.ts';
import { DEBIAN_DRAWN } from './debian-drawn.ts';
import { DEBIAN_OWNERS } from './debian-owners.ts';
import { DEBIAN_SERVICE_KEYS } from './debian-service-keys.ts';
import { type FirstBootRow, firstBootRule } from './first-boot.ts';

const FIRST_BOOT: readonly FirstBootRow[] = [
  {
    id: 'debian/ssh-host-keys-needed',
    match: ['usr/sbin/sshd'],
    exists: 'etc/ssh/ssh_host_*_key',
    missing: [
      'usr/bin/cloud-init',
      // Debian 13 and newer backports of it.
      'usr/lib/systemd/system/sshd-keygen.service',
      'lib/systemd/system/sshd-keygen.service',
    ],
    policy: 'ssh-host-keys',
    why: 'Debian does not generate ssh host keys at boot: add a unit that runs `ssh-keygen -A` before ssh.service.',
    source: 'live-build, live-config; Debian openssh-server',
  },
  {
    id: 'debian/dropbear-host-keys-needed',
    match: ['usr/sbin/dropbear'],
    exists: 'etc/dropbear/dropbear_*_host_key',
    policy: 'ssh-host-keys',
    why: 'It accepts no connections without host keys: add -R to DROPBEAR_EXTRA_ARGS in etc/default/dropbear.',
    source: 'Debian dropbear: dropbear.service; dropbear(8)',
  },
  {
    id: 'debian/snakeoil-needed',
    match: [
      'etc/postgresql/*/*/postgresql.conf',
      'etc/dovecot/private/dovecot.{pem,key}',
      'etc/freeradius/*/mods-enabled/eap',
      'etc/{apache2,nginx}/sites-enabled/default-ssl*',
      'etc/postfix/main.cf',
      'usr/sbin/make-ssl-cert',
    ],
    exists: 'etc/ssl/certs/ssl-cert-snakeoil.pem',
    policy: 'snakeoil',
    why: 'The snakeoil certificate is dropped: run `make-ssl-cert generate-default-snakeoil` before the services that use it.',
    source: 'Debian ssl-cert; postgresql, dovecot and freeradius were tried without, and do not start',
  },
];

/** For Debian and derivatives, by os-release: what particular Debian packages leave in a tree. */
export const DEBIAN: readonly Rule[] = [
  ...FIRST_BOOT.map(firstBootRule),
  {
    id: 'debian/iscsi-initiator-name',
    match: ['etc/iscsi/initiatorname.iscsi'],
    when: { type: 'file' },
    action: { do: 'replace', content: 'GenerateName=yes\n' },
    mayBeChosen: true,
    why: 'A random name of this machine; open-iscsi generates a new one from this text.',
    source: 'Debian open-iscsi: startup-checks.sh',
  },
  {
    id: 'debian/popularity-contest',
    match: ['etc/popularity-contest.conf'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'popularity-contest' },
    why: 'Contains a random ID and the day on which the survey is sent; the choice to take part stays.',
    source: 'livecd-rootfs; Debian popularity-contest: postinst',
  },
  {
    id: 'debian/debconf-scratch',
    match: ['var/cache/debconf/tmp.ci{,/**}'],
    when: { unclaimed: true },
    action: { do: 'drop' },
    why: 'Questions of packages that were about to be installed; the next installation makes the directory again.',
    source: 'debconf: dpkg-preconfigure',
  },
  {
    id: 'debian/console-setup-cache',
    match: ['etc/console-setup/cached_*'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Console settings compiled at installation; recreated at boot.',
    source: 'Tails',
  },
  {
    id: 'debian/insserv-dependencies',
    match: ['etc/init.d/.depend.{boot,start,stop}'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'The order of start scripts after installation; insserv recreates it.',
    source: 'Kicksecure',
  },
  {
    id: 'debian/initramfs-tools-state',
    match: ['var/lib/initramfs-tools/**'],
    when: { type: 'file', policy: { name: 'initramfs', value: 'drop' } },
    action: { do: 'drop' },
    why: 'Digests of initramfs images, which are dropped as well.',
    source: 'Tails',
  },
  {
    id: 'debian/deb-systemd-helper-state',
    match: ['var/lib/systemd/deb-systemd-{helper,user-helper}-{enabled,masked}/**'],
    action: { do: 'keep' },
    why: 'Tells upgrades which units the administrator enabled; its order has no meaning.',
    source: 'init-system-helpers',
  },
  {
    id: 'debian/python-runtimes',
    match: ['var/lib/python/**'],
    action: { do: 'keep' },
    why: 'Tells py3compile for which Python releases packages were set up.',
    source: 'Debian python3-minimal',
  },
  {
    id: 'debian/cracklib',
    match: ['var/cache/cracklib/*'],
    action: { do: 'keep' },
    why: 'The word list is sorted, and password checks fail without it.',
    source: 'Tails; Debian cracklib-runtime',
  },
  {
    id: 'debian/kernel-links',
    match: ['{,boot/}{vmlinuz,initrd.img}{,.old}', 'etc/kernel-img.conf'],
    action: { do: 'keep' },
    why: 'Boot loaders find kernel and initramfs by these names.',
    source: 'debootstrap',
  },
  {
    id: 'debian/snapd-state',
    match: [
      'var/lib/snapd/{state.json,system-key}',
      'var/lib/snapd/{cookie,sequence,device,apparmor,cache}/**',
      'var/lib/snapd/seccomp/bpf/**',
      'var/lib/snapd/assertions/asserts-v0/serial/**',
    ],
    when: { type: 'file', missing: 'var/lib/snapd/seed/seed.yaml' },
    action: { do: 'drop' },
    why: 'Times, random cookies and the serial number of a machine; snapd recreates them.',
    source: 'livecd-rootfs',
  },
  {
    id: 'debian/snapd-preseed',
    match: ['var/lib/snapd/state.json'],
    when: { type: 'file', exists: 'var/lib/snapd/seed/seed.yaml' },
    action: { do: 'report' },
    toDecide: true,
    why: 'Snaps were preinstalled; their state contains times and random values and must match the snaps.',
    source: 'livecd-rootfs',
  },
  ...DEBIAN_BUILD_MACHINE,
  ...DEBIAN_DRAWN,
  ...DEBIAN_SERVICE_KEYS,
  ...DEBIAN_DATABASES,
  ...DEBIAN_OWNERS,
];
