import { fieldOf, splitStanzas } from '../formats/deb822.ts';
import { movedPlaces } from '../packages/moved-directories.ts';
import type { RewriteContext } from './rewrite.ts';

/** A larger file is not a genuine one of these. Bytes. */
const EVIDENCE_MAX = 64 * 1024;
const DEBCONF_MAX = 32 * 1024 * 1024;

/** Questions of Debian's mail servers whose answer names the machine. */
const MAIL_QUESTIONS: readonly string[] = [
  'exim4/dc_other_hostnames',
  'exim4/mailname',
  'postfix/destinations',
  'postfix/mailname',
];

/** All questions whose answer names the machine. The news reader slrn marks its own answer as seen, so that says nothing. */
export const HOST_QUESTIONS: readonly string[] = [...MAIL_QUESTIONS, 'shared/mailname'];

const KEY_TYPES = ['dsa', 'ecdsa', 'ed25519', 'rsa'];

/** The name of a machine without one, and the replacement for the build machine's name. */
export const NO_NAME = 'localhost';

/** What a tree reveals about the machine it was made on. */
export interface BuildHost {
  /** Whether this is certainly the name of the build machine, with or without its domain. */
  isOwn(name: string): boolean;
  /** Whether it may be: no user answered the questions about it, or it is the build machine's with an unknown domain. */
  mayBeOwn(name: string): boolean;
}

/**
 * The name of the build machine is certain where a rule drops a copy of it from the same tree: etc/hostname, or OpenSSH
 * host keys, whose comments contain it (ssh-keygen(1)). A name that a user gave as an answer to debconf does not count,
 * even if it is the same, nor does one that stays in etc/hostname. debconf marks with `seen` what was preseeded or
 * asked, but not what a package chose itself in an installation without questions.
 *
 * @returns undefined where --policy hostname=keep says that the name is intentional
 */
export function buildHost(context: RewriteContext): BuildHost | undefined {
  if (context.policy('hostname') !== 'drop') return undefined;
  const { chosen, isUnanswered } = answersIn(textAt(context, 'var/cache/debconf/config.dat', DEBCONF_MAX));
  const kept = isKept(context, 'etc/hostname') ? hostName(textAt(context, 'etc/hostname')) : undefined;
  const isChosen = (name: string): boolean =>
    chosen.has(name) || (kept !== undefined && (name === kept || name.startsWith(`${kept}.`)));
  const bases = [...evidentNames(context)].filter((name) => !isChosen(name) && !isNoName(name));
  const domains = ['', '.localdomain', '.unknown', ...searchDomain(textAt(context, 'etc/resolv.conf'))];
  const own = new Set(bases.flatMap((base) => domains.map((domain) => base + domain)));
  return {
    isOwn: (name) => own.has(name.toLowerCase()) && !isChosen(name.toLowerCase()),
    mayBeOwn(given) {
      const name = given.toLowerCase();
      if (name === '' || isNoName(name) || isChosen(name)) return false;
      return isUnanswered || bases.some((base) => name.startsWith(`${base}.`));
    },
  };
}

function evidentNames(context: RewriteContext): Set<string> {
  const names = new Set<string>();
  const add = (name: string | undefined): void => {
    if (name !== undefined) names.add(name);
  };
  // A name that stays was chosen, and is removed with the other chosen names.
  add(hostName(textAt(context, 'etc/hostname')));
  for (const type of KEY_TYPES) {
    const path = `etc/ssh/ssh_host_${type}_key.pub`;
    if (isKept(context, path)) continue;
    add(hostName(/^\S+ \S+ root@(\S+)\s*$/.exec(textAt(context, path))?.[1] ?? ''));
  }
  return names;
}

interface Answers {
  /** Names in answers that a user gave, in lower case. */
  readonly chosen: ReadonlySet<string>;
  /** The questions exist, and no user answered any of them. */
  readonly isUnanswered: boolean;
}

function answersIn(debconf: string): Answers {
  const stanzas = splitStanzas(debconf)?.stanzas ?? [];
  const asked = stanzas.filter((stanza) => MAIL_QUESTIONS.includes(fieldOf(stanza, 'Name')));
  const given = asked.filter(isAnswered);
  const names = given.flatMap((stanza) =>
    fieldOf(stanza, 'Value')
      .toLowerCase()
      .split(/[\s,:;]+/),
  );
  return { chosen: new Set(names), isUnanswered: asked.length > 0 && given.length === 0 };
}

/** Whether a person or a preseed answered the question with this stanza. */
function isAnswered(stanza: string): boolean {
  return fieldOf(stanza, 'Flags').split(', ').includes('seen');
}

/** The resolver uses the last of these lines, and so does the script that appends the domain to a name. */
function searchDomain(resolvConf: string): string[] {
  const last = [...resolvConf.matchAll(/^(?:search|domain)[ \t]+\.*([^\s.][^\s]*)/gm)].at(-1)?.[1];
  return last === undefined ? [] : [`.${last.toLowerCase().replace(/\.$/, '')}`];
}

/** hostname(5): the first line that is not a comment. */
export function hostName(text: string): string | undefined {
  const name = /^[ \t]*([A-Za-z0-9][A-Za-z0-9.-]{0,252})[ \t]*$/m.exec(text)?.[1];
  return name?.toLowerCase().replace(/\.$/, '');
}

/** Whether it is the name of a machine without one. */
export function isNoName(name: string): boolean {
  return name === NO_NAME || name.startsWith(`${NO_NAME}.`) || name === 'localdomain';
}

/** Content of the file in the source, wherever its directory has moved; '' where there is none. */
export function textAt({ original }: RewriteContext, path: string, limit: number = EVIDENCE_MAX): string {
  for (const place of movedPlaces(path)) {
    const found = original(place);
    if (found?.isFile && found.size <= limit) return found.read(limit).toString('latin1');
  }
  return '';
}

function isKept({ lookUp }: RewriteContext, path: string): boolean {
  return movedPlaces(path).some((place) => lookUp(place)?.isFile === true);
}

/**
 * A list without the names of the build machine, each with one separator.
 * @param separators a class of the characters that separate names
 */
export function withoutNames(list: string, separators: RegExp, isOwn: (name: string) => boolean): string {
  // Names are at even places, separators at odd ones.
  const parts = list.split(separators);
  for (let at = 0; at < parts.length; ) {
    const name = parts[at] as string;
    if (name === '' || !isOwn(name)) at += 2;
    else parts.splice(at > 0 && at === parts.length - 1 ? at - 1 : at, 2);
  }
  return parts.join('');
}
