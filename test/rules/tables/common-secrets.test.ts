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
    fires: ['etc/ssh/ssh_host_rsa_key', 'etc/ssh/ssh_host_ed25519_key.pub'],
    spares: ['etc/ssh/sshd_config', 'etc/ssh/ssh_host_key', 'etc/ssh/moduli', 'opt/etc/ssh/ssh_host_rsa_key'],
  },
  {
    rule: 'common/ssh-host-keys',
    fires: [],
    spares: ['etc/ssh/ssh_host_rsa_key'],
    policies: { 'ssh-host-keys': 'keep' },
  },
  {
    rule: 'common/secret-ssh-host-keys',
    fires: ['etc/ssh/ssh_host_rsa_key'],
    spares: ['etc/ssh/ssh_host_rsa_key.pub'],
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
]);
