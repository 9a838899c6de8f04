import type { Rule } from '../rule.ts';

const UCF_COPIES = 'var/lib/ucf/cache/:etc:';
/** The copies that ucf keeps of settings with drawn passwords. */
const COPIES_WITH_PASSWORDS: readonly string[] = [
  `${UCF_COPIES}mailman3:{mailman,mailman-hyperkitty}.cfg`,
  `${UCF_COPIES}mailman3:mailman-web.py`,
  `${UCF_COPIES}roundcube:{config.inc,debian-db}.php`,
  `${UCF_COPIES}phpmyadmin:config-db.php`,
  `${UCF_COPIES}bacula:*.conf`,
  `${UCF_COPIES}dbconfig-common:*.conf`,
  `${UCF_COPIES}bdii:bdii{,-top}-slapd.conf`,
  `${UCF_COPIES}cacti:{debian.php,spine.conf}`,
  `${UCF_COPIES}pnopaste:debiandb.pm`,
  `${UCF_COPIES}postfixadmin:dbconfig.inc.php`,
  `${UCF_COPIES}tt-rss:database.php`,
];

/**
 * What maintainer scripts of Debian packages draw at random, and what can be given a fixed value without anyone missing the
 * old one. Keys are in common-secrets.ts, databases in debian-databases.ts.
 */
export const DEBIAN_DRAWN: readonly Rule[] = [
  {
    id: 'debian/cron-times',
    match: ['etc/cron.d/{apticron,debsecan,popularity-contest}', 'var/lib/ucf/cache/:etc:cron.d:apticron'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'rewrite', normalizer: 'cron-time' },
    why: 'The minute, or time of day, of a job was drawn at installation; any other does as well.',
    source: 'Debian apticron, popularity-contest: postinst; debsecan: debsecan-create-cron',
  },
  {
    id: 'debian/miniupnpd-uuid',
    match: ['etc/miniupnpd/miniupnpd.conf'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'rewrite', normalizer: 'miniupnpd-uuid' },
    mayBeChosen: true,
    why: 'A UUID drawn at installation; without it miniupnpd uses zeros, and `dpkg-reconfigure miniupnpd` draws another.',
    source: 'Debian miniupnpd: postinst; miniupnpd: upnpglobalvars.c',
  },
  {
    id: 'debian/mail-maps',
    match: ['etc/aliases.db', 'etc/{mail,postfix}/**/*.db'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'rewrite', normalizer: 'mail-aliases' },
    why: 'Has a random id, the time and the name of the build machine; postfix reads the aliases only.',
    source: 'Debian postfix: postinst; newaliases(1), postmap(1); Berkeley DB: db_page.h',
  },
  {
    id: 'debian/sasl-accounts',
    match: ['etc/sasldb2'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'rewrite', normalizer: 'mail-aliases' },
    why: 'Has a random id, and remains of an account that installation created and removed again; accounts stay.',
    source: 'Debian sasl2-bin: postinst; saslpasswd2(8); Berkeley DB: db_page.h',
  },
  {
    id: 'debian/spamassassin-keyring',
    match: ['var/lib/spamassassin/sa-update-keys/pubring.kbx'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'rewrite', normalizer: 'keybox-times' },
    why: 'Records when keys were imported; the keys that sign rules stay.',
    source: 'Debian spamassassin: postinst; GnuPG: keybox-blob.c',
  },
  {
    id: 'debian/spamassassin-keyring-state',
    match: ['var/lib/spamassassin/sa-update-keys/{trustdb.gpg,pubring.kbx~}'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'drop' },
    why: 'When the keyring was created, and a backup of it; without it sa-update imports its own keys again.',
    source: 'spamassassin: sa-update(1), import_default_keyring',
  },
  {
    id: 'debian/dh-parameters',
    match: [
      'etc/freeradius/*/certs/dh',
      'etc/ircd-hybrid/key/dhparam.pem',
      'etc/courier/dhparams.pem',
      'etc/keys/mandos/dhparams.pem',
    ],
    when: { type: 'file', unclaimed: true },
    action: { do: 'rewrite', normalizer: 'dh-parameters' },
    why: 'Public parameters, generated at installation: those of a standard are as good or better.',
    source: 'Debian freeradius-config, ircd-hybrid, courier-base, mandos-client: postinst; RFC 7919',
  },
  {
    id: 'debian/dwww-pages',
    match: ['var/www/dwww/**/*.html', 'etc/dwww/dwww.conf', 'var/lib/ucf/cache/:etc:dwww:dwww.conf'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'rewrite', normalizer: 'dwww-pages' },
    why: 'Pages with the date and the name of the build machine, which dwww builds again every day.',
    source: 'Debian dwww: postinst, cron.daily; Debian::Dwww::ConfigFile',
  },
  {
    id: 'debian/secret-installation-passwords',
    match: [
      'etc/mailman3/{mailman,mailman-hyperkitty}.cfg',
      'etc/mailman3/mailman-web.py',
      'etc/roundcube/{config.inc,debian-db}.php',
      'etc/phpmyadmin/config-db.php',
      'var/lib/phpmyadmin/blowfish_secret.inc.php',
      'etc/bacula/{common_default_passwords,*.conf}',
      'etc/shadowsocks-libev/config.json',
      'etc/dbconfig-common/*.conf',
      'etc/bdii/bdii{,-top}-slapd.conf',
      'etc/default/camo',
      'etc/pnopaste/debiandb.pm',
      'etc/postfixadmin/dbconfig.inc.php',
      'etc/backuppc/htpasswd',
      'etc/cacti/{debian.php,spine.conf}',
      'etc/firebird/*/SYSDBA.password',
      'etc/tt-rss/database.php',
      'var/lib/hoteldruid/data/ini.php',
      ...COPIES_WITH_PASSWORDS,
    ],
    when: { type: 'file', owned: false },
    action: { do: 'report' },
    toDecide: true,
    why: 'A password drawn at installation: preseed it, or `PACKAGE/dbconfig-install` as false, or set it at first boot.',
    source:
      'Debian mailman3, mailman3-web, roundcube-core, phpmyadmin, bacula, shadowsocks-libev, bdii, camo, hoteldruid, cacti-spine, firebird3.0-server, backuppc: postinst; dbconfig-common; ucf(1)',
  },
  {
    id: 'debian/ucf-register-report',
    match: ['var/lib/ucf/hashfile'],
    when: { type: 'file', exists: COPIES_WITH_PASSWORDS },
    action: { do: 'report' },
    toDecide: true,
    why: 'Has the MD5 of every copy that ucf keeps, so it differs where such a copy does: decide about that one.',
    source: 'ucf(1)',
  },
];
