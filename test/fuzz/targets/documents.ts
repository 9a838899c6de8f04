import { encodeJournal, parseJournal } from '../../../src/finalize/journal-format.ts';
import { parseAccounts } from '../../../src/formats/accounts.ts';
import { parseControlFile } from '../../../src/formats/deb822.ts';
import { parseOsRelease } from '../../../src/formats/os-release.ts';
import { findRepositories } from '../../../src/manifest/build-manifest.ts';
import { parseManifest } from '../../../src/manifest/read-manifest.ts';
import { parseDiversions } from '../../../src/packages/dpkg.ts';
import { readRuleFile } from '../../../src/rules/user-file.ts';
import { SAMPLE_MANIFEST } from '../../manifest/sample-manifest.ts';
import { mutate } from '../mutate.ts';
import type { Random } from '../random.ts';
import type { FuzzTarget } from '../target.ts';

const RULES = `# rules
[[rule]]
id = "drop-logs"
match = ["var/log/**", "!var/log/keep", '/etc/{a,b}*[0-9]']
except = "var/log/x"
action = "drop"
why = """long
text"""

[[rule]]
id = "owner"
match = "srv"
action = "set"
mode = "0755"
uid = 5
why = "x"
when = { distro = "debian" }

[policies]
machine-id = "uninitialized"
`;
const TOKENS = [
  ...[
    '[[rule]]\n',
    '[policies]\n',
    '[',
    ']',
    '[[',
    ']]',
    '{',
    '}',
    '=',
    '.',
    ',',
    '"',
    "'",
    '"""',
    "'''",
    '\\',
  ],
  ...[
    '\n',
    ' ',
    '#',
    'id',
    'match',
    'action',
    'why',
    'when',
    'a',
    '"a/**"',
    '"drop"',
    '1',
    '1e9',
    '0x',
    'inf',
    'true',
  ],
  ...['1979-05-27', 'a.b.c', '\\u0041', '\\U00110000', '\u{1F600}', '\0', '{a={', '[[[[', '**', '{a,', '[!'],
];

function generated(random: Random, tokens: readonly string[]): Buffer {
  const count = 1 + random.below(60);
  return Buffer.from(Array.from({ length: count }, () => random.pick(tokens)).join(''));
}

/** Rule files, which also occur in untrusted manifests. Most random input fails at its first byte. */
export const rulesTarget: FuzzTarget = {
  name: 'rules',
  share: 8,
  codes: /^(rule-file|bad-glob)$/,
  showsLines: true,
  corpus: () => [
    Buffer.from('[[rule]]\nid="a"\nmatch="a"\naction="drop"\nwhy="x"\n'),
    Buffer.from('[policies]\na="b"\n'),
  ],
  change: (original, corpus, random) => {
    if (random.below(4) === 0) return Buffer.concat([original, generated(random, TOKENS)]);
    return mutate(random.below(2) === 0 ? Buffer.from(RULES) : original, corpus, random);
  },
  read: (bytes) => void readRuleFile(bytes.toString('utf8'), 'f'),
};

export const manifestTarget: FuzzTarget = {
  name: 'manifest',
  share: 4,
  codes: /^manifest-(malformed|version)$/,
  corpus: () => [Buffer.from(JSON.stringify(SAMPLE_MANIFEST))],
  change(original, corpus, random) {
    return random.below(3) === 0 ? mutate(original, corpus, random) : exchanged(original, random);
  },
  read: (bytes) => void parseManifest(bytes.toString('utf8'), 'f'),
};

const VALUES = [
  'null',
  '0',
  '-1',
  '1e400',
  '""',
  '"x"',
  '[]',
  '{}',
  'true',
  '[[[[]]]]',
  '{"__proto__":1}',
  '"sha256:"',
];

