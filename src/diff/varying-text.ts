import type { Source } from '../source/source.ts';

/** Pieces of text that vary from build to build, whichever program writes them. Byte strings in, byte strings out. */

export type VariedKind = 'temporary-path' | 'time' | 'random' | 'host-name';

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*';
const CLOCK = '\\d{1,2}:\\d{2}(?::\\d{2}(?:[.,]\\d+)?)?';
const ZONE = '(?: ?(?:UTC|GMT|Z|[+-]\\d{2}:?\\d{2}|[A-Z]{3,4}))?';

/**
 * In matching order: a temporary path may contain what looks like a random number. To keep matching linear in the
 * length of a line, no pattern repeats a group without bound, or begins with an unbounded repetition.
 */
export const PATTERNS: readonly (readonly [kind: VariedKind, pattern: string])[] = [
  // mktemp(1), tempfile and tmpnam, and what tools and image builders call their working directories
  ['temporary-path', '(?:/var)?/tmp/[^\\s"\'`:;,)<>]+'],
  [
    'temporary-path',
    '\\b(?:tmp|mmdebstrap|mkosi-workspace|debootstrap|dracut|mkinitramfs)[._-][0-9A-Za-z_]{6,}(?:/|\\b)',
  ],
  [
    'temporary-path',
    '\\b(?:rpm-tmp|go-build|cargo-install|yarn--|npm-|bun-|cc)[.-]?(?=[0-9A-Za-z]*\\d)[0-9A-Za-z]{6,24}\\b',
  ],
  ['temporary-path', '\\bpip-(?:[a-z]+-){1,4}[0-9a-z_]{8}\\b'],
  ['temporary-path', '\\btmp(?=[0-9a-z_]*[0-9_])[0-9a-z_]{8}\\b'],
  // Ruby's Dir.mktmpdir and Tempfile: prefix, day, process, random number in base 36
  [
    'temporary-path',
    '(?<![0-9A-Za-z])[0-9A-Za-z_.]{0,40}(?:19|20)\\d{6}-\\d{1,10}-[0-9a-z]{4,13}(?![0-9A-Za-z])',
  ],
  // sbuild and pbuilder
  ['temporary-path', '/build/[0-9A-Za-z.+~-]{1,80}-[0-9A-Za-z]{6}(?=/|\\b)'],
  // CPAN.pm: distribution and six random characters; cpanm: time and process
  [
    'temporary-path',
    '\\.cpan/build/[0-9A-Za-z.+_-]{1,80}-[0-9A-Za-z_]{6}(?=/|\\b)|\\.cpanm/work/\\d+\\.\\d+',
  ],
  ['time', '\\b\\d{4}-\\d{2}-\\d{2}[T_ -]\\d{2}[_:.-]?\\d{2}[_:.-]?\\d{2}(?:[_.,-]\\d{1,9})?Z?(?![0-9])'],
  ['time', `(?:${DAY},? )?\\d{1,2}[ -]${MONTH}[ -]\\d{4}(?: ${CLOCK})?${ZONE}`],
  ['time', `(?:${DAY},? )?${MONTH} {1,2}\\d{1,2}(?:,? \\d{4})?(?: ${CLOCK}(?: ?[AP]M)?${ZONE}(?: \\d{4})?)?`],
  ['time', `\\b\\d{4}-\\d{2}-\\d{2}(?:[T ]+${CLOCK})?${ZONE}`],
  ['time', `\\b\\d{4}/\\d{2}/\\d{2}(?: ${CLOCK})?${ZONE}`],
  ['time', `\\b\\d{1,2}/\\d{1,2}/\\d{2,4}(?: ${CLOCK})?`],
  ['time', `\\b\\d{1,2}\\. ?(?:\\d{1,2}\\.|${MONTH}) ?(?:19|20)\\d{2}(?:,? ${CLOCK})?`],
  // YYYYMMDD and what may follow it
  [
    'time',
    '(?<![0-9A-Fa-f])(?:19|20)\\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\\d|3[01])(?:[T._-]?\\d{4,6}Z?)?(?![0-9A-Fa-f])',
  ],
  ['time', `\\b\\d{1,2}:\\d{2}:\\d{2}(?:[.,]\\d+)?\\b`],
  // seconds, milliseconds, micro- and nanoseconds since 1970, from 2001 to 2065
  ['time', '(?<![0-9A-Fa-f])[12]\\d{9}(?:\\d{3}){0,3}(?:\\.\\d+)?(?![0-9A-Fa-f])'],
  // how long something took
  ['time', '\\b\\d+(?:\\.\\d+)? ?(?:ms|s|secs?|seconds?|minutes?)\\b'],
  // how fast it was
  ['time', '\\b\\d+(?:\\.\\d+)? ?[kKMG]i?B/s\\b'],
  // the process that wrote a log line, and memory addresses
  ['random', '(?<=\\w)\\[\\d{1,7}\\](?=:)|\\b[Pp][Ii][Dd][ =:]{1,3}\\d{1,7}\\b|\\b0x[0-9a-fA-F]{6,16}\\b'],
  ['random', '\\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\\b'],
  ['random', '(?<![0-9A-Za-z])(?=[0-9a-fA-F]{0,127}\\d)[0-9a-fA-F]{8,128}(?![0-9A-Za-z])'],
  // 128 bits or more in base64; anything much longer is data
  ['random', '(?<![0-9A-Za-z+/])[0-9A-Za-z+/]{22,128}={0,2}(?![0-9A-Za-z+/=])'],
];

