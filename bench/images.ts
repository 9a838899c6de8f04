/**
 * Flattening container images: `extract` and `pack` against `umoci unpack`, in turns. The image has five layers, made of
 * files of TREE of 100 MB together; umoci compresses them with gzip, and skopeo with zstd.
 *
 *     node bench/images.ts TREE [--rounds N] [--megabytes N] [--scratch DIR]
 *
 * Needs umoci, skopeo, GNU tar, bash and time, and a build (npm run build). Run it as root, as umoci wants to be.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { scanDirectory } from '../src/source/directory.ts';
import { runRounds } from './rounds.ts';
import { renderTable } from './table.ts';

const LAYERS = 5;
const MB = 1_000_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    megabytes: { type: 'string', default: '100' },
    scratch: { type: 'string', default: tmpdir() },
    cli: { type: 'string', default: new URL('../dist/lib/bin.js', import.meta.url).pathname },
  },
});
const [tree] = positionals;
if (tree === undefined) throw new Error('usage: node bench/images.ts TREE');

const scratch = mkdtempSync(join(values.scratch, 'stillroot-bench-'));
const run = (program: string, ...args: string[]): void => void execFileSync(program, args, { stdio: 'pipe' });

/** Files of the tree of as many bytes as wanted, dealt out to the layers. */
function layersOf(root: string, bytes: number): string[][] {
  const source = scanDirectory(root);
  const layers = Array.from({ length: LAYERS }, (): string[] => []);
  let [sum, at] = [0, 0];
  for (const { path, type, size } of source.tree.entries) {
    if (type !== 'file' || sum + size > bytes) continue;
    sum += size;
    layers[at % LAYERS]?.push(path);
    at += 1;
  }
  source.close();
  console.log(`${at} files of ${(sum / MB).toFixed(1)} MB in ${LAYERS} layers\n`);
  return layers;
}

function makeImages(root: string, bytes: number): void {
  const layout = join(scratch, 'gzip');
  run('umoci', 'init', '--layout', layout);
  run('umoci', 'new', '--image', `${layout}:1`);
  for (const paths of layersOf(root, bytes)) {
    const [list, tar] = [join(scratch, 'list'), join(scratch, 'layer.tar')];
    writeFileSync(list, Buffer.from(`${paths.join('\0')}\0`, 'latin1'));
    run('tar', '-C', root, '--null', '--verbatim-files-from', '-T', list, '-cf', tar);
    run('umoci', 'raw', 'add-layer', '--image', `${layout}:1`, tar);
    rmSync(tar);
  }
  const zstd = ['--dest-compress', '--dest-compress-format', 'zstd'];
  run('skopeo', 'copy', '-q', ...zstd, `oci:${layout}:1`, `oci:${scratch}/zstd:1`);
  run('skopeo', 'copy', '-q', `oci:${layout}:1`, `docker-archive:${scratch}/saved.tar:bench:1`);
}

const stillroot = `'${process.execPath}' '${values.cli}'`;
const out = `'${scratch}/out'`;
const commands = [
  { name: 'umoci unpack', isPeer: true, script: `umoci unpack --image '${scratch}/gzip:1' ${out}` },
  ...(['gzip', 'zstd', 'saved.tar'] as const).map((image) => ({
    name: `extract, ${image}`,
    isPeer: false,
    script: `${stillroot} extract -q '${scratch}/${image}' -C ${out}`,
  })),
  ...(['gzip', 'saved.tar'] as const).map((image) => ({
    name: `pack -o x.cpio, ${image}`,
    isPeer: false,
    script: `${stillroot} pack -q -f --no-manifest '${scratch}/${image}' -o '${scratch}/x.cpio'`,
  })),
];

try {
  makeImages(resolve(tree), Number(values.megabytes) * MB);
  const prepared = commands.map((command) => ({ ...command, prepare: `rm -rf ${out}` }));
  const samples = runRounds(prepared, { rounds: Number(values.rounds), warmUps: 1, scratch });
  const rows = commands.map(({ name, isPeer }, at) => ({ name, isPeer, samples: samples[at] ?? [] }));
  console.log(renderTable(rows));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
