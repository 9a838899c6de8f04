import type { Rule } from '../rule.ts';
import { HOST_ENROLMENT } from './host-enrolment.ts';
import { HOST_KEYS, HOST_KEYS_PUBLIC } from './host-keys.ts';
import { SERVICE_KEYS } from './service-keys.ts';

/** Private keys that packages make at random while they are installed. Those that somebody put there are in common-credentials.ts. */
export const COMMON_SECRETS: readonly Rule[] = [
  {
    id: 'common/credential-secret',
    match: ['var/lib/systemd/credential.secret'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'The random encryption key of systemd-creds; recreated when needed.',
    source: 'mkosi; systemd: Building Images',
  },
  {
    id: 'common/ssh-host-keys',
    match: [...HOST_KEYS, ...HOST_KEYS_PUBLIC],
    when: { policy: { name: 'ssh-host-keys', value: 'drop' } },
    action: { do: 'drop' },
    why: 'Random keys that would be the same on every machine made from the image.',
    source: 'live-build, livecd-rootfs, virt-sysprep, OpenEmbedded, Buildroot, mkinitcpio-dropbear',
  },
  {
    id: 'common/secret-ssh-host-keys',
    match: HOST_KEYS,
    when: { policy: { name: 'ssh-host-keys', value: 'report' } },
    action: { do: 'report' },
    why: 'A private ssh host key is in the image: it is random, and everyone who has the image has it.',
    source: 'live-build, livecd-rootfs, virt-sysprep, OpenEmbedded',
  },
  {
    id: 'common/snakeoil',
    match: ['etc/ssl/private/ssl-cert-snakeoil.key', 'etc/ssl/certs/ssl-cert-snakeoil.pem'],
    when: { policy: { name: 'snakeoil', value: 'drop' } },
    action: { do: 'drop' },
    why: 'A self-signed certificate with a random key; `make-ssl-cert generate-default-snakeoil` creates one.',
    source: 'live-build, Tails, livecd-rootfs',
  },
  {
    id: 'common/snakeoil-link',
    match: ['etc/ssl/certs/*'],
    when: {
      type: 'symlink',
      target: '**/ssl-cert-snakeoil.pem',
      policy: { name: 'snakeoil', value: 'drop' },
    },
    action: { do: 'drop' },
    why: 'A link named after the hash of the dropped certificate: the name is random, and the link dangles.',
    source: 'live-build, livecd-rootfs',
  },
  {
    id: 'common/secret-snakeoil',
    match: ['etc/ssl/private/ssl-cert-snakeoil.key', 'etc/pki/tls/private/localhost.key'],
    when: { policy: { name: 'snakeoil', value: 'report' } },
    action: { do: 'report' },
    why: 'A self-signed key generated at installation is in the image: it is random and no longer private.',
    source: 'live-build, Tails, livecd-rootfs, virt-sysprep',
  },
  {
    id: 'common/tls-localhost',
    match: ['etc/pki/tls/private/localhost.key', 'etc/pki/tls/certs/localhost.crt'],
    when: { owned: false, policy: { name: 'snakeoil', value: 'drop' } },
    action: { do: 'drop' },
    why: 'A self-signed certificate with a random key; httpd-init creates a new one at boot.',
    source: 'virt-sysprep',
  },
  {
    id: 'common/signing-keys',
    match: ['var/lib/dkms/mok.{key,pub}', 'var/lib/shim-signed/mok/**', 'usr/src/*/certs/signing_key.*'],
    when: { type: 'file', policy: { name: 'signing-keys', value: 'drop' } },
    action: { do: 'drop' },
    why: 'A random private key that signs kernel modules; modules already signed stay valid.',
    source: 'Kicksecure',
  },
  {
    id: 'common/secret-signing-keys',
    match: ['var/lib/dkms/mok.key', 'var/lib/shim-signed/mok/**', 'usr/src/*/certs/signing_key.pem'],
    when: { type: 'file', policy: { name: 'signing-keys', value: 'report' } },
    action: { do: 'report' },
    why: 'A private key that signs kernel modules is in the image: anyone who has it can sign modules.',
    source: 'Kicksecure',
  },
  {
    id: 'common/host-enrolment',
    match: HOST_ENROLMENT,
    when: { type: 'file', policy: { name: 'host-enrolment', value: 'drop' } },
    action: { do: 'drop' },
    why: 'Credentials of one enrolled machine, useless on another.',
    source: 'virt-sysprep',
  },
  {
    // Without etckeeper somebody keeps etc in a repository of their own.
    id: 'common/etc-history',
    match: ['etc/{.git,.hg,.bzr,_darcs}', 'etc/.etckeeper'],
    when: { exists: 'etc/.etckeeper', unclaimed: true, policy: { name: 'etc-history', value: 'drop' } },
    action: { do: 'drop' },
    why: 'The history of the build: times, the host name, and digests of all files in etc that rules change.',
    source: 'Debian etckeeper: postinst',
  },
  ...SERVICE_KEYS,
];
