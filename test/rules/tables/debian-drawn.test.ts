import { DEBIAN_DRAWN } from '../../../src/rules/tables/debian-drawn.ts';
import { testCases } from './cases.ts';

/** Copies that ucf keeps of settings with drawn passwords. */
const COPIES = [
  'mailman3:mailman.cfg',
  'mailman3:mailman-hyperkitty.cfg',
  'mailman3:mailman-web.py',
  'roundcube:config.inc.php',
  'roundcube:debian-db.php',
  'phpmyadmin:config-db.php',
  'bacula:bacula-dir.conf',
  'dbconfig-common:roundcube.conf',
  'bdii:bdii-slapd.conf',
  'bdii:bdii-top-slapd.conf',
  'cacti:debian.php',
  'cacti:spine.conf',
  'pnopaste:debiandb.pm',
  'postfixadmin:dbconfig.inc.php',
  'tt-rss:database.php',
].map((name) => `var/lib/ucf/cache/:etc:${name}`);

testCases('rules/tables/debian-drawn', DEBIAN_DRAWN, [
  {
    rule: 'debian/cron-times',
    fires: [
      'etc/cron.d/apticron',
      'etc/cron.d/debsecan',
      'etc/cron.d/popularity-contest',
      'var/lib/ucf/cache/:etc:cron.d:apticron',
    ],
    spares: ['etc/cron.d/own', 'etc/cron.daily/apticron', 'var/lib/ucf/cache/:etc:cron.d:own'],
  },
  {
    rule: 'debian/cron-times',
    fires: [],
    spares: ['etc/cron.d/debsecan'],
    owned: ['etc/cron.d/debsecan'],
  },
  {
    rule: 'debian/mail-maps',
    fires: ['etc/aliases.db', 'etc/postfix/virtual.db', 'etc/mail/access.db'],
    spares: ['etc/aliases', 'etc/apache2/aliases.db', 'etc/postfix/owned.db', 'var/lib/mail.db'],
    owned: ['etc/postfix/owned.db'],
  },
  {
    rule: 'debian/sasl-accounts',
    fires: ['etc/sasldb2'],
    spares: ['etc/sasldb2.old', 'etc/sasl/sasldb2', 'var/spool/postfix/etc/sasldb2'],
  },
  {
    rule: 'debian/sasl-accounts',
    fires: [],
    spares: ['etc/sasldb2'],
    owned: ['etc/sasldb2'],
  },
  {
    rule: 'debian/spamassassin-keyring',
    fires: ['var/lib/spamassassin/sa-update-keys/pubring.kbx'],
    spares: ['var/lib/spamassassin/sa-update-keys/other.kbx', 'var/lib/spamassassin/pubring.kbx'],
  },
  {
    rule: 'debian/spamassassin-keyring-state',
    fires: [
      'var/lib/spamassassin/sa-update-keys/trustdb.gpg',
      'var/lib/spamassassin/sa-update-keys/pubring.kbx~',
    ],
    spares: ['var/lib/spamassassin/sa-update-keys/', 'root/.gnupg/trustdb.gpg'],
  },
  ...[
    ['debian/spamassassin-keyring', 'pubring.kbx'],
    ['debian/spamassassin-keyring-state', 'trustdb.gpg'],
  ].map(([rule = '', name]) => {
    const shipped = `var/lib/spamassassin/sa-update-keys/${name}`;
    return { rule, fires: [], spares: [shipped], owned: [shipped] };
  }),
  {
    rule: 'debian/dh-parameters',
    fires: [
      'etc/freeradius/3.0/certs/dh',
      'etc/ircd-hybrid/key/dhparam.pem',
      'etc/courier/dhparams.pem',
      'etc/keys/mandos/dhparams.pem',
    ],
    spares: ['etc/freeradius/3.0/certs/server.pem', 'etc/ssl/dhparam.pem', 'etc/freeradius/3.2/certs/dh'],
    owned: ['etc/freeradius/3.2/certs/dh'],
  },
  {
    rule: 'debian/dwww-pages',
    fires: [
      'var/www/dwww/index.html',
      'var/www/dwww/man/s1.html',
      'etc/dwww/dwww.conf',
      'var/lib/ucf/cache/:etc:dwww:dwww.conf',
    ],
    spares: ['var/www/dwww/dwww.css', 'var/www/html/index.html', 'var/www/dwww/owned.html'],
    owned: ['var/www/dwww/owned.html'],
  },
  {
    rule: 'debian/miniupnpd-uuid',
    fires: ['etc/miniupnpd/miniupnpd.conf'],
    spares: ['etc/miniupnpd/other.conf', 'usr/share/miniupnpd/miniupnpd.conf'],
  },
  {
    rule: 'debian/miniupnpd-uuid',
    fires: [],
    spares: ['etc/miniupnpd/miniupnpd.conf'],
    owned: ['etc/miniupnpd/miniupnpd.conf'],
  },
  {
    rule: 'debian/secret-installation-passwords',
    fires: [
      'etc/mailman3/mailman.cfg',
      'etc/mailman3/mailman-hyperkitty.cfg',
      'etc/mailman3/mailman-web.py',
      'etc/roundcube/config.inc.php',
      'etc/roundcube/debian-db.php',
      'etc/dbconfig-common/roundcube.conf',
      'var/lib/phpmyadmin/blowfish_secret.inc.php',
      'etc/shadowsocks-libev/config.json',
      'etc/bacula/common_default_passwords',
      'etc/bacula/bacula-dir.conf',
      ...COPIES,
      'etc/bdii/bdii-slapd.conf',
      'etc/bdii/bdii-top-slapd.conf',
      'etc/default/camo',
      'etc/pnopaste/debiandb.pm',
      'etc/postfixadmin/dbconfig.inc.php',
      'etc/backuppc/htpasswd',
      'etc/cacti/debian.php',
      'etc/cacti/spine.conf',
      'etc/firebird/3.0/SYSDBA.password',
      'etc/tt-rss/database.php',
      'var/lib/hoteldruid/data/ini.php',
    ],
    spares: [
      'etc/bacula/scripts/own.conf',
      'var/lib/ucf/cache/:etc:php:8.2:fpm:php.ini',
      'var/lib/ucf/cache/:etc:mailman3:other.cfg',
      'etc/dbconfig-common/config',
      'etc/bdii/bdii.conf',
      'etc/backuppc/config.pl',
      'etc/apache2/htpasswd',
      'etc/cacti/apache.conf',
      'etc/firebird/3.0/databases.conf',
      'etc/tt-rss/config.php',
      'etc/pnopaste/fake.pm',
      'etc/default/cron',
      'var/lib/hoteldruid/data/index.php',
      'etc/roundcube/defaults.inc.php',
      'var/lib/ucf/cache/:etc:bacula:owned.conf',
    ],
    owned: ['var/lib/ucf/cache/:etc:bacula:owned.conf'],
  },
  {
    rule: 'debian/secret-installation-passwords',
    fires: ['etc/phpmyadmin/config-db.php'],
    owned: [],
  },
  ...COPIES.map((copy) => ({
    rule: 'debian/ucf-register-report',
    fires: ['var/lib/ucf/hashfile'],
    spares: ['var/lib/ucf/registry', 'var/lib/ucf/cache/'],
    with: [copy],
  })),
  {
    rule: 'debian/ucf-register-report',
    fires: [],
    spares: ['var/lib/ucf/hashfile'],
    with: ['var/lib/ucf/cache/:etc:default:grub'],
  },
]);
