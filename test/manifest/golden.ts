/**
 * A manifest of a fixed tree, as text. Changing it changes the format, or what is found in a tree: readers must still
 * read the old one. `node test/manifest/regenerate-golden.ts` writes the new one.
 */
import { readFileSync } from 'node:fs';
import { buildManifest } from '../../src/manifest/build-manifest.ts';
import { canonicalJson } from '../../src/manifest/canonical-json.ts';
import { PackedTree } from '../../src/manifest/describe-tree.ts';
import type { EffectiveSettings } from '../../src/manifest/manifest.ts';
import { XZ_LEVELS } from '../../src/pack/levels.ts';
import { type PackResult, pack } from '../../src/pack/pack.ts';
import { loadPathHashes } from '../../src/pack/path-hash.ts';
import { inspect } from '../../src/plan/inspect.ts';
import type { RuleContext } from '../../src/rules/condition.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Source } from '../../src/source/source.ts';
import { pathFromText } from '../../src/tree/path.ts';
import { makeEntry, symlink } from '../support/entries.ts';
import { makePlan } from '../support/make-plan.ts';
import { MemorySink } from '../support/memory-sink.ts';
import { hardLinked, memorySource } from '../support/memory-source.ts';

export const GOLDEN_FILE: URL = new URL('golden-manifest.txt', import.meta.url);

export function readGolden(): string {
  return readFileSync(GOLDEN_FILE, 'utf8');
}

const STATUS = `Package: libc6
Status: install ok installed
Architecture: amd64
Source: glibc
Version: 2.36-9
Installed-Size: 12695

Package: base-files
Status: install ok installed
Architecture: all
Version: 12.4
Installed-Size: 340
`;

/** UTF-8, as a byte string. */
const OS_RELEASE = pathFromText(
  'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian \u00e9"\n',
);

/** Debian in twelve entries. */
export function smallDebian(): Source {
  const source = memorySource([
    [
      'etc/apt/sources.list',
      'deb http://me:word@example.org/archive/debian/20240301T000000Z/ bookworm main\n',
    ],
    symlink('etc/os-release', '../usr/lib/os-release'),
    ['usr/lib/os-release', OS_RELEASE],
    ['var/lib/dpkg/status', STATUS],
    ['var/lib/dpkg/info/base-files.list', '/.\n/etc\n'],
    ['var/lib/dpkg/info/libc6.list', '/.\n'],
    ['var/log/dpkg.log', 'today\n'],
    ['var/log/apt.log', 'today\n'],
    makeEntry('dev/console', 'character', { mode: 0o600, major: 5, minor: 1 }),
    ...hardLinked(['usr/bin/perl', 'usr/bin/perl5'], { size: 7, mode: 0o755, mtime: 1_400_000_000 }),
  ]);
  for (const name of ['usr/bin/perl', 'usr/bin/perl5']) {
    (source.contents as Map<string, Uint8Array>).set(name, Buffer.from('program'));
  }
  return source;
}

const RULES: readonly Rule[] = [
  { id: 'user/logs', match: ['var/log/*.log'], action: { do: 'drop' }, why: 'a test', source: 'own.toml:1' },
];

const EFFECTIVE: EffectiveSettings = {
  ...{
    format: 'cpio.xz',
    level: 0,
    epoch: 1_500_000_000,
    mtime: 'clamp',
    owner: 'auto',
    mapUid: [],
    mapGid: [],
  },
  ...{
    hardLinks: 'keep',
    rootEntry: false,
    distro: 'auto',
    skip: [],
    only: [],
    policies: { shadow: 'clamp' },
  },
  ...{ ruleFiles: [], crossMounts: false, dropSegments: false },
};

export interface Made {
  readonly text: string;
  readonly image: Buffer;
  readonly result: PackResult;
}

/** Packs a source, and what is said of it. */
export async function manifestOf(
  source: Source,
  rules: readonly Rule[] = RULES,
  context?: RuleContext,
): Promise<Made> {
  const hashes = await loadPathHashes();
  const plan = makePlan(source, rules, { epoch: EFFECTIVE.epoch }, context);
  const tree = new PackedTree(true);
  const sink = new MemorySink();
  const { format } = EFFECTIVE;
  const result = await pack(plan.counted(), source, sink, {
    ...{ format, level: XZ_LEVELS.levels[0]!, jobs: 2, hashes },
    onEntry: (entry, content) => tree.add(entry, content),
  });
  const manifest = buildManifest({
    ...{ name: 'small.cpio.xz', given: [], effective: EFFECTIVE, epochOrigin: 'option', plan, rules, result },
    // Of one release only.
    tool: { version: '0', profile: 1, encoder: '-' },
    changes: plan.tally.list(),
    databases: inspect(source).ownership?.databases ?? [],
    tree: tree.finish(),
  });
  return { text: canonicalJson(manifest), image: sink.bytes, result };
}
