import type { Rule } from '../rule.ts';
import { type ServiceRow, serviceKeyRules } from './common-secrets.ts';

/** Keys that maintainer scripts of Debian generate for services that other distributions do not set up at installation. */
const SERVICES: readonly ServiceRow[] = [
  {
    // Its files are named after the time. The daemon makes those of its own authorities when it starts and finds none.
    id: 'certmonger',
    key: 'The local authority of certmonger, and its list of authorities',
    keys: ['var/lib/certmonger/local/creds'],
    others: ['var/lib/certmonger/local/serial', 'var/lib/certmonger/cas/*'],
    remake: 'certmonger makes both when it starts',
    source: 'Debian certmonger: postinst; certmonger(8)',
  },
  {
    id: 'cfengine',
    key: 'The key and the random seed of CFEngine',
    keys: ['var/lib/cfengine3/{ppkeys/localhost.priv,randseed}'],
    others: ['var/lib/cfengine3/ppkeys/localhost.pub'],
    remake: '`cf-key` makes them before the first run of cf-agent',
    source: 'Debian cfengine3: postinst; cf-key(8)',
  },
  {
    id: 'courier',
    key: 'The keys and certificates of the mail server Courier',
    keys: ['etc/courier/{imapd,pop3d,esmtpd}.pem'],
    remake: '`mkimapdcert`, `mkpop3dcert` and `mkesmtpdcert` generate new ones',
    source: 'Debian courier-imap, courier-pop, courier-mta: postinst; mkimapdcert(8)',
  },
  {
    id: 'curvedns',
    key: 'The key of the name server CurveDNS',
    keys: ['etc/curvedns/curvedns_private_key.hex'],
    others: ['etc/curvedns/README'],
    remake: '`dpkg-reconfigure curvedns` generates one before it starts',
    source: 'Debian curvedns: postinst',
  },
  {
    id: 'dnssec-trigger',
    key: 'The keys that control dnssec-trigger',
    keys: ['etc/dnssec-trigger/dnssec_trigger_{server,control}.key'],
    others: ['etc/dnssec-trigger/dnssec_trigger_{server,control}.pem'],
    remake: '`dnssec-trigger-control-setup` generates new ones',
    source: 'Debian dnssec-trigger: postinst; dnssec-trigger(8)',
  },
  {
    id: 'keystone',
    key: 'The keys of OpenStack Keystone',
    keys: ['etc/keystone/{fernet,credential}-keys/*'],
    remake: '`keystone-manage fernet_setup` and `credential_setup` generate new ones',
    source: 'Debian keystone: postinst; keystone-manage(1)',
  },
  {
    // Not under the policy for ssh host keys: without its seed lshd does not start, and nothing makes one at boot.
    id: 'lsh',
    key: 'The host key and the random seed of the ssh server lsh',
    keys: ['etc/lsh_host_key', 'var/spool/lsh/yarrow-seed-file'],
    others: ['etc/lsh_host_key.pub'],
    remake: '`dpkg-reconfigure lsh-server` generates both before it starts',
    source: 'Debian lsh-server: postinst; lshd(8)',
  },
  {
    id: 'mandos',
    key: 'The keys of the Mandos client',
    keys: ['etc/{keys/mandos,mandos/keys}/{seckey.txt,tls-privkey.pem}'],
    others: ['etc/{keys/mandos,mandos/keys}/{pubkey.txt,tls-pubkey.pem}'],
    remake: '`mandos-keygen` and `update-initramfs -u` make new ones and put them into the initramfs',
    source: 'Debian mandos-client: postinst; mandos-keygen(8)',
  },
  {
    id: 'piuparts',
    key: 'The ssh key of a piuparts slave',
    keys: ['var/lib/piuparts/piupartss/.ssh/id_rsa'],
    others: ['var/lib/piuparts/piupartss/.ssh/id_rsa.pub'],
    remake: '`dpkg-reconfigure piuparts-slave` generates one, for its master to know',
    source: 'Debian piuparts-slave: postinst',
  },
  {
    id: 'redmine',
    key: 'The secret with which Redmine signs its sessions',
    keys: ['etc/redmine/*/secret_key.txt'],
    remake: '`dpkg-reconfigure redmine` draws one before it starts',
    source: 'Debian redmine: postinst',
  },
  {
    id: 'schleuder',
    key: 'The key and certificate of the mailing list server schleuder',
    keys: ['etc/schleuder/schleuder-private-key.pem'],
    others: ['etc/schleuder/schleuder-certificate.pem'],
    remake: '`schleuder cert generate` generates new ones',
    source: 'Debian schleuder: postinst',
  },
  {
    id: 'stone',
    key: 'The key and certificate of the packet repeater stone',
    keys: ['etc/ssl/certs/stone.pem'],
    remake: '`dpkg-reconfigure stone` generates new ones',
    source: 'Debian stone: postinst',
  },
  {
    id: 'wide-dhcpv6',
    key: 'The key that controls the DHCP client wide-dhcpv6-client',
    keys: ['etc/wide-dhcpv6/dhcp6cctlkey'],
    remake: '`dpkg-reconfigure wide-dhcpv6-client` draws one',
    source: 'Debian wide-dhcpv6-client: postinst; dhcp6ctl(8)',
  },
  {
    id: 'openvswitch',
    key: 'The keys and authorities of Open vSwitch',
    keys: [
      'var/lib/openvswitch/pki/{controllerca,switchca}/private/cakey.pem',
      'etc/openvswitch-testcontroller/privkey.pem',
    ],
    others: [
      'var/lib/openvswitch/pki/{controllerca,switchca}/**',
      'etc/openvswitch-testcontroller/{cert,req}.pem',
    ],
    remake: '`ovs-pki init` and `dpkg-reconfigure` generate new ones',
    source: 'Debian openvswitch-pki, openvswitch-testcontroller: postinst; ovs-pki(8)',
  },
];

export const DEBIAN_SERVICE_KEYS: readonly Rule[] = [
  ...SERVICES.flatMap((row) => serviceKeyRules('debian', row)),
  {
    id: 'debian/stone-keys-link',
    match: ['etc/ssl/certs/*'],
    when: {
      type: 'symlink',
      target: '**/stone.pem',
      policy: { name: 'service-keys', value: 'drop' },
    },
    action: { do: 'drop' },
    why: 'A link named after the hash of the dropped certificate of stone: the name is random, and the link dangles.',
    source: 'Debian stone: postinst',
  },
];
