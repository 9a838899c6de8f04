import { COMMON_CACHES, COMMON_SCRATCH } from '../../../src/rules/tables/common-caches.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/common-caches', COMMON_CACHES, [
  {
    rule: 'common/ldconfig-aux-cache',
    fires: ['var/cache/ldconfig/aux-cache', 'var/cache/ldconfig/aux-cache~'],
    spares: ['var/cache/ldconfig/', 'var/cache/ldconfig/aux-cache.x', 'etc/ld.so.cache'],
  },
  { rule: 'common/ld-so-cache', fires: ['etc/ld.so.cache'], spares: ['etc/ld.so.cache~', 'etc/ld.so.conf'] },
  {
    rule: 'common/journal-catalog',
    fires: ['var/lib/systemd/catalog/database'],
    spares: ['usr/lib/systemd/catalog/systemd.catalog', 'var/lib/systemd/catalog/'],
    policies: { catalog: 'drop' },
  },
  { rule: 'common/journal-catalog', fires: [], spares: ['var/lib/systemd/catalog/database'] },
  {
    rule: 'common/hwdb-in-etc',
    fires: ['etc/udev/hwdb.bin'],
    spares: ['usr/lib/udev/hwdb.bin', 'etc/udev/hwdb.d/x.hwdb'],
  },
  { rule: 'common/hwdb-in-etc', fires: [], spares: ['etc/udev/hwdb.bin'] },
  { rule: 'common/hwdb-in-etc-unmerged', fires: ['etc/udev/hwdb.bin'], spares: ['lib/udev/hwdb.bin'] },
  { rule: 'common/hwdb-in-etc-unmerged', fires: [], spares: ['etc/udev/hwdb.bin'] },
  {
    rule: 'common/updated-stamps',
    fires: ['etc/.updated', 'var/.updated'],
    spares: ['usr/.updated', 'etc/updated', 'var/lib/.updated'],
  },
  {
    rule: 'common/updated-stamps',
    fires: [],
    spares: ['var/.updated'],
    policies: { 'updated-stamps': 'keep' },
  },
  {
    rule: 'common/updated-stamps-rewrite',
    fires: ['etc/.updated', 'var/.updated'],
    spares: ['usr/.updated', 'etc/updated'],
    policies: { 'updated-stamps': 'rewrite' },
  },
  {
    rule: 'common/python-bytecode',
    fires: [
      'usr/lib/python2.7/os.pyc',
      'usr/lib/python2.7/site/x.pyo',
      'usr/lib/x/__pycache__/y.cpython-311.pyc',
    ],
    spares: [
      'opt/app/sourceless.pyc',
      'usr/lib/python3/x.py',
      'usr/lib/python3/__pycache__/owned.cpython-311.pyc',
      'usr/lib/python2.7/os.py',
    ],
    owned: [
      'usr/lib/x/__pycache__',
      'usr/lib/python3/__pycache__',
      'usr/lib/python3/__pycache__/owned.cpython-311.pyc',
    ],
  },
  { rule: 'common/python-bytecode', fires: [], spares: ['usr/lib/x/__pycache__/y.cpython-311.pyc'] },
  {
    rule: 'common/python-bytecode',
    fires: [],
    spares: ['usr/lib/x/__pycache__/y.cpython-311.pyc'],
    owned: [],
    policies: { 'python-bytecode': 'keep' },
  },
  {
    rule: 'common/python-bytecode',
    fires: [],
    spares: ['usr/lib/x/__pycache__/y.cpython-311.pyc'],
    owned: [],
    policies: { 'python-bytecode': 'rewrite' },
  },
  {
    rule: 'common/python-cache-directories',
    fires: ['usr/lib/python3/dist-packages/__pycache__/', 'opt/__pycache__/'],
    spares: ['usr/lib/shipped/__pycache__/', 'usr/lib/python3/', 'usr/lib/x__pycache__/'],
    owned: ['usr/lib/shipped/__pycache__'],
  },
  {
    rule: 'common/emacs-bytecode',
    fires: ['usr/share/emacs/site-lisp/x/y.elc', 'usr/share/emacs28/site-lisp/y.eln'],
    spares: ['usr/share/emacs/site-lisp/x/y.el', 'usr/share/emacs/28.2/lisp/simple.elc'],
    owned: [],
    policies: { 'emacs-bytecode': 'drop' },
  },
  { rule: 'common/emacs-bytecode', fires: [], spares: ['usr/share/emacs/site-lisp/y.elc'], owned: [] },
  {
    rule: 'common/sgml-catalogs',
    fires: ['etc/sgml/catalog', 'etc/xml/catalog', 'usr/share/perl5/XML/SAX/ParserDetails.ini'],
    spares: ['etc/xml/x.xml'],
  },
  {
    rule: 'common/man-index',
    fires: [
      'var/cache/man/index.db',
      'var/cache/man/de/cat1/',
      'var/cache/man/CACHEDIR.TAG',
      'usr/share/man/index.db',
    ],
    spares: ['var/cache/man/', 'usr/share/man/man1/index.db', 'usr/share/man/man1/ls.1.gz'],
  },
  { rule: 'common/info-directory-backup', fires: ['usr/share/info/dir.old'], spares: ['usr/share/info/dir'] },
  {
    rule: 'common/locale-archive',
    fires: ['usr/lib/locale/locale-archive'],
    spares: ['usr/lib/locale/C.utf8/LC_TIME'],
  },
  {
    rule: 'common/locate-database',
    fires: [
      'var/lib/plocate/plocate.db',
      'var/lib/mlocate/mlocate.db',
      'var/cache/locate/locatedb',
      'var/cache/locate/locatedb.n',
    ],
    spares: ['var/lib/plocate/', 'var/lib/plocate/CACHEDIR.TAG', 'etc/updatedb.conf'],
  },
  {
    rule: 'common/packagekit-state',
    fires: ['var/lib/PackageKit/transactions.db', 'var/cache/PackageKit/12/metadata/x'],
    spares: ['var/cache/PackageKit/', 'var/lib/PackageKit/offline-update-action', 'etc/PackageKit/x.conf'],
  },
  {
    rule: 'common/apparmor-cache',
    fires: [
      'var/cache/apparmor/26b63962.0/usr.bin.man',
      'etc/apparmor.d/cache.d/x',
      'etc/apparmor.d/cache/.features',
    ],
    spares: ['var/cache/apparmor/', 'etc/apparmor.d/usr.bin.man', 'etc/apparmor.d/local/usr.bin.man'],
  },
  {
    rule: 'common/selinux-binaries',
    fires: ['etc/selinux/targeted/contexts/files/file_contexts.bin', 'etc/selinux/targeted/policy/policy.33'],
    spares: ['etc/selinux/config'],
  },
  {
    rule: 'common/java-trust-store',
    fires: ['etc/ssl/certs/java/cacerts', 'etc/pki/ca-trust/extracted/java/cacerts'],
    spares: ['etc/ssl/certs/ca-certificates.crt', 'etc/pki/ca-trust/extracted/java/README'],
    with: ['usr/lib/jvm/java-17/bin/java'],
    owned: ['etc/pki/ca-trust/extracted/java/cacerts'],
  },
  {
    rule: 'common/java-trust-store-of-runtime',
    fires: ['usr/lib/jvm/java-17/lib/security/cacerts', 'usr/lib/jvm/java-8/jre/lib/security/cacerts'],
    spares: [
      'usr/lib/jvm/java-17/lib/security/default.policy',
      'usr/lib/jvm/java-11/lib/security/cacerts',
      'usr/lib/jvm/java-21/lib/security/cacerts -> /etc/ssl/certs/java/cacerts',
    ],
    owned: ['usr/lib/jvm/java-11/lib/security/cacerts'],
  },
  {
    rule: 'common/locale-settings',
    fires: ['etc/locale.conf', 'etc/default/locale'],
    spares: ['etc/locale.gen', 'etc/default/useradd', 'etc/locale.alias -> /usr/share/locale/locale.alias'],
  },
  {
    rule: 'common/ca-certificates',
    fires: ['etc/ssl/certs/ca-certificates.crt', 'etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem'],
    spares: ['etc/ssl/certs/ssl-cert-snakeoil.pem'],
  },
  {
    rule: 'common/compiler-caches',
    fires: [
      'root/.ccache/0/a/manifest',
      'root/.cache/ccache/f/stats',
      'home/alice/.cache/sccache/0/1/x',
      'var/cache/ccache/a/b',
    ],
    spares: [
      'root/.ccache/ccache.conf',
      'root/.cache/ccache/ccache.conf',
      'root/.config/ccache/ccache.conf',
      'usr/lib/ccache/gcc -> ../../bin/ccache',
      'opt/app/.ccache/x',
      'root/.cache/ccache-like/x',
      'var/cache/ccache/owned',
    ],
    owned: ['var/cache/ccache/owned'],
  },
  {
    rule: 'common/compiler-caches',
    fires: [],
    spares: ['root/.ccache/0/a/manifest'],
    policies: { 'language-caches': 'keep' },
  },
]);

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
