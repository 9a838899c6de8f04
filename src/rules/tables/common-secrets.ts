import type { Condition, Rule } from '../rule.ts';
import { HOST_ENROLMENT } from './common-credentials.ts';

/** Where systems keep `etc`: in place, as image-based systems ship it, and as factory default. */
const ETC = '{etc,usr/etc,usr/local/etc,usr/share/factory/etc}';

/** The private keys with which an ssh server proves its identity: OpenSSH, dropbear (its initramfs too), TinySSH. */
const HOST_KEYS: readonly string[] = [
  `${ETC}/{ssh,openssh}/{,**/}ssh_host_*_key`,
  `${ETC}/{dropbear,dropbear-initramfs}/{,**/}dropbear_*_host_key`,
  'var/lib/dropbear/{,**/}dropbear_*_host_key',
  `${ETC}/{tinyssh,tinyssh-initramfs}/{,**/}{,.}ed25519.sk`,
];

/** Their public halves, which are just as random. */
const HOST_KEYS_PUBLIC: readonly string[] = [
  `${ETC}/{ssh,openssh}/{,**/}ssh_host_*_key.pub`,
  `${ETC}/{dropbear,dropbear-initramfs}/{,**/}dropbear_*_host_key.pub`,
  'var/lib/dropbear/{,**/}dropbear_*_host_key.pub',
  `${ETC}/{tinyssh,tinyssh-initramfs}/{,**/}ed25519.pk`,
];

/**
 * Random keys that packages generate for their services during installation, so that no two bootstraps are equal.
 * Only automatically generated keys are here, with what recreates them: `--policy service-keys=drop` removes everything of
 * a service, including certificates, since half of a pair would keep the service from starting.
 */
export interface ServiceRow {
  /** Part of the ids. */
  readonly id: string;
  /** What it is, as the beginning of a sentence. */
  readonly key: string;
  /** The private files. */
  readonly keys: readonly string[];
  /** The files that belong to them. */
  readonly others?: readonly string[];
  /** What recreates it, as the end of a sentence. */
  readonly remake: string;
  readonly source: string;
}

