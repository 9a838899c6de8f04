/** `list` in the formats that describe the tree that an archive unpacks to, in tree order, with digests. */
import { createHash } from 'node:crypto';
import type { PathPatterns } from '../app/path-patterns.ts';
import { type DumpContent, dumpLine, FsVerityHash, INLINE_MAX } from '../list/composefs-dump.ts';
import { MTREE_HEAD, mtreeLine } from '../list/mtree.ts';
import { openArchiveSource } from '../source/archive-source.ts';
import type { ReadLimits } from '../source/read-limits.ts';
import type { Source } from '../source/source.ts';
import type { Entry, HardLinkGroup } from '../tree/entry.ts';
import { parentOf } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import { type Printer, printWarnings } from './printer.ts';
import { readOptions } from './reading.ts';
import type { Terminal } from './terminal.ts';

const READ_SIZE = 1024 * 1024;

export interface ListedTree {
  readonly archive: string;
  readonly limit: Partial<ReadLimits>;
  readonly quiet: boolean;
}

/** `list` in a format that describes a whole tree, after which the entries are printed in tree order. */
export async function listTree(
  args: ListedTree,
  format: 'mtree' | 'composefs-dump',
  patterns: PathPatterns,
  printer: Printer,
  terminal: Terminal,
): Promise<void> {
  const source = await openArchiveSource(args.archive, {
    ...readOptions(args, terminal),
    early: 'merged',
  });
  try {
    const { tree } = source;
    const entries = wantedEntries(tree, patterns);
    const names = listedNames(entries);
    const namesOf = ({ path, links }: Entry): readonly string[] =>
      (links === null ? undefined : names.get(links)) ?? [path];
    if (format === 'mtree') {
      printer.print(MTREE_HEAD);
      const digest = onceForEachFile((entry) => digestOf(source, entry));
      for (const entry of [tree.root, ...entries]) {
        printer.print(mtreeLine(entry, namesOf(entry).length, digest(entry)));
      }
    } else {
      const subdirectories = countSubdirectories(entries);
      for (const entry of [tree.root, ...entries]) {
        const [first = entry.path, ...others] = namesOf(entry);
        const isDirectory = entry.type === 'directory';
        const nlink = isDirectory ? 2 + (subdirectories.get(entry.path) ?? 0) : 1 + others.length;
        printer.print(
          dumpLine(entry, nlink, first === entry.path ? dumpContent(source, entry) : { hardLink: first }),
        );
      }
    }
    const aboutArchives = source.warnings.filter(({ code }) => ABOUT_ARCHIVES.has(code));
    if (!args.quiet) printWarnings(aboutArchives, terminal);
  } finally {
    source.close();
  }
}

/** Codes of warnings that are not about what an entry becomes when it is packed. */
const ABOUT_ARCHIVES: ReadonlySet<string> = new Set(['no-end-mark', 'unaligned-archive', 'through-link']);

/** With the directories that lead to them, which both formats want. */
function wantedEntries(tree: Tree, patterns: PathPatterns): readonly Entry[] {
  if (patterns.isEmpty) return tree.entries;
  const needed = new Set<string>();
  const matched = new Set<Entry>();
  for (const entry of tree.entries) {
    if (!patterns.matches(entry.path)) continue;
    matched.add(entry);
    for (let path = parentOf(entry.path); path !== '' && !needed.has(path); path = parentOf(path)) {
      needed.add(path);
    }
  }
  return tree.entries.filter((entry) => matched.has(entry) || needed.has(entry.path));
}

/** Of files with several names those that are listed, in tree order. */
function listedNames(entries: readonly Entry[]): ReadonlyMap<HardLinkGroup, readonly string[]> {
  const names = new Map<HardLinkGroup, string[]>();
  for (const { path, type, links } of entries) {
    if (links === null || type !== 'file') continue;
    const known = names.get(links);
    if (known === undefined) names.set(links, [path]);
    else known.push(path);
  }
  return names;
}

function countSubdirectories(entries: readonly Entry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { path, type } of entries) {
    if (type === 'directory') counts.set(parentOf(path), (counts.get(parentOf(path)) ?? 0) + 1);
  }
  return counts;
}

function onceForEachFile(digest: (entry: Entry) => string): (entry: Entry) => string | undefined {
  const known = new Map<HardLinkGroup, string>();
  return (entry) => {
    if (entry.type !== 'file') return undefined;
    const { links } = entry;
    const found = (links === null ? undefined : known.get(links)) ?? digest(entry);
    if (links !== null) known.set(links, found);
    return found;
  };
}

function digestOf(source: Source, entry: Entry): string {
  const hash = createHash('sha256');
  readThrough(source, entry, (bytes) => void hash.update(bytes));
  return hash.digest('hex');
}

function dumpContent(source: Source, entry: Entry): DumpContent | undefined {
  const { type, size } = entry;
  if (type !== 'file' || size === 0) return undefined;
  if (size <= INLINE_MAX) return { inline: source.readFile(entry, INLINE_MAX) };
  const hash = new FsVerityHash();
  readThrough(source, entry, (bytes) => hash.update(bytes));
  return { digest: hash.digest() };
}

const buffer = Buffer.allocUnsafe(READ_SIZE);

function readThrough(source: Source, entry: Entry, onBytes: (bytes: Uint8Array) => void): void {
  const file = source.open(entry);
  try {
    for (let count = file.read(buffer); count > 0; count = file.read(buffer)) {
      onBytes(buffer.subarray(0, count));
    }
    file.verify();
  } finally {
    file.close();
  }
}