/** JSON still, with another value in one place. */
function exchanged(json: Buffer, random: Random): Buffer {
  const text = json.toString('utf8');
  const places = [...text.matchAll(/:("[^"]*"|-?\d+|true|false)/g)];
  const place = random.pick(places);
  const start = place.index + 1;
  return Buffer.from(
    `${text.slice(0, start)}${random.pick(VALUES)}${text.slice(place.index + place[0].length)}`,
  );
}

const STAGED = { number: 1, size: 5, sha256: 'a'.repeat(64) };
const JOURNAL = encodeJournal([
  { do: 'unlock', path: '', mode: 0o700 },
  { do: 'remove', path: 'a/b', isDirectory: false },
  { do: 'directory', path: 'd' },
  { do: 'symlink', path: 'l', target: '/x' },
  { do: 'write', path: 'f', staged: STAGED },
  { do: 'fill', path: 'g', staged: STAGED, names: ['g', 'h'] },
  { do: 'relink', path: 'h', to: 'g' },
  { do: 'set', path: 'f', owner: [0, 0], mode: 0o644, mtime: 5 },
]);

export const journalTarget: FuzzTarget = {
  name: 'journal',
  share: 4,
  codes: /^finalize-interrupted$/,
  corpus: () => [Buffer.from(JOURNAL)],
  change(original, corpus, random) {
    const lines = original.toString('latin1').split('\n');
    const at = 1 + random.below(lines.length - 3);
    const changed =
      random.below(2) === 0
        ? exchanged(Buffer.from(lines[at]!), random)
        : mutate(Buffer.from(lines[at]!), corpus, random);
    lines[at] = changed.toString('latin1').replaceAll('\n', '');
    return random.below(6) === 0 ? mutate(original, corpus, random) : Buffer.from(lines.join('\n'), 'latin1');
  },
  read(bytes) {
    for (const { path } of parseJournal(bytes.toString('latin1'), 'f')) {
      if (path.split('/').includes('..')) throw new Error(`a path that leads out: ${path}`);
    }
  },
};

const TEXTS: readonly (readonly [file: string, text: string, read: (text: string) => unknown])[] = [
  ['os-release', 'ID=debian\nNAME="De\\"bian"\nVERSION_ID=\'12\'\n', parseOsRelease],
  ['passwd', 'root:x:0:0::/root:/bin/sh\n+::::::\n', parseAccounts],
  ['diversions', '/bin/sh\n/bin/sh.distrib\ndash\n', (text) => parseDiversions(text.split('\n'))],
  [
    'control',
    'Package: a\nDescription: x\n more\n .\n\nPackage: b\n',
    (text) => [...parseControlFile(text, new Set(['package', 'description']))],
  ],
  ...repositories(
    'etc/apt/sources.list',
    'deb [signed-by=/x snapshot=20240101T000000Z] http://user:pw@deb.example/debian bookworm main\n',
  ),
  ...repositories(
    'etc/apt/sources.list.d/a.sources',
    'Types: deb\nURIs: http://deb.example/debian\nSuites: bookworm\nComponents: main\n',
  ),
  ...repositories(
    'etc/pacman.conf',
    '[options]\nx=1\n[core]\nServer = http://m.example/$repo\nInclude = /etc/pacman.conf\nInclude = /etc/*.conf\n',
  ),
  ...repositories(
    'etc/yum.repos.d/a.repo',
    '[a]\nname=a\nbaseurl=http://a.example/\n  http://b.example/\nenabled=1\n',
  ),
  ...repositories(
    'etc/apk/repositories',
    'http://a.example/alpine/v3.20/main\n@edge http://b.example/edge\n',
  ),
];

function repositories(path: string, text: string): [string, string, (text: string) => unknown][] {
  const directory = path.slice(0, path.lastIndexOf('/'));
  const read = (content: string): unknown =>
    findRepositories({
      read: (each) => (each === path ? content : undefined),
      list: (each) => (each === directory ? [path] : []),
    });
  return [[path, text, read]];
}

/** Files of a tree that are read as text: what is not as it should be in them is passed over, as their programs do. */
export const textsTarget: FuzzTarget = {
  name: 'texts',
  share: 6,
  codes: /^$/,
  isLenient: true,
  corpus: () =>
    TEXTS.map(([, text], kind) => Buffer.concat([Buffer.from([kind]), Buffer.from(text, 'latin1')])),
  change: (original, corpus, random) =>
    Buffer.concat([original.subarray(0, 1), mutate(original.subarray(1), corpus, random)]),
  read(bytes) {
    const [, , read] = TEXTS[bytes[0] as number]!;
    read(bytes.toString('latin1', 1));
  },
};
