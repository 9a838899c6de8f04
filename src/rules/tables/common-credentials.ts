import type { Rule } from '../rule.ts';
import { HOST_ENROLMENT } from './host-enrolment.ts';

/**
 * Keys and credentials that somebody put into the tree. Nothing tells from their names whether they are
 * meant to be there, so each is shown and none is touched.
 */
export const COMMON_CREDENTIALS: readonly Rule[] = [
  {
    id: 'common/secret-ssh-user-files',
    match: ['{root,home/*}/.ssh/{authorized_keys,known_hosts,id_*}'],
    except: ['{root,home/*}/.ssh/id_*.pub'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'Login keys or known hosts of a user are in the image.',
    source: 'virt-sysprep',
  },
  {
    id: 'common/secret-gnupg-keys',
    match: ['{root,home/*}/.gnupg/private-keys-v1.d/**', '{root,home/*}/.gnupg/secring.gpg'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'A private OpenPGP key of a user is in the image.',
    source: 'GnuPG: private-keys-v1.d; Kicksecure',
  },
  {
    id: 'common/secret-user-credentials',
    match: [
      '{root,home/*}/.{netrc,git-credentials,pgpass,my.cnf,npmrc,pypirc,vault-token}',
      '{root,home/*}/.aws/credentials',
      '{root,home/*}/.azure/{accessTokens.json,msal_token_cache.*}',
      '{root,home/*}/.cargo/credentials{,.toml}',
      '{root,home/*}/.config/{gh/hosts.yml,containers/auth.json,rclone/rclone.conf}',
      '{root,home/*}/.config/gcloud/{credentials.db,application_default_credentials.json}',
      '{root,home/*}/.docker/config.json',
      '{root,home/*}/.kube/config',
      '{root,home/*}/.terraform.d/credentials.tfrc.json',
    ],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'A file where programs keep passwords or tokens of a user is in the image.',
    source: 'manuals of the programs that keep them',
  },
  {
    id: 'common/secret-networkmanager-connections',
    match: ['etc/NetworkManager/system-connections/*.nmconnection'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'A connection profile has a random UUID and may hold a password.',
    source: 'virt-sysprep',
  },
  {
    id: 'common/secret-networks',
    match: [
      'etc/wireguard/*.{conf,key}',
      'etc/openvpn/**/*.key',
      'etc/ipsec.d/private/**',
      'etc/swanctl/private/**',
      'etc/wpa_supplicant/*.conf',
      'var/lib/iwd/*.{psk,8021x}',
    ],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'A key or password for a network is in the image.',
    source: 'virt-sysprep; manuals of WireGuard, OpenVPN, strongSwan, wpa_supplicant and iwd',
  },
  {
    // Packages ship these as templates without secrets.
    id: 'common/secret-network-passwords',
    match: ['etc/ppp/{chap,pap}-secrets', 'etc/ipsec.secrets', 'etc/wpa_supplicant.conf'],
    when: { type: 'file', owned: false },
    action: { do: 'report' },
    why: 'A file that no package ships may hold passwords for a network.',
    source: 'manuals of pppd, strongSwan and wpa_supplicant',
  },
  {
    id: 'common/secret-tls-keys',
    match: [
      'etc/pki/tls/private/*.key',
      'etc/ssl/private/**',
      'etc/letsencrypt/{archive,live}/**/privkey*.pem',
      'etc/letsencrypt/{keys,accounts}/**',
      'etc/{apache2,nginx,httpd}/**/*.key',
      'etc/kubernetes/**/*.key',
    ],
    except: ['etc/pki/tls/private/localhost.key', 'etc/ssl/private/ssl-cert-snakeoil.key'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'A private TLS key is in the image.',
    source: 'virt-sysprep; manuals of certbot and kubeadm',
  },
  {
    id: 'common/secret-service-keys',
    match: [
      'etc/{,bind/}rndc.key',
      '{etc,var/lib}/unbound/unbound_{server,control}.key',
      'etc/docker/key.json',
      'etc/salt/pki/**/*.pem',
      '{etc/puppetlabs/puppet,etc/puppet,var/lib/puppet}/ssl/private_keys/**',
      'var/lib/tor/**/{hs_ed25519_secret_key,private_key}',
      'var/lib/tailscale/tailscaled.state',
    ],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'A key that a service made or was given is in the image; make it at the first start instead.',
    source: 'virt-sysprep; manuals of the services',
  },
  {
    id: 'common/secret-repository-logins',
    match: ['etc/apt/auth.conf', 'etc/apt/auth.conf.d/**', 'etc/zypp/credentials.d/**'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'Logins for package repositories are in the image; mount them at the bootstrap instead.',
    source: 'apt: apt_auth.conf(5); SUSEConnect, libzypp',
  },
  {
    id: 'common/secret-host-enrolment',
    match: HOST_ENROLMENT,
    when: { type: 'file', policy: { name: 'host-enrolment', value: 'report' } },
    action: { do: 'report' },
    why: 'Credentials of one enrolled machine are in the image.',
    source: 'virt-sysprep',
  },
];
