import { COMMON_CREDENTIALS } from '../../../src/rules/tables/common-credentials.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/common-credentials', COMMON_CREDENTIALS, [
  {
    rule: 'common/secret-ssh-user-files',
    fires: ['root/.ssh/authorized_keys', 'home/alice/.ssh/id_ed25519', 'home/alice/.ssh/known_hosts'],
    spares: ['root/.ssh/', 'root/.ssh/config', 'home/alice/.ssh/id_ed25519.pub', 'home/.ssh/id_rsa'],
  },
  {
    rule: 'common/secret-gnupg-keys',
    fires: ['root/.gnupg/private-keys-v1.d/A1.key', 'home/alice/.gnupg/secring.gpg'],
    spares: ['root/.gnupg/pubring.kbx', 'root/.gnupg/private-keys-v1.d/', 'etc/skel/.gnupg/secring.gpg'],
  },
  {
    rule: 'common/secret-user-credentials',
    fires: [
      'root/.netrc',
      'root/.aws/credentials',
      'home/alice/.docker/config.json',
      'home/alice/.kube/config',
      'root/.config/gh/hosts.yml',
      'home/alice/.cargo/credentials.toml',
    ],
    spares: [
      'root/.aws/config',
      'etc/skel/.netrc',
      'home/.netrc',
      'root/.config/gh/config.yml',
      'root/.netrc.d/x',
    ],
  },
  {
    rule: 'common/secret-networkmanager-connections',
    fires: ['etc/NetworkManager/system-connections/home.nmconnection'],
    spares: ['usr/lib/NetworkManager/system-connections/default.nmconnection'],
  },
  {
    rule: 'common/secret-networks',
    fires: [
      'etc/wireguard/wg0.conf',
      'etc/openvpn/client/a.key',
      'etc/ipsec.d/private/host.pem',
      'etc/wpa_supplicant/wpa_supplicant-wlan0.conf',
      'var/lib/iwd/home.psk',
    ],
    spares: [
      'etc/openvpn/client/a.crt',
      'etc/wireguard/',
      'etc/ipsec.d/certs/host.pem',
      'var/lib/iwd/x.open',
    ],
  },
  {
    rule: 'common/secret-network-passwords',
    fires: ['etc/ppp/chap-secrets', 'etc/wpa_supplicant.conf'],
    spares: ['etc/ppp/pap-secrets', 'etc/ppp/options'],
    owned: ['etc/ppp/pap-secrets'],
  },
  { rule: 'common/secret-network-passwords', fires: [], spares: ['etc/ppp/chap-secrets'] },
  {
    rule: 'common/secret-tls-keys',
    fires: [
      'etc/pki/tls/private/www.key',
      'etc/ssl/private/server.pem',
      'etc/letsencrypt/archive/example.org/privkey1.pem',
      'etc/letsencrypt/keys/0000_key-certbot.pem',
      'etc/nginx/tls/site.key',
      'etc/kubernetes/pki/ca.key',
    ],
    spares: [
      'etc/pki/tls/private/localhost.key',
      'etc/ssl/private/ssl-cert-snakeoil.key',
      'etc/ssl/private/',
      'etc/ssl/certs/www.pem',
      'etc/letsencrypt/live/example.org/fullchain.pem',
      'etc/apt/keyrings/archive.key',
    ],
  },
  {
    rule: 'common/secret-service-keys',
    fires: [
      'etc/bind/rndc.key',
      'etc/rndc.key',
      'etc/unbound/unbound_server.key',
      'etc/docker/key.json',
      'var/lib/tor/onion/hs_ed25519_secret_key',
      'etc/salt/pki/minion/minion.pem',
    ],
    spares: ['etc/bind/bind.keys', 'var/lib/unbound/root.key', 'var/lib/tor/onion/hostname'],
  },
  {
    rule: 'common/secret-repository-logins',
    fires: ['etc/apt/auth.conf', 'etc/apt/auth.conf.d/90esm.conf', 'etc/zypp/credentials.d/SCCcredentials'],
    spares: ['etc/apt/auth.conf.d/', 'etc/apt/apt.conf', 'etc/zypp/repos.d/scc.repo'],
  },
  {
    rule: 'common/secret-host-enrolment',
    fires: [
      'etc/krb5.keytab',
      'etc/pki/consumer/key.pem',
      'etc/pki/entitlement/1.pem',
      'etc/sysconfig/rhn/systemid',
      'etc/ipa/default.conf',
      'var/lib/sss/db/cache.ldb',
      'var/lib/samba/private/secrets.tdb',
    ],
    spares: ['etc/krb5.conf', 'var/lib/samba/registry.tdb', 'var/lib/sss/mc/passwd', 'etc/pki/consumer/'],
  },
  {
    rule: 'common/secret-host-enrolment',
    fires: [],
    spares: ['etc/krb5.keytab'],
    policies: { 'host-enrolment': 'keep' },
  },
]);