const KINDS: readonly VariedKind[] = PATTERNS.map(([kind]) => kind);
const ALL = new RegExp(PATTERNS.map(([, pattern]) => `(${pattern})`).join('|'), 'g');

export interface Variation {
  readonly kinds: ReadonlySet<VariedKind>;
  /** The values that differ, as on the two sides; each pair where it first occurs. */
  readonly values: readonly (readonly [kind: VariedKind, a: string, b: string])[];
}

/** Names of the hosts on which the two sides were made, as far as they are known. */
export type Hosts = readonly [a: readonly string[], b: readonly string[]];

type Replace = (kind: VariedKind, value: string) => string;

/** Names are matched as words: `vm` is not in `lvm`, nor `build` in `rebuild`. */
function hostPattern(hosts: Hosts): RegExp | undefined {
  // A one-letter name would match everywhere.
  const names = [...new Set(hosts.flat())].filter((name) => name.length > 1);
  if (names.length === 0) return undefined;
  const words = names
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[^0-9A-Za-z_]/g, '\\$&'));
  return new RegExp(`(?<![0-9A-Za-z])(?:${words.join('|')})(?![0-9A-Za-z])`, 'g');
}

/** Host names identified by their context: a login, or the output of uname(1). */
const NAMED_HOST =
  /(?<=\b(?:root|builder|buildd|runner)@)[0-9A-Za-z][0-9A-Za-z.-]{0,80}|(?<=\bLinux )[0-9A-Za-z][0-9A-Za-z.-]{0,80}(?= \d+\.\d+[^ ]{0,40} #\d)|(?<=\b(?:uname -n|hostname) {0,4}[=:] {0,4})[0-9A-Za-z][0-9A-Za-z.-]{0,80}/g;

function replaceAll(text: string, hosts: RegExp | undefined, replace: Replace): string {
  const outside = (piece: string): string =>
    piece.replace(ALL, (value, ...rest) => {
      const group = rest.findIndex((each, i) => i < KINDS.length && each !== undefined);
      return replace(KINDS[group] as VariedKind, value);
    });
  const pattern = hosts === undefined ? NAMED_HOST : new RegExp(`${hosts.source}|${NAMED_HOST.source}`, 'g');
  let result = '';
  let from = 0;
  for (const { index, 0: value } of text.matchAll(pattern)) {
    result += outside(text.slice(from, index)) + replace('host-name', value);
    from = index + value.length;
  }
  return result + outside(text.slice(from));
}

interface Masked {
  readonly text: string;
  readonly values: readonly { readonly kind: VariedKind; readonly value: string }[];
}

function mask(text: string, hosts: RegExp | undefined): Masked {
  const values: { kind: VariedKind; value: string }[] = [];
  const masked = replaceAll(text, hosts, (kind, value) => {
    values.push({ kind, value });
    return `\0${kind}\0`;
  });
  return { text: masked, values };
}

/** The text with its varying parts masked: equal for texts that differ in nothing else. */
export function maskVarying(text: string, hosts: Hosts): string {
  return mask(text, hostPattern(hosts)).text;
}

/**
 * What varies between two texts, if that is only times, temporary paths, random numbers and the names of the two hosts.
 *
 * @returns undefined for texts that differ in anything else
 */
export function findVariation(a: string, b: string, hosts: Hosts): Variation | undefined {
  const pattern = hostPattern(hosts);
  const left = mask(a, pattern);
  const right = mask(b, pattern);
  if (left.text !== right.text) return undefined;
  const kinds = new Set<VariedKind>();
  const values = new Map<string, readonly [VariedKind, string, string]>();
  left.values.forEach(({ kind, value }, i) => {
    const other = right.values[i]?.value ?? '';
    if (value === other) return;
    kinds.add(kind);
    const key = `${value}\0${other}`;
    if (!values.has(key)) values.set(key, [kind, value, other]);
  });
  return kinds.size === 0 ? undefined : { kinds, values: [...values.values()] };
}

/**
 * Two texts that differ in nothing else, as what they share and the values of either, in turn.
 *
 * @returns undefined for texts that differ in anything else
 */
export function splitVarying(
  a: string,
  b: string,
  hosts: Hosts,
): (string | { readonly kind: VariedKind; readonly a: string; readonly b: string })[] | undefined {
  const pattern = hostPattern(hosts);
  const left = mask(a, pattern);
  const right = mask(b, pattern);
  if (left.text !== right.text || a.includes('\0')) return undefined;
  return left.text.split(/\0[a-z-]+\0/).flatMap((text, i) => {
    const value = left.values[i];
    if (value === undefined) return [text];
    return [text, { kind: value.kind, a: value.value, b: right.values[i]?.value ?? '' }];
  });
}

/** The first text with replacements for the values that differ. */
export function replaceVarying(
  a: string,
  { values }: Variation,
  hosts: Hosts,
  words: Readonly<Partial<Record<VariedKind, string>>>,
): string {
  const differing = new Set(values.map(([, value]) => value));
  return replaceAll(a, hostPattern(hosts), (kind, value) =>
    differing.has(value) ? (words[kind] ?? value) : value,
  );
}

// The names by which a tree refers to the machine that built it: package scripts take them from uname(2), not from
// etc/hostname.

/** Longer files are not any of these. */
const BYTES_MAX = 64 * 1024;
const NAME = /^[0-9A-Za-z](?:[0-9A-Za-z.-]{0,252}[0-9A-Za-z])?$/;
/** Names that are common to all machines, or mean none. */
const COMMON: ReadonlySet<string> = new Set(['localhost', 'localhost.localdomain', 'none', 'unknown']);

/** Files that contain a name, and which words of them it is. */
const PLACES: ReadonlyMap<string, (text: string) => Iterable<string | undefined>> = new Map([
  ['etc/hostname', (text: string) => [text.trim()]],
  ['etc/mailname', (text: string) => [text.trim()]],
  // Debian: 127.0.1.1 is the name of the machine itself.
  ['etc/hosts', (text: string) => (/^127\.0\.1\.1[ \t]+(.+)$/m.exec(text)?.[1] ?? '').split(/[ \t]+/)],
  // etckeeper: `HOST /etc repository`, and the author of its first commit.
  ['etc/.git/description', (text: string) => [/^(\S+) \/etc repository/.exec(text)?.[1]]],
  ['etc/.git/logs/HEAD', (text: string) => [/<root@([^>\s]+)>/.exec(text)?.[1]]],
]);
/** The comment at the end: ssh-keygen(1) writes USER@HOST. */
const SSH_KEY = /^etc\/ssh\/ssh_host_[^/]+_key\.pub$/;

function ofSshKey(text: string): (string | undefined)[] {
  return [/ [^\s@]+@(\S+)\s*$/.exec(text)?.[1]];
}

/** Names of the host, the longest first; empty if none is found. */
export function hostNames(source: Source): string[] {
  const names = new Set<string>();
  const add = (name: string | undefined): void => {
    if (name === undefined || !NAME.test(name) || COMMON.has(name)) return;
    names.add(name);
    // A name with a domain also occurs without it.
    const [short = ''] = name.split('.');
    if (short !== name && NAME.test(short) && !/^\d+$/.test(short) && !COMMON.has(short)) names.add(short);
  };
  // What is equal on both sides does not explain what differs, so unread entries need not be requested.
  for (const entry of source.tree.entries) {
    if (!entry.path.startsWith('etc/') || entry.type !== 'file' || entry.size > BYTES_MAX) continue;
    const find = SSH_KEY.test(entry.path) ? ofSshKey : PLACES.get(entry.path);
    if (find === undefined) continue;
    for (const name of find(source.readFile(entry, BYTES_MAX).toString('latin1'))) add(name);
  }
  return [...names].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}
