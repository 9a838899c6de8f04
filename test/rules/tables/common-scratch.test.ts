import { COMMON_SCRATCH } from '../../../src/rules/tables/common-scratch.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/common-scratch', COMMON_SCRATCH, [
  {
    rule: 'common/tmp',
    fires: ['tmp/x', 'tmp/.hidden/y', 'var/tmp/z/', 'tmp/link -> /etc/passwd'],
    spares: ['tmp/', 'var/tmp/', 'usr/tmp/x', 'tmpfiles'],
  },
  { rule: 'common/tmp-mode', fires: ['tmp/', 'var/tmp/'], spares: ['usr/tmp/', 'var/'] },
  { rule: 'common/tmp-mode', fires: [], spares: ['tmp -> var/tmp'] },
  { rule: 'common/tmp-owner', fires: ['tmp/', 'var/tmp/'], spares: ['usr/tmp/', 'var/'] },
  {
    rule: 'common/run',
    fires: ['run/utmp', 'run/lock/subsys/', 'run/systemd/x', 'run/.containerenv'],
    spares: ['run/', 'run/lock/', 'var/run -> ../run', 'usr/run/x'],
  },
  {
    rule: 'common/kernel-file-systems',
    fires: ['proc/1/status', 'sys/kernel/'],
    spares: ['proc/', 'sys/', 'usr/proc/x', 'system/x'],
  },
  {
    rule: 'common/device-nodes',
    fires: ['dev/null:character', 'dev/pts/', 'dev/fd -> /proc/self/fd', 'dev/disk/by-uuid/x -> ../../sda'],
    spares: ['dev/', 'usr/dev/x'],
    with: ['usr/lib/os-release', 'init'],
  },
  {
    rule: 'common/device-nodes-without-init',
    fires: ['dev/null:character', 'dev/pts/'],
    spares: ['dev/', 'usr/dev/x'],
  },
  // An initramfs: busybox with an init, dracut, and the first stage of debootstrap, which made them.
  ...[
    ['init'],
    ['init', 'etc/os-release', 'etc/initrd-release'],
    ['etc/os-release', 'debootstrap/debootstrap'],
  ].flatMap((beside) =>
    ['common/device-nodes', 'common/device-nodes-without-init'].map((rule) => ({
      rule,
      fires: [],
      spares: ['dev/console:character'],
      with: beside,
    })),
  ),
  {
    rule: 'common/device-nodes',
    fires: [],
    spares: ['dev/null:character'],
    with: ['etc/os-release'],
    policies: { 'device-nodes': 'keep' },
  },
  { rule: 'common/lost-and-found', fires: ['lost+found/'], spares: ['home/lost+found/', 'lost/'] },
  {
    rule: 'common/container-markers',
    fires: ['.dockerenv', '.dockerinit'],
    spares: ['root/.dockerenv', 'dockerenv'],
  },
  {
    rule: 'common/builder-directories',
    fires: ['debootstrap/', 'debootstrap/debootstrap.log', 'alpm-hooks/usr/x'],
    spares: ['usr/share/debootstrap/', 'usr/share/debootstrap/functions', 'etc/alpm-hooks/'],
  },
  { rule: 'common/builder-directories', fires: [], spares: ['debootstrap'] },
  {
    rule: 'common/builder-directories',
    fires: [],
    spares: ['debootstrap/', 'debootstrap/required', 'debootstrap/suite'],
    with: ['debootstrap/debootstrap'],
  },
  {
    rule: 'common/second-stage',
    fires: ['debootstrap/debootstrap'],
    spares: ['usr/sbin/debootstrap', 'debootstrap/suite'],
  },
  {
    rule: 'common/second-stage-of-cdebootstrap',
    fires: ['sbin/cdebootstrap-foreign', 'usr/sbin/cdebootstrap-foreign'],
    spares: ['usr/bin/cdebootstrap'],
  },
  {
    rule: 'common/second-stage-log',
    fires: ['debootstrap/debootstrap.log'],
    spares: ['debootstrap/required'],
    with: ['debootstrap/debootstrap'],
  },
  { rule: 'common/builder-files', fires: ['debuerreotype-epoch'], spares: ['etc/debuerreotype-epoch'] },
  {
    rule: 'common/kiwi-files',
    fires: ['.kconfig', '.profile', 'image/config.xml', 'etc/x.kiwi'],
    spares: ['root/.profile', 'usr/image/x', 'etc/x.conf', 'images/x'],
  },
  { rule: 'common/kiwi-files', fires: [], spares: ['.profile', 'image/photo.png'] },
  {
    rule: 'common/foreign-qemu',
    fires: ['usr/bin/qemu-aarch64-static', 'usr/libexec/qemu-binfmt/arm'],
    spares: ['usr/bin/qemu-arm-static', 'usr/bin/qemu-img', 'usr/local/bin/qemu-arm-static'],
    owned: ['usr/bin/qemu-arm-static'],
  },
  { rule: 'common/foreign-qemu', fires: [], spares: ['usr/bin/qemu-arm-static'] },
  {
    rule: 'common/backup-files',
    fires: ['boot/config.bak', 'boot/initrd.img-6.1.0.old-dkms'],
    spares: ['boot/vmlinuz-6.1.0', 'etc/x.bak', 'boot/grub/x.bak'],
  },
  {
    rule: 'common/leftovers-report',
    fires: [
      'etc/ssh/sshd_config.dpkg-dist',
      'usr/share/x.rpmsave',
      'etc/pacman.conf.pacnew',
      'etc/fstab~',
      'srv/.#notes',
      'root/.x.swp',
      'etc/hosts.orig',
    ],
    spares: [
      'var/lib/dpkg/info/x.dpkg-new',
      'usr/share/doc/x~',
      'etc/fstab',
      'usr/share/a.orig',
      'etc/x.swap',
    ],
  },
  {
    rule: 'common/leftovers',
    fires: ['etc/ssh/sshd_config.dpkg-dist', 'etc/fstab~', 'var/x/.y.swo', 'etc/x.rpmnew'],
    spares: ['usr/share/x.rpmsave', 'var/lib/ucf/cache/:etc:x~', 'etc/fstab', 'etc/dir~/'],
    policies: { leftovers: 'drop' },
  },
]);
