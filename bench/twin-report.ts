/** Results of twins as a page of Markdown: the same results give the same bytes. */
import { formatCount, plural } from '../src/text/format.ts';
import type { CheckResult } from './twin-checks.ts';
import type { Remaining, TwinResult } from './twin-compare.ts';
import { SERVICE_CHECKS, TOOL_CHECKS } from './twin-services.ts';
import type { PackageSet } from './twin-set.ts';

/**
 * @param sets all that there are
 * @param results of those that were run; of an earlier list of packages counts as not run
 */
export function renderTwins(sets: readonly PackageSet[], results: readonly TwinResult[]): string {
  const listOf = new Map(sets.map(({ name, packages }) => [name, packages.join()]));
  const current = results.filter(({ set, built }) => listOf.get(set) === built.asked.join());
  const names = new Set(current.map(({ set }) => set));
  const missing = sets.filter(({ name }) => !names.has(name));
  return [
    '# Twins',
    '',
    INTRODUCTION,
    '',
    summary(current),
    '',
    ...table(
      [
        'set',
        'suite',
        'date',
        'asked for',
        'installed',
        'entries',
        'differ',
        'in more than times',
        'remain',
        'to decide',
        'digests',
        'seconds',
        'CPU',
      ],
      current.map((result) => setRow(result)),
    ),
    '',
    ...current.map(({ set, about }) => `* **${set}**: ${about}`),
    ...section(
      'Not run',
      '',
      ['set', 'suite', 'packages', 'what it is'],
      missing.map(({ name, suite, packages, about }) => [name, suite, String(packages.length), about]),
    ),
    ...section(
      'What no rule knows',
      'Different in the packed archives, and neither made equal by a rule nor left to you by one.',
      ['set', 'package', 'paths', 'for example', 'what varies', 'what to do'],
      current.flatMap((result) => remainingRows(result, false)),
    ),
    ...section(
      'What must be decided by you',
      'Different in the packed archives, because no rule can know which value is right, or whether the file may be missing. With default policies it stays, and every report names it; [the list](../src/rules/REFERENCE.md#varies-and-must-be-decided-by-you) says what decides it.',
      ['set', 'package', 'paths', 'for example', 'what varies', 'what to do', 'rule'],
      current.flatMap((result) => remainingRows(result, true)),
    ),
    ...section(
      'Packages that cause differences',
      'In more than times and owners, before any rule. A package with a script in parentheses does not ship the paths: that script names them, or the directory they are in. Paths are those of the set that has most.',
      ['package', 'what varies', 'paths', 'for example', 'made equal by', 'sets'],
      causeRows(current),
    ),
    ...section(
      'Files of packages that the rules remove or empty',
      'On the first side. Each rule says why in [the list of rules](../src/rules/REFERENCE.md); a policy can keep them. Paths are those of the set that has most.',
      ['rule', 'what', 'policy', 'package', 'paths', 'for example', 'sets'],
      lossRows(current),
    ),
    ...section(
      'Packages left out',
      'They cannot be installed in a tree without a running system, or not beside the others.',
      ['set', 'package', 'why'],
      current.flatMap(({ set, built }) =>
        built.leftOut.map(({ package: name, reason }) => [set, code(name), reason]),
      ),
    ),
    ...section(
      'What the packed trees say',
      'Run in the first tree after packing and unpacking. Services run after what a boot brings, and after the keys and certificates that images do not have were made. What fails is tried in the tree before packing, too.',
      ['program', 'command', 'good in', 'fails in'],
      checkRows(current),
    ),
    '',
  ].join('\n');
}

const INTRODUCTION = [
  'Written by `node bench/twins.ts --report bench/TWINS.md`; [README.md](README.md#twins) describes the method. Every set of Debian',
  'packages is bootstrapped twice, and the second time everything is different that can be: the clock (40 hours fast), host name,',
  'network interface, umask, number of processors, the order in which packages are named. Nothing is cleaned up. "Differ" counts paths',
  'of which anything is different before any rule, "remain" those of the archives that `stillroot pack` writes with its default rules;',
  '"to decide" are those among them that a rule leaves to you, with its advice.',
].join('\n');

function summary(results: readonly TwinResult[]): string {
  const asked = new Set(results.flatMap(({ suite, built }) => built.asked.map((name) => `${suite} ${name}`)));
  const left = results.flatMap(({ built }) => built.leftOut).length;
  const equal = results.filter(isEqual).length;
  const remaining = results.flatMap((result) => result.remaining);
  const toDecide = remaining.filter(isToDecide).length;
  return [
    `${plural(results.length, 'set')} with ${formatCount(asked.size)} different packages asked for, of which ${left} could not be installed:`,
    `${equal} of ${results.length} have one digest, and ${plural(remaining.length, 'path')} remain different in the others:`,
    `${formatCount(toDecide)} that must be decided by you, and ${formatCount(remaining.length - toDecide)} that no rule knows.`,
  ].join('\n');
}

