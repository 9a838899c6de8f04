/**
 * Measures the options from which the levels of the archive profile are chosen: encoder preset, dictionary, block size
 * and the x86 filter, in size and CPU time against `xz -6 --check=crc32` on the same bytes.
 *
 *   node bench/levels.ts SOURCE [--mib N] [--segments K] [--filter] [--reference 'XZ OPTIONS']... [SPEC...]
 *
 * SOURCE is a file, or a directory whose regular files are concatenated in path order. `--mib` takes that many MiB of
 * it, in K segments spread evenly. SPEC is PRESET:DICTIONARY:BLOCK:FILTER, sizes in MiB, the filter one of off, on,
 * auto (decided from the content, as `pack` does), share (on where x86 programs and libraries are at least a sixteenth
 * of the block). `--filter` prints, block by block, what the filter does to its size instead.
 *
 * CPU time rather than wall time, since it hardly depends on other load on the machine; with an encoder thread per
 * block, wall time is CPU time divided by cores, except for the last blocks.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { x86FilterHelps } from '../src/formats/xz/bcj-x86.ts';
import { encodeBlock } from '../src/formats/xz/encode-block.ts';

const MIB = 1024 * 1024;

interface Sample {
  readonly bytes: Buffer;
  /** For each byte range of `bytes`: the kind of file it comes from. */
  readonly ranges: readonly Range[];
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly kind: Kind;
}

type Kind = 'x86' | 'x86-object' | 'other';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mib: { type: 'string', default: '96' },
    segments: { type: 'string', default: '4' },
    filter: { type: 'boolean', default: false },
    reference: { type: 'string', multiple: true, default: ['-6 -T2 --check=crc32'] },
  },
});
const [source, ...specs] = positionals;
if (source === undefined)
  throw new Error('usage: node bench/levels.ts SOURCE [PRESET:DICTIONARY:BLOCK:FILTER...]');
const sample = takeSample(source, Number(values.mib) * MIB, Number(values.segments));
console.log(`# ${(sample.bytes.length / MIB).toFixed(1)} MiB, ${share(sample, 0, sample.bytes.length)}`);
if (values.filter) await printFilterGain(sample, specs);
else await printGrid(sample, specs, values.reference);

async function printGrid(input: Sample, wanted: string[], references: string[]): Promise<void> {
  let baseline: { size: number; seconds: number } | undefined;
  console.log('| encoder | size | CPU s | size ratio | CPU ratio |\n| --- | --- | --- | --- | --- |');
  function row(name: string, size: number, seconds: number): void {
    baseline ??= { size, seconds };
    const ratios = `${(size / baseline.size).toFixed(4)} | ${(seconds / baseline.seconds).toFixed(3)}`;
    console.log(`| ${name} | ${size} | ${seconds.toFixed(2)} | ${ratios} |`);
  }
  for (const options of references) {
    const { size, seconds } = runXz(input.bytes, options.split(' '));
    row(`xz ${options}`, size, seconds);
  }
  for (const spec of wanted) {
    const { preset, dictionary, block, filter } = parseSpec(spec);
    const before = process.cpuUsage();
    let size = 0;
    for (let from = 0; from < input.bytes.length; from += block) {
      const to = Math.min(from + block, input.bytes.length);
      const x86 =
        filter === 'auto'
          ? 'auto'
          : filter === 'on' || (filter === 'share' && bytesOf(input, 'x86', from, to) * 16 >= to - from);
      const raw = Uint8Array.from(input.bytes.subarray(from, to));
      size += (await encodeBlock(raw, { preset, dictionary, x86 })).bytes.length;
    }
    const used = process.cpuUsage(before);
    row(spec, size, (used.user + used.system) / 1e6);
  }
}

