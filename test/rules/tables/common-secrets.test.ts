import { COMMON_SECRETS } from '../../../src/rules/tables/common-secrets.ts';
import { testCases } from './cases.ts';

const SNAKEOIL = ['etc/ssl/private/ssl-cert-snakeoil.key', 'etc/ssl/certs/ssl-cert-snakeoil.pem'];
const ENROLMENT = [
  'etc/krb5.keytab',
  'etc/pki/consumer/key.pem',
  'etc/pki/entitlement/1.pem',
  'etc/sysconfig/rhn/systemid',
  'etc/ipa/default.conf',
  'var/lib/sss/db/cache.ldb',
  'var/lib/samba/private/secrets.tdb',
];

testCases('rules/tables/common-secrets', COMMON_SECRETS, [
  {
    rule: 'common/credential-secret',
    fires: ['var/lib/systemd/credential.secret'],
    spares: ['var/lib/systemd/credential.secret.d/x', 'etc/credstore/credential.secret'],
  },
  {
    rule: 'common/ssh-host-keys',
    fires: [
      'etc/ssh/ssh_host_rsa_key',
      'etc/ssh/ssh_host_ed25519_key.pub',
      'usr/etc/ssh/ssh_host_rsa_key',
      'usr/local/etc/ssh/ssh_host_rsa_key',
      'etc/ssh/initrd/ssh_host_ed25519_key',
      'etc/dropbear/dropbear_rsa_host_key',
      'etc/dropbear/dropbear_ed25519_host_key',
      'etc/dropbear/dropbear_ecdsa_host_key.pub',
      'etc/dropbear/initramfs/dropbear_ed25519_host_key',
      'etc/dropbear-initramfs/dropbear_dss_host_key',
      'usr/etc/dropbear/dropbear_rsa_host_key',
      'var/lib/dropbear/dropbear_rsa_host_key',
      'etc/tinyssh/sshkeydir/.ed25519.sk',
      'etc/tinyssh/sshkeydir/ed25519.pk',
    ],
    spares: [
      'etc/dropbear/initramfs/authorized_keys',
      'etc/dropbear/initramfs/dropbear.conf',
      'etc/dropbear/banner',
      'usr/share/dropbear/dropbear_rsa_host_key',
      'etc/ssh/sshd_config',
      'etc/ssh/ssh_host_key',
      'etc/ssh/moduli',
      'opt/etc/ssh/ssh_host_rsa_key',
    ],
  },
  {
    rule: 'common/ssh-host-keys',
    fires: [],
    spares: ['etc/ssh/ssh_host_rsa_key'],
    policies: { 'ssh-host-keys': 'keep' },
  },
  {
    rule: 'common/secret-ssh-host-keys',
    fires: ['etc/ssh/ssh_host_rsa_key', 'etc/dropbear/dropbear_rsa_host_key'],
    spares: ['etc/ssh/ssh_host_rsa_key.pub', 'etc/tinyssh/sshkeydir/ed25519.pk'],
    policies: { 'ssh-host-keys': 'report' },
  },
  {
    rule: 'common/snakeoil',
    fires: SNAKEOIL,
    spares: [
      'etc/ssl/private/server.key',
      'etc/ssl/certs/ca-certificates.crt',
      'usr/share/ssl-cert/ssleay.cnf',
    ],
  },
  {
    rule: 'common/snakeoil-link',
    fires: [
      'etc/ssl/certs/62742064.0 -> ssl-cert-snakeoil.pem',
      'etc/ssl/certs/62742064.1 -> /etc/ssl/certs/ssl-cert-snakeoil.pem',
    ],
    spares: [
      'etc/ssl/certs/02265526.0 -> Entrust_Root_Certification_Authority_-_G2.pem',
      'etc/ssl/certs/x.0 -> not-ssl-cert-snakeoil.pem',
      'etc/postfix/cert.pem -> /etc/ssl/certs/ssl-cert-snakeoil.pem',
    ],
    with: SNAKEOIL,
  },
  {
    rule: 'common/secret-snakeoil',
    fires: ['etc/ssl/private/ssl-cert-snakeoil.key', 'etc/pki/tls/private/localhost.key'],
    spares: ['etc/ssl/certs/ssl-cert-snakeoil.pem'],
    policies: { snakeoil: 'report' },
  },
  {
    rule: 'common/tls-localhost',
    fires: ['etc/pki/tls/private/localhost.key', 'etc/pki/tls/certs/localhost.crt'],
    spares: ['etc/pki/tls/certs/ca-bundle.crt', 'etc/pki/tls/private/www.key'],
    owned: [],
  },
  { rule: 'common/tls-localhost', fires: [], spares: ['etc/pki/tls/private/localhost.key'] },
  {
    rule: 'common/signing-keys',
    fires: [
      'var/lib/dkms/mok.key',
      'var/lib/dkms/mok.pub',
      'var/lib/shim-signed/mok/MOK.priv',
      'usr/src/linux-headers-6.1/certs/signing_key.pem',
    ],
    spares: [
      'usr/src/linux-headers-6.1/certs/Makefile',
      'var/lib/dkms/dkms_dbversion',
      'var/lib/shim-signed/mok/',
    ],
  },
  {
    rule: 'common/secret-signing-keys',
    fires: ['var/lib/dkms/mok.key', 'usr/src/linux/certs/signing_key.pem'],
    spares: ['var/lib/dkms/mok.pub', 'usr/src/linux/certs/signing_key.x509'],
    policies: { 'signing-keys': 'report' },
  },
  {
    rule: 'common/host-enrolment',
    fires: ENROLMENT,
    spares: ['etc/krb5.conf', 'var/lib/samba/registry.tdb', 'var/lib/sss/mc/passwd', 'etc/pki/consumer/'],
    policies: { 'host-enrolment': 'drop' },
  },
  {
    rule: 'common/etc-history',
    fires: ['etc/.git/', 'etc/.git/objects/00/1', 'etc/.etckeeper'],
    spares: ['etc/.gitignore', 'etc/etckeeper/etckeeper.conf', 'home/alice/.git/'],
  },
  // Without etckeeper the repository is the user's own.
  { rule: 'common/etc-history', fires: [], spares: ['etc/.git/'] },
  {
    rule: 'common/etc-history',
    fires: [],
    spares: ['etc/.git/', 'etc/.etckeeper'],
    policies: { 'etc-history': 'keep' },
  },
  {
    rule: 'common/secret-bind-keys',
    fires: ['etc/bind/rndc.key', 'etc/rndc.key'],
    spares: ['etc/bind/bind.keys'],
  },
  {
    rule: 'common/bind-keys',
    fires: ['etc/bind/rndc.key', 'etc/rndc.key'],
    spares: ['etc/bind/bind.keys'],
    policies: { 'service-keys': 'drop' },
  },
  {
    rule: 'common/secret-nsd-keys',
    fires: ['etc/nsd/nsd_server.key', 'etc/nsd/nsd_control.key'],
    spares: ['etc/nsd/nsd_control.pem', 'etc/nsd/nsd.conf'],
  },
  {
    rule: 'common/nsd-keys',
    fires: ['etc/nsd/nsd_server.key', 'etc/nsd/nsd_control.key', 'etc/nsd/nsd_control.pem'],
    spares: ['etc/nsd/nsd.conf'],
    policies: { 'service-keys': 'drop' },
  },
  {
    rule: 'common/secret-unbound-keys',
    fires: ['etc/unbound/unbound_server.key', 'var/lib/unbound/unbound_control.key'],
    spares: ['etc/unbound/unbound_server.pem', 'var/lib/unbound/root.key'],
  },
  {
    rule: 'common/unbound-keys',
    fires: [
      'etc/unbound/unbound_server.key',
      'var/lib/unbound/unbound_control.key',
      'etc/unbound/unbound_server.pem',
    ],
    spares: ['var/lib/unbound/root.key'],
    policies: { 'service-keys': 'drop' },
  },
  {
    rule: 'common/secret-erlang-keys',
    fires: ['root/.erlang.cookie', 'var/lib/rabbitmq/.erlang.cookie', 'var/lib/couchdb/.erlang.cookie'],
    spares: ['etc/erlang.cookie', 'var/lib/rabbitmq/x.erlang.cookie'],
  },
  {
    rule: 'common/erlang-keys',
    fires: ['root/.erlang.cookie', 'var/lib/rabbitmq/.erlang.cookie', 'var/lib/couchdb/.erlang.cookie'],
    spares: ['etc/erlang.cookie', 'var/lib/rabbitmq/x.erlang.cookie'],
    policies: { 'service-keys': 'drop' },
  },
  {
    rule: 'common/secret-ejabberd-keys',
    fires: ['etc/ejabberd/ejabberd.pem'],
    spares: ['etc/ejabberd/ejabberd.yml'],
  },
  {
    rule: 'common/ejabberd-keys',
    fires: ['etc/ejabberd/ejabberd.pem'],
    spares: ['etc/ejabberd/ejabberd.yml'],
    policies: { 'service-keys': 'drop' },
  },
  {
    rule: 'common/secret-cluster-keys',
    fires: ['etc/pacemaker/authkey', 'etc/corosync/authkey'],
    spares: ['etc/corosync/corosync.conf'],
  },
  {
    rule: 'common/cluster-keys',
    fires: ['etc/pacemaker/authkey', 'etc/corosync/authkey'],
    spares: ['etc/corosync/corosync.conf'],
    policies: { 'service-keys': 'drop' },
  },
  { rule: 'common/secret-munge-keys', fires: ['etc/munge/munge.key'], spares: ['etc/munge/other'] },
  {
    rule: 'common/munge-keys',
    fires: ['etc/munge/munge.key'],
    spares: ['etc/munge/other'],
    policies: { 'service-keys': 'drop' },
  },
  { rule: 'common/secret-brltty-keys', fires: ['etc/brlapi.key'], spares: ['etc/brltty.conf'] },
  {
    rule: 'common/brltty-keys',
    fires: ['etc/brlapi.key'],
    spares: ['etc/brltty.conf'],
    policies: { 'service-keys': 'drop' },
  },
  {
    rule: 'common/secret-tripwire-keys',
    fires: ['etc/tripwire/site.key', 'etc/tripwire/host-local.key'],
    spares: [
      'etc/tripwire/tw.cfg',
      'etc/tripwire/tw.pol',
      'etc/tripwire/twcfg.txt',
      'etc/tripwire/twpol.txt',
    ],
  },
  {
    rule: 'common/tripwire-keys',
    fires: [
      'etc/tripwire/site.key',
      'etc/tripwire/host-local.key',
      'etc/tripwire/tw.cfg',
      'etc/tripwire/tw.pol',
    ],
    spares: ['etc/tripwire/twcfg.txt', 'etc/tripwire/twpol.txt'],
    policies: { 'service-keys': 'drop' },
  },
  { rule: 'common/secret-xrdp-keys', fires: ['etc/xrdp/rsakeys.ini'], spares: ['etc/xrdp/xrdp.ini'] },
  {
    rule: 'common/xrdp-keys',
    fires: ['etc/xrdp/rsakeys.ini'],
    spares: ['etc/xrdp/sesman.ini', 'etc/xrdp/key.pem'],
    policies: { 'service-keys': 'drop' },
  },
  {
    rule: 'common/secret-ircd-keys',
    fires: ['etc/ircd-hybrid/key/ircd.key'],
    spares: ['etc/ircd-hybrid/key/ircd.pem', 'etc/ircd-hybrid/ircd.conf'],
  },
  {
    rule: 'common/ircd-keys',
    fires: ['etc/ircd-hybrid/key/ircd.key', 'etc/ircd-hybrid/key/ircd.pem'],
    spares: ['etc/ircd-hybrid/key/own.key', 'etc/ircd-hybrid/ircd.conf'],
    policies: { 'service-keys': 'drop' },
  },
  {
    rule: 'common/secret-quassel-keys',
    fires: ['var/lib/quassel/quasselCert.pem'],
    spares: ['var/lib/quassel/quasselcore.conf'],
  },
  {
    rule: 'common/quassel-keys',
    fires: ['var/lib/quassel/quasselCert.pem'],
    spares: ['var/lib/quassel/quassel-storage.sqlite'],
    policies: { 'service-keys': 'drop' },
  },
  {
    rule: 'common/secret-varnish-keys',
    fires: ['etc/varnish/secret'],
    spares: ['etc/varnish/default.vcl'],
  },
  {
    rule: 'common/varnish-keys',
    fires: ['etc/varnish/secret'],
    spares: ['etc/varnish/default.vcl'],
    policies: { 'service-keys': 'drop' },
  },
  {
    rule: 'common/secret-postsrsd-keys',
    fires: ['etc/postsrsd.secret'],
    spares: ['etc/default/postsrsd'],
  },
  {
    rule: 'common/postsrsd-keys',
    fires: ['etc/postsrsd.secret'],
    spares: ['etc/default/postsrsd'],
    policies: { 'service-keys': 'drop' },
  },
  { rule: 'common/bind-keys', fires: [], spares: ['etc/bind/rndc.key'] },
  {
    rule: 'common/secret-bind-keys',
    fires: [],
    spares: ['etc/bind/rndc.key'],
    policies: { 'service-keys': 'keep' },
  },
]);