function isEqual({ digests: [first, second] }: TwinResult): boolean {
  return first === second;
}

function isToDecide({ rule }: Remaining): boolean {
  return rule !== undefined;
}

function setRow(result: TwinResult): string[] {
  const { set, suite, built, installed, entries, differing, remaining, effort } = result;
  return [
    set,
    suite,
    built.date,
    String(built.asked.length),
    ...[installed, entries, differing.any, differing.more].map(formatCount),
    ...[remaining.length, remaining.filter(isToDecide).length].map(formatCount),
    isEqual(result) ? 'equal' : 'differ',
    (built.effort.wall + effort.wall).toFixed(0),
    (built.effort.cpu + effort.cpu).toFixed(0),
  ];
}

/** One row for all paths of a package that vary for one cause. */
function remainingRows({ set, remaining }: TwinResult, wantsToDecide: boolean): string[][] {
  const groups = new Map<string, Remaining[]>();
  for (const one of remaining.filter((each) => isToDecide(each) === wantsToDecide)) {
    const key = [one.package, one.title, one.advice].join('\n');
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => {
    const [{ package: name, path, title, advice, rule }] = group as [Remaining];
    const row = [set, name, String(group.length), code(path), title, advice];
    return rule === undefined ? row : [...row, code(rule)];
  });
}

function causeRows(results: readonly TwinResult[]): string[][] {
  const rows = new Map<string, { paths: number; example: string; sets: string[] }>();
  for (const { set, causes } of results) {
    for (const { package: name, rule, title, paths, example } of causes) {
      const key = JSON.stringify([name, title, rule ?? '']);
      const row = rows.get(key) ?? { paths: 0, example, sets: [] };
      row.paths = Math.max(row.paths, paths);
      if (!row.sets.includes(set)) row.sets.push(set);
      rows.set(key, row);
    }
  }
  return [...rows].sort(byKey).map(([key, { paths, example, sets }]) => {
    const [name, title, rule] = JSON.parse(key) as [string, string, string];
    return [name, title, String(paths), code(example), rule === '' ? 'nothing' : code(rule), sets.join(', ')];
  });
}

function lossRows(results: readonly TwinResult[]): string[][] {
  const rows = new Map<string, { paths: number; example: string; sets: string[] }>();
  for (const { set, losses } of results) {
    for (const { rule, action, policy, package: name, paths, example } of losses) {
      const key = JSON.stringify([rule, action, policy ?? '', name]);
      const row = rows.get(key) ?? { paths: 0, example, sets: [] };
      row.paths = Math.max(row.paths, paths);
      row.sets.push(set);
      rows.set(key, row);
    }
  }
  return [...rows].sort(byKey).map(([key, { paths, example, sets }]) => {
    const [rule, action, policy, name] = JSON.parse(key) as [string, string, string, string];
    const chosen = policy === '' ? 'none' : code(policy);
    return [code(rule), action, chosen, name, String(paths), code(example), sets.join(', ')];
  });
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function checkRows(results: readonly TwinResult[]): string[][] {
  const row = (name: string, command: string, which: 'tools' | 'services'): string[] => {
    const found = results.flatMap((result) =>
      result[which].filter((check) => check.name === name).map((check) => ({ set: result.set, check })),
    );
    const good = found.filter(({ check }) => check.isGood).map(({ set }) => set);
    const bad = found.filter(({ check }) => !check.isGood);
    return [
      name,
      code(command),
      good.length === 0 ? 'none' : good.join(', '),
      bad.map(({ set, check }) => `${set}: ${lastLine(check)}${beforePacking(check)}`).join('; '),
    ];
  };
  return [
    ...TOOL_CHECKS.map(({ name, command }) => row(name, command, 'tools')),
    ...SERVICE_CHECKS.map(({ name, command }) => row(name, command, 'services')),
  ];
}

function beforePacking({ isSameUntouched }: CheckResult): string {
  if (isSameUntouched === undefined) return '';
  return isSameUntouched ? ' (before packing as well)' : ' (not before packing)';
}

function lastLine({ output }: CheckResult): string {
  return code(output.trimEnd().split('\n').at(-1) ?? '');
}

/** Nothing where there are no rows. */
function section(title: string, text: string, head: readonly string[], rows: readonly string[][]): string[] {
  if (rows.length === 0) return [];
  return ['', `## ${title}`, ...(text === '' ? [] : ['', text]), '', ...table(head, rows)];
}

function table(head: readonly string[], rows: readonly string[][]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function cell(text: string): string {
  return text.replaceAll('\n', ' ').replaceAll(/(?<!\\)\|/g, '\\|');
}

function code(text: string): string {
  return text === '' ? '' : `\`${text.replaceAll('`', "'")}\``;
}
