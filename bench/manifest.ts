/**
 * What the manifest adds to `pack`: one tree, with and without it in turn, so that other load on the machine affects
 * both alike; the ratio is computed round by round.
 *
 *     node bench/manifest.ts TREE [--rounds N] [--scratch DIR]
 *
 * Needs bash, time and a build (npm run build): this measures what users run.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Command, measure, median } from './measure.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    scratch: { type: 'string', default: tmpdir() },
  },
});
const [tree] = positionals;
if (tree === undefined) throw new Error('usage: node bench/manifest.ts TREE');
const scratch = mkdtempSync(join(values.scratch, 'stillroot-bench-'));
const cli = new URL('../dist/lib/bin.js', import.meta.url).pathname;

function command(output: string, option: string): Command {
  const path = join(scratch, output);
  const script = `'${process.execPath}' '${cli}' pack '${resolve(tree as string)}' -q -f --no-cache -o '${path}' ${option}`;
  return { name: `${output} ${option}`, script };
}

try {
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} processors, Node ${process.version}\n`,
  );
  console.log('| output | without | with | ratio, median (minimum to maximum) | CPU ratio | manifest |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const output of ['image.cpio', 'image.cpio.xz']) {
    for (const option of ['', '--manifest-entries']) console.log(row(output, option));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function row(output: string, option: string): string {
  const [without, withIt] = [command(output, '--no-manifest'), command(output, option)];
  // Warms the page cache; not counted.
  measure(without, scratch);
  const rounds = Array.from({ length: Number(values.rounds) }, (_, round) => {
    // The order alternates too.
    const order = round % 2 === 0 ? [without, withIt] : [withIt, without];
    const samples = new Map(order.map((each) => [each, measure(each, scratch)]));
    const [a, b] = [samples.get(without), samples.get(withIt)];
    if (a === undefined || b === undefined) throw new Error('not measured');
    return { a, b };
  });
  const ratios = rounds.map(({ a, b }) => b.wall / a.wall);
  const seconds = (pick: 'a' | 'b'): string =>
    `${median(rounds.map((each) => each[pick].wall)).toFixed(2)} s`;
  const spread = `${median(ratios).toFixed(3)} (${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)})`;
  const work = median(rounds.map(({ a, b }) => b.cpu / a.cpu)).toFixed(3);
  const size = `${(statSync(join(scratch, `${output}.manifest.json`)).size / 1024).toFixed(0)} KiB`;
  return `| ${output} ${option} | ${seconds('a')} | ${seconds('b')} | ${spread} | ${work} | ${size} |`;
}
