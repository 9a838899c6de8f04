import { fieldOf, joinStanzas, splitStanzas } from '../formats/deb822.ts';
import {
  type BuildHost,
  buildHost,
  HOST_QUESTIONS,
  hostName,
  isNoName,
  NO_NAME,
  textAt,
  withoutNames,
} from './build-host.ts';
import { ifTextChanged, type Rewrite, type RewriteContext, UNCHANGED } from './rewrite.ts';

/**
 * `var/cache/debconf/config.dat`: answers that mail servers set to the name of the build machine become the values that
 * `mail-host-name` writes to their files, since dpkg-reconfigure reads them from there. `sort-debconf` does the same.
 */
export const debconfHostName: Rewrite = {
  what: 'Removes the name of the build machine from debconf answers that nobody gave, as from mail servers.',
  maximumSize: 32 * 1024 * 1024,
  apply(bytes, context) {
    const split = splitStanzas(bytes.toString('latin1'));
    if (split === undefined) return UNCHANGED;
    const stanzas = withoutBuildHost(split.stanzas, context);
    return ifTextChanged(bytes, joinStanzas({ stanzas, end: split.end }));
  },
};

/** The stanzas of config.dat without the name of the build machine, where a package answered its own question with that name. */
export function withoutBuildHost(stanzas: readonly string[], context: RewriteContext): readonly string[] {
  const isOfHost = (stanza: string): boolean => HOST_QUESTIONS.includes(fieldOf(stanza, 'Name'));
  const host = stanzas.some(isOfHost) ? buildHost(context) : undefined;
  if (host === undefined) return stanzas;
  return stanzas.map((stanza) => {
    if (!isOfHost(stanza)) return stanza;
    const isName = fieldOf(stanza, 'Name').endsWith('/mailname');
    return stanza
      .replace(/^(Value: )(.*)$/m, (_all, key: string, value: string) => {
        if (isName) return key + (host.isOwn(value) ? NO_NAME : value);
        return key + withoutNames(value, /([,:;\s]+)/, host.isOwn);
      })
      .replace(/^( fqdn = )(.*)$/m, (line, key: string, value: string) =>
        host.isOwn(value) ? key + NO_NAME : line,
      );
  });
}

const HOSTNAME = /(?:^|\/)etc\/hostname$/;

/**
 * Reports where etc/hosts names the build machine, and changes nothing: no bootstrap writes such a line, but installers
 * do (Debian's netcfg for 127.0.1.1, Alpine's setup-alpine for 127.0.0.1), and so do people. For etc/hosts it reports the
 * name that rules remove from etc/hostname; for etc/hostname, where no rule does, that etc/hosts has its name too.
 * Silent with --policy hostname=keep.
 */
export const hostsHostName: Rewrite = {
  what: 'Changes nothing; reports that etc/hosts names the machine on which the tree was made.',
  maximumSize: 16 * 1024 * 1024,
  apply(bytes, context) {
    if (context.policy('hostname') !== 'drop') return UNCHANGED;
    const text = bytes.toString('latin1');
    return HOSTNAME.test(context.path) ? ofHostname(text, context) : noteOfHosts(text, context);
  },
};

function ofHostname(text: string, context: RewriteContext): ReturnType<Rewrite['apply']> {
  const name = hostName(text);
  if (name === undefined || isNoName(name) || !isNamed(textAt(context, 'etc/hosts'), name)) return UNCHANGED;
  return {
    outcome: 'unchanged',
    note: 'etc/hosts also contains this name, as installers write it: replace it in both, or keep it with --policy hostname=keep.',
  };
}

function noteOfHosts(text: string, context: RewriteContext): ReturnType<Rewrite['apply']> {
  const host = buildHost(context);
  const replaced = replacedName(context);
  const isOwn = (name: string): boolean => host?.isOwn(name) === true || name === replaced;
  if (!namesIn(text).some(isOwn)) return UNCHANGED;
  return {
    outcome: 'unchanged',
    note: 'Contains the name removed from etc/hostname: --policy hosts=strip removes a line for 127.0.1.1; --policy hostname=keep keeps the name.',
  };
}

/** The name in etc/hostname where a rule replaces it. */
function replacedName(context: RewriteContext): string | undefined {
  const name = hostName(textAt(context, 'etc/hostname'));
  const after = context.lookUp('etc/hostname');
  if (name === undefined || isNoName(name) || after?.isFile !== true) return undefined;
  return hostName(after.readFinal(64 * 1024).toString('latin1')) === name ? undefined : name;
}

function isNamed(hosts: string, name: string): boolean {
  return namesIn(hosts).some((each) => each === name || each.startsWith(`${name}.`));
}

