/**
 * stillroot diff against diffoscope on two images, in one run: commands take turns, and ratios are computed round by
 * round.
 *
 *     node bench/diff.ts FIRST SECOND [--rounds N] [--scratch DIR] [--cli FILE]
 *
 * FIRST and SECOND are directories. Both are packed by stillroot without rules, and by GNU cpio and xz; each pair is
 * compared by both programs; decompressing both with xz alone is measured for comparison. Then the first archive of
 * each pair is listed. CPU ratios are steadier on a busy machine, and wall time ratios depend on the number of
 * processors: diffoscope uses one. Needs bash, time, cpio, xz, diffoscope, and a build (npm run build) unless --cli
 * names another program.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Command, measure, median, type Sample } from './measure.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    scratch: { type: 'string', default: tmpdir() },
    cli: { type: 'string', default: new URL('../dist/lib/bin.js', import.meta.url).pathname },
  },
});
const trees = positionals.map((tree) => resolve(tree));
if (trees.length !== 2) throw new Error('usage: node bench/diff.ts FIRST SECOND');

const scratch = mkdtempSync(join(values.scratch, 'stillroot-bench-'));
const cli = `'${process.execPath}' '${values.cli}'`;
/** Both programs exit with 1 if they find a difference. */
const EXPECTED = '|| [ $? = 1 ]';

function packed(kind: 'own' | 'foreign'): [string, string] {
  const files = trees.map((tree, i) => {
    const file = join(scratch, `${kind}-${i}.cpio.xz`);
    const find = `cd '${tree}' && find . -mindepth 1 -print0 | LC_ALL=C sort -z`;
    const script =
      kind === 'own'
        ? `${cli} pack '${tree}' -q --skip '*' -o '${file}'`
        : `${find} | cpio --quiet --null -o -H newc --reproducible | xz -T0 --check=crc32 > '${file}'`;
    measure({ name: `pack ${kind}`, script }, scratch);
    return file;
  });
  return files as [string, string];
}

/** @param reference name of the command that the others are compared with */
function table(title: string, commands: readonly Command[], reference: string): void {
  const samples = new Map<string, Sample[]>(commands.map(({ name }) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const command of commands) samples.get(command.name)?.push(measure(command, scratch));
  }
  console.log(`\n${title}; load ${loadavg()[0]?.toFixed(1)}\n`);
  console.log('| command | wall | ratio | CPU | ratio | peak memory |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  const others = samples.get(reference) ?? [];
  for (const [name, taken] of samples) {
    const of = (field: keyof Sample): number => median(taken.map((sample) => sample[field]));
    const ratio = (field: keyof Sample): string =>
      median(taken.map((sample, i) => sample[field] / (others[i]?.[field] ?? Number.NaN))).toFixed(3);
    const times = (['wall', 'cpu'] as const).map((field) => `${of(field).toFixed(2)} s | ${ratio(field)}`);
    console.log(`| ${name} | ${times.join(' | ')} | ${(of('memory') / 1e6).toFixed(0)} MB |`);
  }
}

function compare(kind: 'own' | 'foreign'): void {
  const [a, b] = packed(kind);
  const sizes = [a, b].map((file) => `${(statSync(file).size / 1e6).toFixed(1)} MB`).join(' and ');
  const who = kind === 'own' ? 'packed by stillroot' : 'packed by cpio and xz';
  const diffs: Command[] = [
    { name: 'diffoscope', script: `diffoscope '${a}' '${b}' > /dev/null ${EXPECTED}` },
    { name: 'xz -dc of both', script: `xz -dc '${a}' '${b}' > /dev/null` },
    { name: 'stillroot diff', script: `${cli} diff '${a}' '${b}' > /dev/null ${EXPECTED}` },
    {
      name: 'stillroot diff --propose',
      script: `${cli} diff '${a}' '${b}' -f --propose '${join(scratch, 'rules.toml')}' > /dev/null ${EXPECTED}`,
    },
  ];
  table(`${who}: ${sizes}`, diffs, 'diffoscope');
  const lists: Command[] = [
    { name: 'xz -dc \\| cpio -t', script: `xz -dc '${a}' | cpio --quiet -t > /dev/null` },
    { name: 'stillroot list', script: `${cli} list '${a}' > /dev/null` },
  ];
  table(`the first of them, ${who}`, lists, lists[0]?.name ?? '');
}

try {
  console.log(`${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} threads, Node ${process.version}`);
  compare('own');
  compare('foreign');
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
