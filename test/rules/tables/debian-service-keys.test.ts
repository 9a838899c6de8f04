import { DEBIAN_SERVICE_KEYS } from '../../../src/rules/tables/debian-service-keys.ts';
import { testCases } from './cases.ts';

const DROP = { policies: { 'service-keys': 'drop' } } as const;

testCases('rules/tables/debian-service-keys', DEBIAN_SERVICE_KEYS, [
  {
    rule: 'debian/secret-certmonger-keys',
    fires: ['var/lib/certmonger/local/creds'],
    spares: ['var/lib/certmonger/local/serial', 'var/lib/certmonger/requests/20261130032142'],
  },
  {
    rule: 'debian/certmonger-keys',
    fires: [
      'var/lib/certmonger/local/creds',
      'var/lib/certmonger/local/serial',
      'var/lib/certmonger/cas/20261130032142-1',
    ],
    spares: [
      'var/lib/certmonger/requests/20261130032142',
      'var/lib/certmonger/local/lock',
      'var/lib/certmonger/cas/',
    ],
    ...DROP,
  },
  {
    rule: 'debian/secret-courier-keys',
    fires: ['etc/courier/imapd.pem', 'etc/courier/pop3d.pem', 'etc/courier/esmtpd.pem'],
    spares: ['etc/courier/dhparams.pem', 'etc/courier/imapd.cnf', 'etc/imapd.pem'],
  },
  {
    rule: 'debian/courier-keys',
    fires: ['etc/courier/imapd.pem', 'etc/courier/pop3d.pem', 'etc/courier/esmtpd.pem'],
    spares: ['etc/courier/dhparams.pem', 'etc/courier/own.pem', 'etc/courier/'],
    ...DROP,
  },
  {
    rule: 'debian/secret-curvedns-keys',
    fires: ['etc/curvedns/curvedns_private_key.hex'],
    spares: ['etc/curvedns/README', 'etc/default/curvedns'],
  },
  {
    rule: 'debian/curvedns-keys',
    fires: ['etc/curvedns/curvedns_private_key.hex', 'etc/curvedns/README'],
    spares: ['usr/share/doc/curvedns/README', 'etc/curvedns/'],
    ...DROP,
  },
  {
    rule: 'debian/secret-keystone-keys',
    fires: ['etc/keystone/fernet-keys/0', 'etc/keystone/credential-keys/1'],
    spares: ['etc/keystone/keystone.conf', 'etc/keystone/fernet-keys/'],
  },
  {
    rule: 'debian/keystone-keys',
    fires: ['etc/keystone/fernet-keys/0', 'etc/keystone/credential-keys/1'],
    spares: ['etc/keystone/fernet-keys/', 'etc/keystone/jws-keys/0', 'etc/nova/fernet-keys/0'],
    ...DROP,
  },
  {
    rule: 'debian/secret-lsh-keys',
    fires: ['etc/lsh_host_key', 'var/spool/lsh/yarrow-seed-file'],
    spares: ['etc/lsh_host_key.pub', 'etc/default/lsh-server'],
  },
  {
    rule: 'debian/lsh-keys',
    fires: ['etc/lsh_host_key', 'etc/lsh_host_key.pub', 'var/spool/lsh/yarrow-seed-file'],
    spares: ['etc/ssh/lsh_host_key', 'var/spool/lsh/'],
    ...DROP,
  },
  {
    rule: 'debian/secret-mandos-keys',
    fires: ['etc/keys/mandos/seckey.txt', 'etc/keys/mandos/tls-privkey.pem', 'etc/mandos/keys/seckey.txt'],
    spares: ['etc/keys/mandos/pubkey.txt', 'etc/mandos/clients.conf'],
  },
  {
    rule: 'debian/mandos-keys',
    fires: ['etc/keys/mandos/seckey.txt', 'etc/keys/mandos/pubkey.txt', 'etc/keys/mandos/tls-pubkey.pem'],
    spares: ['etc/keys/other/seckey.txt', 'etc/mandos/plugin-runner.conf', 'etc/keys/mandos/dhparams.pem'],
    ...DROP,
  },
  {
    rule: 'debian/secret-schleuder-keys',
    fires: ['etc/schleuder/schleuder-private-key.pem'],
    spares: ['etc/schleuder/schleuder-certificate.pem', 'etc/schleuder/schleuder.yml'],
  },
  {
    rule: 'debian/schleuder-keys',
    fires: ['etc/schleuder/schleuder-private-key.pem', 'etc/schleuder/schleuder-certificate.pem'],
    spares: ['etc/schleuder/list-defaults.yml', 'etc/schleuder/other-private-key.pem'],
    ...DROP,
  },
  {
    rule: 'debian/secret-stone-keys',
    fires: ['etc/ssl/certs/stone.pem'],
    spares: ['etc/ssl/certs/ca-certificates.crt', 'etc/ssl/certs/1a2b3c4d.0 -> stone.pem'],
  },
  {
    rule: 'debian/stone-keys',
    fires: ['etc/ssl/certs/stone.pem'],
    spares: ['etc/ssl/certs/keystone.pem', 'etc/ssl/stone.pem'],
    ...DROP,
  },
  {
    rule: 'debian/stone-keys-link',
    fires: ['etc/ssl/certs/1a2b3c4d.0 -> stone.pem', 'etc/ssl/certs/1a2b3c4e.0 -> /etc/ssl/certs/stone.pem'],
    spares: ['etc/ssl/certs/1a2b3c4f.0 -> Keystone.pem', 'etc/ssl/1a2b3c4d.0 -> stone.pem'],
    ...DROP,
  },
  {
    rule: 'debian/stone-keys-link',
    fires: [],
    spares: ['etc/ssl/certs/1a2b3c4d.0 -> stone.pem'],
  },
  {
    rule: 'debian/secret-cfengine-keys',
    fires: ['var/lib/cfengine3/ppkeys/localhost.priv', 'var/lib/cfengine3/randseed'],
    spares: [
      'var/lib/cfengine3/ppkeys/localhost.pub',
      'var/lib/cfengine3/ppkeys/root-MD5=0.pub',
      'var/lib/cfengine3/policy_server.dat',
      'var/lib/cfengine3/ppkeys/',
    ],
  },
  {
    rule: 'debian/cfengine-keys',
    fires: [
      'var/lib/cfengine3/ppkeys/localhost.priv',
      'var/lib/cfengine3/randseed',
      'var/lib/cfengine3/ppkeys/localhost.pub',
    ],
    spares: [
      'var/lib/cfengine3/ppkeys/root-MD5=0.pub',
      'var/lib/cfengine3/policy_server.dat',
      'var/lib/cfengine3/ppkeys/',
    ],
    ...DROP,
  },
  {
    rule: 'debian/secret-dnssec-trigger-keys',
    fires: ['etc/dnssec-trigger/dnssec_trigger_server.key', 'etc/dnssec-trigger/dnssec_trigger_control.key'],
    spares: [
      'etc/dnssec-trigger/dnssec_trigger_server.pem',
      'etc/dnssec-trigger/dnssec_trigger_control.pem',
      'etc/dnssec-trigger/dnssec.conf',
      'etc/dnssec-trigger/own.key',
    ],
  },
  {
    rule: 'debian/dnssec-trigger-keys',
    fires: [
      'etc/dnssec-trigger/dnssec_trigger_server.key',
      'etc/dnssec-trigger/dnssec_trigger_control.key',
      'etc/dnssec-trigger/dnssec_trigger_server.pem',
      'etc/dnssec-trigger/dnssec_trigger_control.pem',
    ],
    spares: ['etc/dnssec-trigger/dnssec.conf', 'etc/dnssec-trigger/own.key'],
    ...DROP,
  },
  {
    rule: 'debian/secret-piuparts-keys',
    fires: ['var/lib/piuparts/piupartss/.ssh/id_rsa'],
    spares: [
      'var/lib/piuparts/piupartss/.ssh/id_rsa.pub',
      'var/lib/piuparts/piupartss/.ssh/known_hosts',
      'var/lib/piuparts/piupartss/.ssh/',
    ],
  },
  {
    rule: 'debian/piuparts-keys',
    fires: ['var/lib/piuparts/piupartss/.ssh/id_rsa', 'var/lib/piuparts/piupartss/.ssh/id_rsa.pub'],
    spares: ['var/lib/piuparts/piupartss/.ssh/known_hosts', 'var/lib/piuparts/piupartss/.ssh/'],
    ...DROP,
  },
  {
    rule: 'debian/secret-redmine-keys',
    fires: ['etc/redmine/default/secret_key.txt'],
    spares: ['etc/redmine/default/database.yml', 'etc/redmine/secret_key.txt'],
  },
  {
    rule: 'debian/redmine-keys',
    fires: ['etc/redmine/default/secret_key.txt'],
    spares: ['etc/redmine/default/database.yml', 'etc/redmine/secret_key.txt'],
    ...DROP,
  },
  {
    rule: 'debian/secret-wide-dhcpv6-keys',
    fires: ['etc/wide-dhcpv6/dhcp6cctlkey'],
    spares: ['etc/wide-dhcpv6/dhcp6c.conf', 'etc/dhcp6cctlkey'],
  },
  {
    rule: 'debian/wide-dhcpv6-keys',
    fires: ['etc/wide-dhcpv6/dhcp6cctlkey'],
    spares: ['etc/wide-dhcpv6/dhcp6c.conf', 'etc/dhcp6cctlkey'],
    ...DROP,
  },
  {
    rule: 'debian/secret-openvswitch-keys',
    fires: [
      'var/lib/openvswitch/pki/controllerca/private/cakey.pem',
      'etc/openvswitch-testcontroller/privkey.pem',
    ],
    spares: ['var/lib/openvswitch/pki/switchca/cacert.pem', 'etc/openvswitch-testcontroller/cert.pem'],
  },
  {
    rule: 'debian/openvswitch-keys',
    fires: [
      'var/lib/openvswitch/pki/controllerca/private/cakey.pem',
      'var/lib/openvswitch/pki/switchca/cacert.pem',
      'var/lib/openvswitch/pki/switchca/serial',
      'etc/openvswitch-testcontroller/privkey.pem',
      'etc/openvswitch-testcontroller/req.pem',
    ],
    spares: [
      'var/lib/openvswitch/pki/switchca/',
      'var/lib/openvswitch/conf.db',
      'etc/openvswitch-testcontroller/options.conf',
    ],
    ...DROP,
  },
]);
