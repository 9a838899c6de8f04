/**
 * stillroot against its peers on the same trees, in one run: commands take turns, so that other load on the machine
 * affects all alike, and ratios are computed round by round.
 *
 *     npm run bench -- TREE... [--groups LIST] [--rounds N] [--levels 4,6] [--report FILE] [--scratch DIR] [--trees DIR]
 *
 * TREE is a directory, or one of those in trees.ts, which is created in the directory of --trees if missing. Groups are
 * start, plain, tar, compressed, smallest, zstd, zstd-19, rebuild and scaling. --report also writes the tables to a Markdown file, after
 * each group; its results for other trees and groups are kept.
 *
 * Needs bash, time, cpio, tar, bsdtar, busybox, xz and zstd, and a build (npm run build): this measures what users run.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { quoteWord } from '../src/lab/shell.ts';
import { plural } from '../src/text/format.ts';
import { countEntries, describeTree } from './contents.ts';
import type { Group, GroupContext } from './group.ts';
import { GROUPS, type GroupName } from './groups.ts';
import { filesystemOf, load, machineLines, versionsLine } from './machine.ts';
import { method } from './method.ts';
import { mergeResults, parseResults, type Results, renderResults } from './results.ts';
import { runRounds } from './rounds.ts';
import { renderTable } from './table.ts';
import { DEFAULT_TREES, provideTree, TREES } from './trees.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    groups: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    levels: { type: 'string', default: '' },
    scratch: { type: 'string', default: tmpdir() },
    trees: { type: 'string', default: DEFAULT_TREES },
    report: { type: 'string' },
  },
});
const chosen = values.groups?.split(',');
for (const name of chosen ?? []) {
  if (!Object.hasOwn(GROUPS, name))
    throw new Error(`no group ${name}; there are ${Object.keys(GROUPS).join(', ')}`);
}
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds wants a whole number from 1 on');
const onlyStart = chosen?.length === 1 && chosen[0] === 'start';
if (positionals.length === 0 && !onlyStart) throw new Error('usage: npm run bench -- TREE...');

for (const given of positionals) {
  if (TREES[given] === undefined && !existsSync(given)) {
    throw new Error(`no directory ${given}; made can be ${Object.keys(TREES).join(', ')}`);
  }
}

const cli = new URL('../dist/lib/bin.js', import.meta.url).pathname;
if (!existsSync(cli)) throw new Error('there is no build to measure: npm run build');
const stillroot = [process.execPath, cli];
const version = execFileSync(process.execPath, [cli, '--version'], { encoding: 'utf8' }).trim();
const results: Results = {
  head: method([...machineLines(), versionsLine(version.replaceAll('\n', ', '))]),
  trees: new Map(),
};
/** Read before anything is measured, to report a file that does not match at once. */
const earlier = readEarlier();
console.log(results.head);

if (chosen?.includes('start') ?? true) measureGroups('No tree', '', '/', ['start']);
for (const given of positionals) {
  const recipe = TREES[given];
  const root = resolve(recipe === undefined ? given : await provideTree(given, values.trees));
  const groups = (chosen ?? recipe?.groups ?? Object.keys(GROUPS)).filter((name) => name !== 'start');
  const about = [recipe?.about ?? 'A tree of its own.', describeTree(root)].join(' ');
  measureGroups(recipe === undefined ? basename(root) : given, about, root, groups);
}

function measureGroups(title: string, about: string, root: string, names: readonly string[]): void {
  const groups = new Map<string, string>();
  results.trees.set(title, { about, groups });
  console.log(`\n## ${title}\n\n${about}`.trimEnd());
  for (const name of names) {
    const scratch = mkdtempSync(join(values.scratch, 'stillroot-bench-'));
    try {
      const levels = values.levels.split(',').filter(Boolean);
      const group = GROUPS[name as GroupName]({ root, scratch, stillroot, rounds, levels });
      if (group === undefined) continue;
      const text = measureGroup(group, { root, scratch });
      groups.set(group.title, text);
      console.log(`\n### ${group.title}\n\n${text}`);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
    if (values.report !== undefined)
      writeFileSync(values.report, renderResults(mergeResults(earlier, results)));
  }
}

function measureGroup(group: Group, { root, scratch }: Pick<GroupContext, 'root' | 'scratch'>): string {
  if (group.warmUps === 0) {
    execFileSync('bash', ['-c', `find ${quoteWord(root)} -type f -print0 | xargs -0 cat > /dev/null`]);
  }
  const before = load();
  const samples = runRounds(group.rows, { rounds: group.rounds, warmUps: group.warmUps, scratch });
  const after = load();
  const rows = group.rows.map(({ name, isPeer, output }, index) => ({
    name,
    isPeer,
    samples: samples[index] ?? [],
    ...(output === undefined ? {} : { size: statSync(output).size }),
  }));
  const date = new Date().toISOString().slice(0, 10);
  const facts = [
    `${date}, ${plural(group.rounds, 'round')}, written to ${filesystemOf(scratch)}, load ${before} at the start and ${after} at the end.`,
    group.note,
    countEntries(group.rows),
  ];
  return `${facts.filter(Boolean).join(' ')}\n\n${renderTable(rows, { speedUp: group.speedUp ?? false })}`;
}

function readEarlier(): Results | undefined {
  if (values.report === undefined || !existsSync(values.report)) return undefined;
  const found = parseResults(readFileSync(values.report, 'utf8'));
  mergeResults(found, results);
  return found;
}
