/**
 * Measures what the block cache saves: a tree is packed without a cache and with an empty one, then again unchanged,
 * with one file of 100 KB changed, and with the files of one Debian package changed. Each round begins with an empty
 * cache.
 *
 *     node bench/cache.ts TREE [--rounds N] [--package NAME] [--scratch DIR] [--level N]
 *
 * The tree is copied to the scratch directory first. Needs cp and time, and a build (npm run build).
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Command, measure, median, type Sample } from './measure.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    package: { type: 'string', default: 'tar' },
    scratch: { type: 'string', default: tmpdir() },
    level: { type: 'string', default: '5' },
    cli: { type: 'string', default: new URL('../dist/lib/bin.js', import.meta.url).pathname },
  },
});
const [tree] = positionals;
if (tree === undefined) throw new Error('usage: node bench/cache.ts TREE');

const scratch = mkdtempSync(join(values.scratch, 'stillroot-bench-'));
const root = join(scratch, 'tree');
const cache = join(scratch, 'cache');
const output = join(scratch, 'out.cpio.xz');

/** The file whose size is nearest to 100 KB, in the middle of the archive. */
function someFile(): string {
  const list = execFileSync('find', [join(root, 'usr'), '-type', 'f', '-size', '+90k', '-size', '-110k'], {
    encoding: 'utf8',
  });
  const files = list.trim().split('\n').sort();
  return files[files.length >> 1] ?? '';
}

/** Files of a package, and what dpkg records about it. */
function packageFiles(name: string): string[] {
  const info = join(root, 'var/lib/dpkg/info');
  const listed = readFileSync(join(info, `${name}.list`), 'utf8')
    .trim()
    .split('\n');
  const known = [join(info, `${name}.md5sums`), join(root, 'var/lib/dpkg/status')];
  return [...listed.map((path) => join(root, path)), ...known].filter(
    (path) => existsSync(path) && statSync(path).isFile(),
  );
}

function change(paths: readonly string[]): void {
  for (const path of paths) appendFileSync(path, 'changed\n');
}

const pack = (name: string, options: string): Command => ({
  name,
  script: `'${process.execPath}' '${values.cli}' pack '${root}' -q -f -o '${output}' --level ${values.level} ${options}`,
});
const cached = (name: string): Command => pack(name, `--cache '${cache}'`);

const rows = new Map<string, Sample[]>();
function take(command: Command): void {
  const samples = rows.get(command.name) ?? [];
  rows.set(command.name, samples);
  samples.push(measure(command, scratch));
}

try {
  execFileSync('cp', ['-a', tree, root]);
  const file = someFile();
  const files = packageFiles(values.package);
  console.log(`one file: ${file.slice(root.length)}; package: ${values.package}, ${files.length} files\n`);
  for (let round = 0; round < Number(values.rounds); round += 1) {
    rmSync(cache, { recursive: true, force: true });
    take(pack('no cache', '--no-cache'));
    take(cached('empty cache'));
    take(cached('nothing changed'));
    change([file]);
    take(cached('one file of 100 KB changed'));
    change(files);
    take(cached(`package ${values.package} changed`));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

const reference = rows.get('no cache') ?? [];
console.log('| run | wall | ratio | CPU | ratio | peak memory |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const [name, samples] of rows) {
  const ratio = (key: 'wall' | 'cpu'): string =>
    median(samples.map((sample, round) => sample[key] / (reference[round]?.[key] ?? Number.NaN))).toFixed(3);
  const wall = median(samples.map((sample) => sample.wall)).toFixed(2);
  const cpu = median(samples.map((sample) => sample.cpu)).toFixed(2);
  const memory = (median(samples.map((sample) => sample.memory)) / 2 ** 20).toFixed(0);
  console.log(`| ${name} | ${wall} s | ${ratio('wall')} | ${cpu} s | ${ratio('cpu')} | ${memory} MiB |`);
}