/** hosts(5): names after an address, up to a comment; in lower case. */
function namesIn(hosts: string): string[] {
  return hosts
    .toLowerCase()
    .split('\n')
    .flatMap((line) => line.replace(/#.*/, '').trim().split(/\s+/).slice(1));
}

/** The address that Debian gives to the machine's own name if it has no fixed address. */
const OWN_NAME = /^127\.0\.1\.1[ \t].*(?:\n|$)/gm;

/** hosts(5): lines for 127.0.1.1 name the machine on which the tree was made. */
export const hostsOwnName: Rewrite = {
  what: "Removes lines for 127.0.1.1, the machine's own name, from etc/hosts.",
  maximumSize: 16 * 1024 * 1024,
  apply(bytes) {
    return ifTextChanged(bytes, bytes.toString('latin1').replace(OWN_NAME, ''));
  },
};

/** Remaining differences of one file, and the names in it that may be the build machine's although nothing proves it. */
interface Cleaned {
  readonly text: string;
  readonly doubtful: readonly string[];
}

type Clean = (text: string, host: BuildHost) => Cleaned;

const CLEANERS: readonly (readonly [path: RegExp, clean: Clean])[] = [
  [/(?:^|\/)etc\/mailname$/, cleanMailname],
  [/(?:^|\/)etc\/postfix\/main\.cf$/, cleanPostfix],
  [/(?:^|\/)etc\/exim4\/update-exim4\.conf\.conf$/, cleanExim],
  [/(?:^|\/)exim4\/config\.autogenerated$/, cleanGenerated],
  [/(?:^|\/)etc\/ssmtp\/ssmtp\.conf$/, cleanSsmtp],
  [/(?:^|\/)etc\/news\/whoami$/, cleanMailname],
  [/(?:^|\/)etc\/(webalizer|awffull)\/\1\.conf$/, cleanStatistics],
];

/**
 * Configuration of mail servers into which Debian's maintainer scripts write the name of the machine they run
 * on. A single name becomes `localhost`, as on a machine without one; it is removed from a list of names, since those
 * servers add the machine's own name anyway; and postfix queries it where main.cf has none (postconf(5), myhostname).
 */
export const mailHostName: Rewrite = {
  what: 'Removes the name of the build machine from the configuration of mail servers (postfix, exim, sSMTP, INN) and web statistics; names that a user chose stay.',
  maximumSize: 1024 * 1024,
  apply(bytes, context) {
    const clean = CLEANERS.find(([path]) => path.test(context.path))?.[1];
    const host = clean && buildHost(context);
    if (clean === undefined || host === undefined) return UNCHANGED;
    const { text, doubtful } = clean(bytes.toString('latin1'), host);
    const result = ifTextChanged(bytes, text);
    if (doubtful.length === 0) return result;
    return {
      ...result,
      note: "Unless you wrote this name, it is the build machine's: preseed exim4/mailname or postfix/mailname.",
    };
  },
};

function cleanMailname(text: string, host: BuildHost): Cleaned {
  const name = /^[ \t]*([^\s#]+)/.exec(text)?.[1] ?? '';
  if (host.isOwn(name)) return { text: text.replace(name, NO_NAME), doubtful: [] };
  return { text, doubtful: [name].filter(host.mayBeOwn) };
}

/** A line that begins with a space or tab continues the one before it. */
const MYHOSTNAME = /^myhostname[ \t]*=[ \t]*(\S+)[ \t]*(?:\n(?![ \t])|$(?![\s\S]))/gm;
const MYDESTINATION = /^(mydestination[ \t]*=)([^\n]*(?:\n[ \t]+[^\n]*)*)/gm;

function cleanPostfix(text: string, host: BuildHost): Cleaned {
  const doubtful: string[] = [];
  const cleaned = text
    .replace(MYHOSTNAME, (line, name: string) => {
      if (host.isOwn(name)) return '';
      if (host.mayBeOwn(name)) doubtful.push(name);
      return line;
    })
    .replace(MYDESTINATION, (_all, key: string, list: string) => {
      const [, space = '', names = ''] = /^(\s*)([\s\S]*)$/.exec(list) ?? [];
      return key + space + withoutNames(names, /([,\s]+)/, host.isOwn);
    });
  return { text: cleaned, doubtful };
}

const OTHER_HOSTNAMES = /^([ \t]*dc_other_hostnames=)(['"]?)([^'"\n]*)\2/gm;

function cleanExim(text: string, host: BuildHost): Cleaned {
  const cleaned = text.replace(
    OTHER_HOSTNAMES,
    (_all, key: string, quote: string, list: string) =>
      key + quote + withoutNames(list, /([:;\s]+)/, host.isOwn) + quote,
  );
  return { text: cleaned, doubtful: [] };
}

/** ssmtp.conf(5). */
function cleanSsmtp(text: string, host: BuildHost): Cleaned {
  const cleaned = text.replace(/^(hostname=)(\S+)$/gm, (line, key: string, name: string) =>
    host.isOwn(name) ? key + NO_NAME : line,
  );
  return { text: cleaned, doubtful: [] };
}

/** webalizer(1), awffull(1): without the line they ask for the name of the machine on which they run, as the comment above it says. */
function cleanStatistics(text: string, host: BuildHost): Cleaned {
  const cleaned = text.replace(/^(HostName[ \t]+)(\S+)$/gm, (line, key: string, name: string) =>
    host.isOwn(name) ? `#${key}${NO_NAME}` : line,
  );
  return { text: cleaned, doubtful: [] };
}

/** The output of update-exim4.conf(8), which the server reads until it is generated again. */
function cleanGenerated(text: string, host: BuildHost): Cleaned {
  const cleaned = text
    .replace(/^(ETC_MAILNAME[ \t]*=[ \t]*)(\S+)/gm, (line, key: string, name: string) =>
      host.isOwn(name) ? key + NO_NAME : line,
    )
    .replace(
      /^(MAIN_LOCAL_DOMAINS[ \t]*=[ \t]*)(\S[^\n]*)/gm,
      (_all, key: string, list: string) => key + withoutNames(list, /([:;\s]+)/, host.isOwn),
    );
  return { text: cleaned, doubtful: [] };
}