async function printFilterGain(input: Sample, wanted: string[]): Promise<void> {
  console.log(
    '| spec | block | x86 share | object share | without | with / without | auto |\n| --- | --- | --- | --- | --- | --- | --- |',
  );
  for (const spec of wanted) {
    const { preset, dictionary, block } = parseSpec(spec);
    for (let from = 0; from < input.bytes.length; from += block) {
      const to = Math.min(from + block, input.bytes.length);
      const sizes: number[] = [];
      const helps = x86FilterHelps(input.bytes.subarray(from, to));
      for (const x86 of [false, true]) {
        const raw = Uint8Array.from(input.bytes.subarray(from, to));
        sizes.push((await encodeBlock(raw, { preset, dictionary, x86 })).bytes.length);
      }
      const shares = (['x86', 'x86-object'] as const).map((kind) =>
        (bytesOf(input, kind, from, to) / (to - from)).toFixed(4),
      );
      const ratio = (sizes[1]! / sizes[0]!).toFixed(5);
      console.log(
        `| ${spec} | ${from / block} | ${shares.join(' | ')} | ${sizes[0]} | ${ratio} | ${helps ? 'on' : 'off'} |`,
      );
    }
  }
}

function parseSpec(spec: string): { preset: number; dictionary: number; block: number; filter: string } {
  const [preset, dictionary, block, filter = 'auto'] = spec.split(':');
  return {
    preset: Number(preset),
    dictionary: Number(dictionary) * MIB,
    block: Number(block) * MIB,
    filter,
  };
}

/** The shell's `times` reports the CPU time of its children. */
function runXz(input: Buffer, options: string[]): { size: number; seconds: number } {
  const run = spawnSync('sh', ['-c', '"$@" | wc -c; times', 'sh', 'xz', ...options, '-c'], { input });
  if (run.status !== 0) throw new Error(`xz ${options.join(' ')} failed: ${run.stderr}`);
  const lines = run.stdout.toString().trim().split('\n');
  const seconds = [...lines.at(-1)!.matchAll(/(\d+)m([\d.]+)s/g)]
    .map((match) => Number(match[1]) * 60 + Number(match[2]))
    .reduce((sum, part) => sum + part, 0);
  return { size: Number(lines[0]), seconds };
}

function takeSample(path: string, limit: number, segments: number): Sample {
  const files = statSync(path).isDirectory() ? filesBelow(path) : [path];
  const sizes = files.map((file) => statSync(file).size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const each = Math.floor(Math.min(limit, total) / segments);
  const windows = Array.from({ length: segments }, (_, index) => Math.floor((total * index) / segments));
  const bytes = Buffer.alloc(each * segments);
  const ranges: Range[] = [];
  for (const [index, start] of windows.entries()) {
    let at = 0;
    for (const [file, size] of sizes.entries()) {
      const from = Math.max(at, start);
      const to = Math.min(at + size, start + each);
      if (from < to) {
        const target = index * each + from - start;
        ranges.push({ from: target, to: target + to - from, kind: kindOf(files[file]!) });
        readInto(files[file]!, from - at, bytes.subarray(target, target + to - from));
      }
      at += size;
    }
  }
  return { bytes, ranges };
}

function filesBelow(directory: string): string[] {
  const names = readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return names.flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

function readInto(file: string, position: number, target: Buffer): void {
  const fd = openSync(file, 'r');
  try {
    if (readSync(fd, target, 0, target.length, position) !== target.length)
      throw new Error(`${file} changed`);
  } finally {
    closeSync(fd);
  }
}

/** ELF header: e_type at 16, e_machine at 18. Objects (kernel modules) carry unresolved calls. */
function kindOf(file: string): Kind {
  const header = Buffer.alloc(20);
  if (statSync(file).size < header.length) return 'other';
  readInto(file, 0, header);
  if (header.readUInt32BE(0) !== 0x7f454c46) return 'other';
  const machine = header.readUInt16LE(18);
  if (machine !== 3 && machine !== 62) return 'other';
  return header.readUInt16LE(16) === 1 ? 'x86-object' : 'x86';
}

function bytesOf(input: Sample, kind: Kind, from: number, to: number): number {
  let sum = 0;
  for (const range of input.ranges) {
    if (range.kind === kind) sum += Math.max(0, Math.min(to, range.to) - Math.max(from, range.from));
  }
  return sum;
}

function share(input: Sample, from: number, to: number): string {
  const percent = (kind: Kind) =>
    `${((100 * bytesOf(input, kind, from, to)) / (to - from)).toFixed(1)} % ${kind}`;
  return `${percent('x86')}, ${percent('x86-object')}`;
}
