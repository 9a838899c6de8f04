import type { Rule } from '../rule.ts';

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
    id: 'debian/mail-maps',
    match: ['etc/aliases.db', 'etc/{mail,postfix}/**/*.db'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'rewrite', normalizer: 'mail-aliases' },
    why: 'Has a random id, the time and the name of the build machine; postfix reads the aliases only.',
    source: 'Debian postfix: postinst; newaliases(1), postmap(1); Berkeley DB: db_page.h',
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
];
