import { DEBIAN } from '../../../src/rules/tables/debian.ts';
import { DEBIAN_BUILD_MACHINE } from '../../../src/rules/tables/debian-build-machine.ts';
import { DEBIAN_DATABASES } from '../../../src/rules/tables/debian-databases.ts';
import { DEBIAN_DRAWN } from '../../../src/rules/tables/debian-drawn.ts';
import { DEBIAN_OWNERS } from '../../../src/rules/tables/debian-owners.ts';
import { DEBIAN_SERVICE_KEYS } from '../../../src/rules/tables/debian-service-keys.ts';
import { testCases } from './cases.ts';

/** They have separate tests. */
const ELSEWHERE: ReadonlySet<string> = new Set(
  [
    ...DEBIAN_OWNERS,
    ...DEBIAN_DATABASES,
    ...DEBIAN_BUILD_MACHINE,
    ...DEBIAN_DRAWN,
    ...DEBIAN_SERVICE_KEYS,
  ].map(({ id }) => id),
);
const OTHERS = DEBIAN.filter(({ id }) => !ELSEWHERE.has(id));

testCases('rules/tables/debian', OTHERS, [
  {
    rule: 'debian/ssh-host-keys-needed',
    fires: ['usr/sbin/sshd'],
    spares: ['usr/bin/ssh'],
    with: ['etc/ssh/ssh_host_ed25519_key'],
  },
  { rule: 'debian/ssh-host-keys-needed', fires: [], spares: ['usr/sbin/sshd'] },
  {
    rule: 'debian/ssh-host-keys-needed',
    fires: [],
    spares: ['usr/sbin/sshd'],
    with: ['etc/ssh/ssh_host_ed25519_key', 'usr/bin/cloud-init'],
  },
  {
    rule: 'debian/ssh-host-keys-needed',
    fires: [],
    spares: ['usr/sbin/sshd'],
    with: ['etc/ssh/ssh_host_rsa_key', 'usr/lib/systemd/system/sshd-keygen.service'],
  },
  { rule: 'debian/ssh-host-keys-needed', fires: ['usr/sbin/sshd'], with: ['etc/ssh/ssh_host_ecdsa_key'] },
  {
    rule: 'debian/dropbear-host-keys-needed',
    fires: ['usr/sbin/dropbear'],
    spares: ['usr/bin/dropbearkey'],
    with: ['etc/dropbear/dropbear_rsa_host_key'],
  },
  { rule: 'debian/dropbear-host-keys-needed', fires: [], spares: ['usr/sbin/dropbear'] },
  {
    rule: 'debian/snakeoil-needed',
    fires: [
      'usr/sbin/make-ssl-cert',
      'etc/postgresql/15/main/postgresql.conf',
      'etc/dovecot/private/dovecot.pem -> /etc/ssl/certs/ssl-cert-snakeoil.pem',
      'etc/freeradius/3.0/mods-enabled/eap -> ../mods-available/eap',
      'etc/apache2/sites-enabled/default-ssl.conf -> ../sites-available/default-ssl.conf',
    ],
    spares: ['etc/apache2/sites-available/default-ssl.conf', 'etc/dovecot/dovecot.conf'],
    with: ['etc/ssl/certs/ssl-cert-snakeoil.pem'],
  },
  { rule: 'debian/snakeoil-needed', fires: [], spares: ['usr/sbin/make-ssl-cert'] },
  {
    rule: 'debian/snakeoil-needed',
    fires: [],
    spares: ['usr/sbin/make-ssl-cert'],
    with: ['etc/ssl/certs/ssl-cert-snakeoil.pem'],
    policies: { snakeoil: 'keep' },
  },
  {
    rule: 'debian/iscsi-initiator-name',
    fires: ['etc/iscsi/initiatorname.iscsi'],
    spares: ['etc/iscsi/iscsid.conf'],
  },
  {
    rule: 'debian/popularity-contest',
    fires: ['etc/popularity-contest.conf'],
    spares: ['etc/popularity-contest.d/x.conf'],
  },
  {
    rule: 'debian/debconf-scratch',
    fires: ['var/cache/debconf/tmp.ci/', 'var/cache/debconf/tmp.ci/postfix.template.Zx81ab'],
    spares: ['var/cache/debconf/config.dat', 'var/lib/dpkg/tmp.ci/'],
  },
  {
    rule: 'debian/debconf-scratch',
    fires: [],
    spares: ['var/cache/debconf/tmp.ci/'],
    owned: ['var/cache/debconf/tmp.ci'],
  },
  {
    rule: 'debian/console-setup-cache',
    fires: ['etc/console-setup/cached_UTF-8_del.kmap.gz', 'etc/console-setup/cached_setup_font.sh'],
    spares: ['etc/console-setup/remap.inc', 'etc/default/console-setup'],
  },
  {
    rule: 'debian/insserv-dependencies',
    fires: ['etc/init.d/.depend.boot', 'etc/init.d/.depend.start', 'etc/init.d/.depend.stop'],
    spares: ['etc/init.d/cron', 'etc/init.d/.depend', 'etc/.depend.boot'],
  },
  {
    rule: 'debian/initramfs-tools-state',
    fires: ['var/lib/initramfs-tools/6.1.0-18-amd64'],
    spares: ['var/lib/initramfs-tools/', 'etc/initramfs-tools/modules'],
    policies: { initramfs: 'drop' },
  },
  { rule: 'debian/initramfs-tools-state', fires: [], spares: ['var/lib/initramfs-tools/6.1.0-18-amd64'] },
  {
    rule: 'debian/deb-systemd-helper-state',
    fires: ['var/lib/systemd/deb-systemd-helper-enabled/multi-user.target.wants/cron.service'],
    spares: ['var/lib/systemd/timers/stamp-x.timer'],
  },
  { rule: 'debian/python-runtimes', fires: ['var/lib/python/python3.11_installed'] },
  {
    rule: 'debian/cracklib',
    fires: ['var/cache/cracklib/cracklib_dict.pwd'],
    spares: ['var/cache/cracklib2/x'],
  },
  {
    rule: 'debian/kernel-links',
    fires: [
      'vmlinuz -> boot/vmlinuz-6.1.0-18-amd64',
      'boot/initrd.img -> initrd.img-6.1.0',
      'etc/kernel-img.conf',
    ],
    spares: ['boot/initrd.img-6.1.0'],
  },
  {
    rule: 'debian/snapd-state',
    fires: ['var/lib/snapd/state.json', 'var/lib/snapd/cookie/snap.core', 'var/lib/snapd/seccomp/bpf/x.bin'],
    spares: [
      'var/lib/snapd/cookie/',
      'var/lib/snapd/snaps/core.snap',
      'var/lib/snapd/assertions/asserts-v0/model/x',
    ],
  },
  {
    rule: 'debian/snapd-state',
    fires: [],
    spares: ['var/lib/snapd/state.json'],
    with: ['var/lib/snapd/seed/seed.yaml'],
  },
  {
    rule: 'debian/snapd-preseed',
    fires: ['var/lib/snapd/state.json'],
    spares: ['var/lib/snapd/system-key', 'var/lib/snapd/seed/seed.yaml'],
  },
  { rule: 'debian/snapd-preseed', fires: [], spares: ['var/lib/snapd/state.json'] },
]);
