/** Pieces of text that vary from build to build, whatever program writes them. Byte strings in, byte strings out. */

export type VariedKind = 'temporary-path' | 'time' | 'random' | 'host-name';

/** In the order in which they are looked for: a temporary path may hold what looks like a random number. */
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*';
const CLOCK = '\\d{1,2}:\\d{2}(?::\\d{2}(?:[.,]\\d+)?)?';
const ZONE = '(?: ?(?:UTC|GMT|Z|[+-]\\d{2}:?\\d{2}|[A-Z]{3,4}))?';

const PATTERNS: readonly (readonly [kind: VariedKind, pattern: string])[] = [
  // mktemp(1) and what image builders call their working directories
  ['temporary-path', '(?:/var)?/tmp/[^\\s"\'`:;,)<>]+'],
  [
    'temporary-path',
    '\\b(?:tmp|mmdebstrap|mkosi-workspace|debootstrap|dracut|mkinitramfs)[._-][0-9A-Za-z_]{6,}(?:/|\\b)',
  ],
  ['time', `(?:${DAY},? )?\\d{1,2}[ -]${MONTH}[ -]\\d{4}(?: ${CLOCK})?${ZONE}`],
  ['time', `(?:${DAY},? )?${MONTH} {1,2}\\d{1,2}(?:,? \\d{4})?(?: ${CLOCK}(?: ?[AP]M)?${ZONE}(?: \\d{4})?)?`],
  ['time', `\\b\\d{4}-\\d{2}-\\d{2}(?:[T ]+${CLOCK})?${ZONE}`],
  ['time', `\\b\\d{4}/\\d{2}/\\d{2}(?: ${CLOCK})?${ZONE}`],
  ['time', `\\b\\d{1,2}/\\d{1,2}/\\d{2,4}(?: ${CLOCK})?`],
  // YYYYMMDD with what may follow it
  [
    'time',
    '(?<![0-9A-Fa-f])(?:19|20)\\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\\d|3[01])(?:[T.-]?\\d{4,6}Z?)?(?![0-9A-Fa-f])',
  ],
  ['time', `\\b\\d{1,2}:\\d{2}:\\d{2}(?:[.,]\\d+)?\\b`],
  // seconds, milliseconds, micro- and nanoseconds since 1970, from 2001 to 2065
  ['time', '(?<![0-9A-Fa-f])[12]\\d{9}(?:\\d{3}){0,3}(?:\\.\\d+)?(?![0-9A-Fa-f])'],
  // how long something took
  ['time', '\\b\\d+(?:\\.\\d+)? ?(?:ms|s|secs?|seconds?|minutes?)\\b'],
  ['random', '\\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\\b'],
  ['random', '(?<![0-9A-Za-z])(?=[0-9a-fA-F]{0,127}\\d)[0-9a-fA-F]{8,128}(?![0-9A-Za-z])'],
  // 128 bits or more in base64; what is much longer is data
  ['random', '(?<![0-9A-Za-z+/])[0-9A-Za-z+/]{22,128}={0,2}(?![0-9A-Za-z+/=])'],
];

const KINDS: readonly VariedKind[] = PATTERNS.map(([kind]) => kind);
const ALL = new RegExp(PATTERNS.map(([, pattern]) => `(${pattern})`).join('|'), 'g');

export interface Variation {
  readonly kinds: ReadonlySet<VariedKind>;
  /** The values that differ, as the two sides have them; of each pair the first place. */
  readonly values: readonly (readonly [kind: VariedKind, a: string, b: string])[];
}

interface Masked {
  readonly text: string;
  readonly values: { readonly kind: VariedKind; readonly value: string }[];
}

function mask(text: string, host: string): Masked {
  const values: Masked['values'] = [];
  const note = (kind: VariedKind, value: string): string => {
    values.push({ kind, value });
    return `\0${kind}\0`;
  };
  // A name of one or two letters is everywhere.
  const pieces = host.length < 3 ? [text] : text.split(host);
  const masked = pieces.map((piece) =>
    piece.replace(ALL, (value, ...rest) => {
      const group = rest.findIndex((each, i) => i < KINDS.length && each !== undefined);
      return note(KINDS[group] as VariedKind, value);
    }),
  );
  return { text: masked.join('\0host-name\0'), values };
}

/**
 * What varies between two texts, where nothing but times, temporary paths, random numbers and the names of the
 * two hosts does.
 *
 * @param hosts name of the host of either side, '' where it is not known
 * @returns undefined for texts that differ in anything else
 */
export function findVariation(a: string, b: string, hosts: readonly [string, string]): Variation | undefined {
  const left = mask(a, hosts[0]);
  const right = mask(b, hosts[1]);
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
  if (hosts[0] !== hosts[1] && left.text.includes('\0host-name\0')) kinds.add('host-name');
  return kinds.size === 0 ? undefined : { kinds, values: [...values.values()] };
}
