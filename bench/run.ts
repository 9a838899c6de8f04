/**
 * stillroot against its peers on one tree, in one run: commands take turns, so that what else the
 * machine does hits all alike, and ratios are taken turn by turn.
 *
 *     npm run bench -- TREE [--rounds N] [--levels 4,6,9] [--scratch DIR] [--no-plain] [--no-reference-9e]
 *
 * Rules are off, so that all pack the same entries. Needs bash, time, cpio, bsdtar and xz, and a build
 * (npm run build): what users run is what is measured.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Command, measure, median, type Sample } from './measure.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    levels: { type: 'string', default: '' },
    scratch: { type: 'string', default: tmpdir() },
    'no-plain': { type: 'boolean', default: false },
    'no-reference-9e': { type: 'boolean', default: false },
  },
});
const [tree] = positionals;
if (tree === undefined) throw new Error('usage: npm run bench -- TREE');

const scratch = mkdtempSync(join(values.scratch, 'stillroot-bench-'));
const cli = new URL('../dist/cli/bin.js', import.meta.url).pathname;
const root = resolve(tree);
const rounds = Number(values.rounds);
const out = (name: string): string => join(scratch, name);

const FIND = `cd '${root}' && find . -mindepth 1 -print0 | LC_ALL=C sort -z`;
const CPIO = 'cpio --quiet --null -o -H newc --reproducible -R 0:0';
const stillroot = (name: string, options: string): Command => ({
  name: `stillroot ${options || 'default level'}`,
  script: `'${process.execPath}' '${cli}' pack '${root}' -q -f --skip '*' --no-cache -o '${out(name)}' ${options}`,
});

interface Group {
  readonly title: string;
  /** The first one is what the others are compared with. */
  readonly commands: readonly (Command & { readonly output: string })[];
}

const groups: Group[] = [];
if (!values['no-plain']) {
  groups.push({
    title: 'uncompressed .cpio',
    commands: [
      { name: 'GNU cpio', script: `${FIND} | ${CPIO} > '${out('gnu.cpio')}'`, output: 'gnu.cpio' },
      {
        name: 'bsdtar',
        script: `cd '${root}' && bsdtar --format=newc -cf '${out('bsd.cpio')}' .`,
        output: 'bsd.cpio',
      },
      { ...stillroot('own.cpio', ''), name: 'stillroot', output: 'own.cpio' },
    ],
  });
}
const levels = ['', ...values.levels.split(',').filter(Boolean)];
groups.push({
  title: 'compressed, against cpio | xz -6 -T0',
  commands: [
    {
      name: 'cpio | xz -6 -T0',
      script: `${FIND} | ${CPIO} | xz -6 -T0 --check=crc32 > '${out('pipe.xz')}'`,
      output: 'pipe.xz',
    },
    ...levels
      .filter((level) => level !== '9')
      .map((level) => {
        const output = `own-${level || 'default'}.cpio.xz`;
        return { ...stillroot(output, level === '' ? '' : `--level ${level}`), output };
      }),
  ],
});
if (levels.includes('9') && !values['no-reference-9e']) {
  groups.push({
    title: 'smallest, against single-threaded xz -9e',
    commands: [
      {
        name: 'cpio | xz -9e',
        script: `${FIND} | ${CPIO} | xz -9e -T1 --check=crc32 > '${out('pipe9.xz')}'`,
        output: 'pipe9.xz',
      },
      { ...stillroot('own-9.cpio.xz', '--level 9'), output: 'own-9.cpio.xz' },
    ],
  });
}

try {
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} processors, Node ${process.version}`,
  );
  for (const group of groups) runGroup(group);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function runGroup({ title, commands }: Group): void {
  const samples = commands.map((): Sample[] => []);
  // Round 0 warms the page cache and is not counted; where a round takes minutes, one cat does.
  measure({ name: 'warm-up', script: `find '${root}' -type f -print0 | xargs -0 cat > /dev/null` }, scratch);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, command] of commands.entries()) samples[index]?.push(measure(command, scratch));
  }
  const [reference = []] = samples;
  const sizes = commands.map(({ output }) => statSync(out(output)).size);
  console.log(`\n${title} (${rounds} rounds; ratios to the first row, median, minimum to maximum)\n`);
  console.log('| command | wall | ratio | size | ratio | CPU | peak memory |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const [index, { name }] of commands.entries()) {
    const own = samples[index] ?? [];
    const ratios = own.map(({ wall }, round) => wall / (reference[round]?.wall ?? Number.NaN));
    const spread = `${median(ratios).toFixed(3)} (${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)})`;
    const cells = [
      name,
      `${median(own.map(({ wall }) => wall)).toFixed(2)} s`,
      spread,
      String(sizes[index]),
      ((sizes[index] ?? 0) / (sizes[0] ?? 1)).toFixed(4),
      `${median(own.map(({ cpu }) => cpu)).toFixed(2)} s`,
      `${(median(own.map(({ memory }) => memory)) / 2 ** 20).toFixed(0)} MiB`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
