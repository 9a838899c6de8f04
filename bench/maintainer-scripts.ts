/** What the scripts of a Debian package do that may come out differently at the next installation. */

/** Kinds of causes, and how a script shows them. Words in comments do not count. */
const KINDS: Readonly<Record<string, readonly RegExp[]>> = {
  random: [
    /\$\{?RANDOM\b|\/dev\/u?random|\b(shuf|pwgen|mcookie|makepasswd|apg)\b|openssl\s+rand\b/,
    /\brand\(\)|secrets\.token|\bgenerate_password\b|_pass(word)?\s*=\s*\$\(/,
  ],
  date: [/(?<![\w/.-])date(?=\s+[-+'"u]|\s*[)`])/, /\b(strftime|localtime)\b|\btime\(\)/],
  uuid: [
    /\b(uuidgen|uuid|systemd-id128|dbus-uuidgen|systemd-machine-id-setup)\b|\/proc\/sys\/kernel\/random/,
  ],
  host: [
    /(?<![\w/.-])hostname(?:\s+-|\s*[)`])|[`(]hostname\b|\buname\s+-n\b|\bHOSTNAME\b/,
    /\/etc\/(hostname|mailname)\b|\bhostnamectl\b/,
  ],
  key: [
    /openssl\s+(req|genrsa|genpkey|ecparam|dhparam|x509|pkcs12)\b|\bgpg2?\s|\b[\w-]+-keygen\b/,
    /\b(certtool|keytool|rndc-confgen|make-ssl-cert|dropbearkey|nsd-control-setup|unbound-control-setup|genkey)\b/,
    /gen[_-]?(ssl|key|cert)|create-(cert|key)/,
  ],
  hash: [/\b(md5|sha1|sha256|sha512)sum\b|openssl\s+(dgst|passwd)\b|\bucfr?\s/],
  ssl: [/\/etc\/ssl\/|ssl-cert|snakeoil|dhparam|\.pem\b/],
  mktemp: [/\b(mktemp|tempfile|mkstemp)\b|File::Temp/],
  database: [
    /dbconfig|(mysql_install|mariadb-install-)_?db|pg_createcluster|slapadd|\binitdb\b|sqlite3\s/,
    /\b(newaliases|postalias|postmap|makemap|install-docs|update-initramfs|update-grub|grub-mkconfig)\b/,
    /\b(mktexlsr|fmtutil|aideinit|etckeeper init)\b|--propupd/,
  ],
};

/** Of the control part of a package: those that run at installation, and the triggers that make others run. */
export const SCRIPTS: readonly string[] = ['preinst', 'postinst', 'config', 'triggers'];

/** Kinds of causes in a script, in the order of the table. */
export function searchScript(text: string): string[] {
  const code = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n');
  return Object.keys(KINDS).filter((kind) => KINDS[kind]?.some((pattern) => pattern.test(code)));
}

/** Fields of a package in the archive's index that are needed to choose it. */
export interface IndexedPackage {
  readonly name: string;
  readonly depends: string;
  readonly tags: string;
  readonly priority: string;
  /** Of the .deb, in bytes. */
  readonly size: number;
}

/** What the packages of scripts depend on that make accounts, ask, keep configuration, or create keys and databases. */
const SIGNS: ReadonlySet<string> = new Set(
  (
    'adduser ca-certificates cdebconf cron cron-daemon dbconfig-common dbconfig-mysql dbconfig-no-thanks dbconfig-pgsql ' +
    'dbconfig-sqlite3 debconf dkms doc-base dracut etckeeper gnupg gpg grub-common init-system-helpers initramfs-tools ' +
    'install-info java-wrappers logrotate lsb-base mariadb-server opensysusers openssl passwd postgresql pwgen ' +
    'runit-helper ssl-cert systemd sysvinit-utils ucf update-inetd uuid-runtime xml-core'
  ).split(' '),
);

/** Their packages rarely have scripts of their own, however many others need them. */
const LIBRARY = /^(lib|fonts-|golang-|node-|r-cran|ruby-|python3-|php-)|-(dev|dbg|doc|dbgsym|l10n)$/;
const NEEDED_BY_MIN = 10;
const SIZE_MAX = 5_000_000;

/**
 * Packages whose scripts are worth a look, the most needed first: daemons, those that depend on what scripts use, and
 * programs that at least ten others need.
 */
export function chooseCandidates(index: readonly IndexedPackage[]): string[] {
  const neededBy = new Map<string, number>();
  for (const { depends } of index) {
    for (const name of new Set(namesIn(depends))) neededBy.set(name, (neededBy.get(name) ?? 0) + 1);
  }
  const count = ({ name }: IndexedPackage): number => neededBy.get(name) ?? 0;
  return index
    .filter((each) => {
      if (each.size > SIZE_MAX) return false;
      if (['required', 'important', 'standard'].includes(each.priority)) return true;
      if (/interface::daemon|network::server/.test(each.tags)) return true;
      if (namesIn(each.depends).some((name) => SIGNS.has(name))) return true;
      return !LIBRARY.test(each.name) && count(each) >= NEEDED_BY_MIN;
    })
    .sort((a, b) => count(b) - count(a))
    .map(({ name }) => name);
}

/** Names in a field of relations, with all alternatives and without versions. */
function namesIn(field: string): string[] {
  return field
    .split(/[,|]/)
    .map((part) => /^[a-z0-9][a-z0-9+.-]*/.exec(part.trim())?.[0] ?? '')
    .filter((name) => name !== '');
}