const SERVICES: readonly ServiceRow[] = [
  {
    id: 'bind',
    key: 'The key that controls the name server BIND',
    keys: ['etc/{,bind/,named/}rndc.key'],
    remake: '`rndc-confgen -a` generates one',
    source: 'Debian bind9, Fedora bind: postinst, named-setup-rndc; tried without',
  },
  {
    id: 'nsd',
    key: 'The keys that control the name server NSD',
    keys: ['etc/nsd/nsd_{server,control}.key'],
    others: ['etc/nsd/nsd_{server,control}.pem'],
    remake: '`nsd-control-setup` generates new ones',
    source: 'Debian nsd: postinst',
  },
  {
    id: 'unbound',
    key: 'The keys that control the name server Unbound',
    keys: ['{etc,var/lib}/unbound/unbound_{server,control}.key'],
    others: ['{etc,var/lib}/unbound/unbound_{server,control}.pem'],
    remake: '`unbound-control-setup` generates new ones',
    source: 'Debian unbound: postinst',
  },
  {
    id: 'erlang',
    key: 'The cookie that opens an Erlang node',
    keys: ['{root,home/*,var/lib/*}/.erlang.cookie'],
    remake: 'Erlang generates one when it starts',
    source: 'Debian rabbitmq-server, ejabberd; Erlang: auth module; tried without',
  },
  {
    id: 'ejabberd',
    key: 'The key and certificate of the chat server ejabberd',
    keys: ['etc/ejabberd/*.pem'],
    remake: 'it starts without them',
    source: 'Debian ejabberd: preinst; tried without',
  },
  {
    id: 'cluster',
    key: 'The secret that nodes of a cluster share',
    keys: ['etc/{pacemaker,corosync}/authkey'],
    remake: '`corosync-keygen` generates one for all nodes',
    source: 'Debian pacemaker-common: postinst; corosync',
  },
  {
    id: 'munge',
    key: 'The secret that nodes share for MUNGE authentication',
    keys: ['etc/munge/munge.key'],
    remake: '`mungekey --create` generates one before munged starts',
    source: 'Debian munge: postinst',
  },
  {
    id: 'brltty',
    key: 'The key of the braille service BrlAPI',
    keys: ['etc/brlapi.key'],
    remake: '`mcookie >/etc/brlapi.key` generates one',
    source: 'Debian brltty: postinst',
  },
  {
    id: 'tripwire',
    key: 'The keys that sign the settings of Tripwire',
    keys: ['etc/tripwire/*.key'],
    others: ['etc/tripwire/tw.{cfg,pol}'],
    remake: '`dpkg-reconfigure tripwire` generates new ones',
    source: 'Debian tripwire: postinst',
  },
  {
    id: 'xrdp',
    key: 'The key of the remote desktop server xrdp',
    keys: ['etc/xrdp/rsakeys.ini'],
    remake: '`xrdp-keygen xrdp auto` generates one',
    source: 'Debian xrdp: postinst',
  },
  {
    id: 'ircd',
    key: 'The key and certificate of the chat server ircd-hybrid',
    keys: ['etc/ircd-hybrid/key/ircd.key'],
    others: ['etc/ircd-hybrid/key/ircd.pem'],
    remake: '`dpkg-reconfigure ircd-hybrid` generates new ones',
    source: 'Debian ircd-hybrid: postinst',
  },
  {
    id: 'quassel',
    key: 'The key and certificate of the chat server quassel-core',
    keys: ['var/lib/quassel/quasselCert.pem'],
    remake: '`dpkg-reconfigure quassel-core` generates new ones',
    source: 'Debian quassel-core: postinst',
  },
  {
    id: 'varnish',
    key: 'The secret of the control port of Varnish',
    keys: ['etc/varnish/secret'],
    remake: '`dpkg-reconfigure varnish` or `uuidgen` generates one before it starts',
    source: 'Debian varnish: postinst, varnish.service; varnishd(1)',
  },
  {
    id: 'postsrsd',
    key: 'The secret that signs the addresses PostSRSd rewrites',
    keys: ['etc/postsrsd.secret'],
    remake: '`dpkg-reconfigure postsrsd` generates one before it starts',
    source: 'Debian postsrsd: postinst; postsrsd(8)',
  },
  {
    id: 'fence',
    key: 'The secret of fence-virtd',
    keys: ['etc/fence_virt.key'],
    remake: '`dpkg-reconfigure fence-virtd` generates one, which hosts and guests share',
    source: 'Debian fence-virtd: postinst',
  },
  {
    id: 'epoptes',
    key: 'The key and certificate of the class room server epoptes',
    keys: ['etc/epoptes/server.key'],
    others: ['etc/epoptes/server.crt'],
    remake: '`dpkg-reconfigure epoptes` generates new ones',
    source: 'Debian epoptes: postinst',
  },
  {
    id: 'openiked',
    key: 'The key of the IPsec daemon OpenIKED',
    keys: ['etc/iked/private/local.key'],
    others: ['etc/iked/local.pub'],
    remake: '`dpkg-reconfigure openiked` generates one',
    source: 'Debian openiked: postinst',
  },
  {
    id: 'xpra',
    key: 'The key and certificate of the remote desktop server xpra',
    keys: ['etc/xpra/{key,ssl-cert}.pem'],
    others: ['etc/xpra/cert.pem'],
    remake: '`dpkg-reconfigure xpra` generates new ones',
    source: 'Debian xpra: postinst',
  },
  {
    id: 'inetsim',
    key: 'The key and certificate of the simulated services of INetSim',
    keys: ['var/lib/inetsim/certs/default_key.pem'],
    others: ['var/lib/inetsim/certs/default_cert.pem'],
    remake: '`dpkg-reconfigure inetsim` generates new ones',
    source: 'Debian inetsim: postinst',
  },
  {
    id: 'pollen',
    key: 'The key and certificate of the entropy server pollen',
    keys: ['etc/pollen/key.pem'],
    others: ['etc/pollen/cert.pem'],
    remake: '`dpkg-reconfigure pollen` generates new ones',
    source: 'Debian pollen: postinst',
  },
  {
    id: 'partimage',
    key: 'The key and certificate of the image server partimaged',
    keys: ['etc/partimaged/partimaged.key'],
    others: ['etc/partimaged/partimaged.{cert,rand}'],
    remake: '`dpkg-reconfigure partimage-server` generates new ones',
    source: 'Debian partimage-server: postinst',
  },
  {
    id: 'telnetd',
    key: 'The key and certificate of the telnet server telnetd-ssl',
    keys: ['etc/telnetd-ssl/telnetd.pem'],
    remake: '`dpkg-reconfigure telnetd-ssl` generates new ones',
    source: 'Debian telnetd-ssl: postinst',
  },
];

/** @param layer of the rules, the first part of their ids */
export function serviceKeyRules(
  layer: string,
  { id, key, keys, others = [], remake, source }: ServiceRow,
): Rule[] {
  const when = (value: string): Condition => ({ type: 'file', policy: { name: 'service-keys', value } });
  return [
    {
      id: `${layer}/secret-${id}-keys`,
      match: keys,
      when: when('report'),
      action: { do: 'report' },
      toDecide: true,
      why: `${key}; ${remake}.`,
      source,
    },
    {
      id: `${layer}/${id}-keys`,
      match: [...keys, ...others],
      when: when('drop'),
      action: { do: 'drop' },
      why: `${key}; ${remake}.`,
      source,
    },
  ];
}

const SERVICE_KEYS: readonly Rule[] = SERVICES.flatMap((row) => serviceKeyRules('common', row));

/** Random private keys that packages generate during installation. Those put there by a user are in common-credentials.ts. */
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
    // Without etckeeper, a user is keeping etc in a repository.
    id: 'common/etc-history',
    match: ['etc/{.git,.hg,.bzr,_darcs}', 'etc/.etckeeper'],
    when: { exists: 'etc/.etckeeper', unclaimed: true, policy: { name: 'etc-history', value: 'drop' } },
    action: { do: 'drop' },
    why: 'The history of the build: times, the host name, and digests of all files in etc that rules change.',
    source: 'Debian etckeeper: postinst',
  },
  ...SERVICE_KEYS,
];
