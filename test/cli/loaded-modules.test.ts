// No verb loads modules that it does not use, as observed by a loader hook.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { runCli } from '../support/run-cli.ts';
import { Scratch } from '../support/temporary.ts';
import { stepOf } from '../support/thorough.ts';

const test = suite('loaded modules');
const scratch = new Scratch('loaded-modules');
const tree = scratch.in('tree');
const archive = scratch.in('a.cpio');
const manifest = `${archive}.manifest.json`;
const hook = scratch.in('hook.mjs');
test.after(() => scratch.remove());

/** Prints every module and every native part, a line each, when the program ends. */
const HOOK = `
import { writeFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
const seen = [];
registerHooks({ load(url, context, next) { seen.push(url); return next(url, context); } });
const { cache } = createRequire(import.meta.url);
process.on('exit', () => {
  const native = Object.keys(cache).filter((path) => path.endsWith('.node'));
  writeFileSync(process.env.MODULES_FILE, [...seen, ...native].join('\\n'));
});
`;

before(test, async () => {
  mkdirSync(tree);
  writeFileSync(`${tree}/file`, 'content');
  writeFileSync(hook, HOOK);
  await loaded('pack', tree, '-o', archive);
});

/** Loaded by every call, before the program itself: where Node keeps the compiled code of it. */
const COMPILED_CODE = /\/src\/cache\/(?:code-cache|cache-directory)\.ts$/;

interface Loaded {
  readonly count: number;
  /** Directories of src, single formats such as `formats/xz`, and names of packages. */
  readonly modules: ReadonlySet<string>;
  readonly files: readonly string[];
}

async function loaded(...args: string[]): Promise<Loaded> {
  const list = scratch.in('modules.txt');
  const { status, stderr } = await runCli(args, {
    env: { ...process.env, MODULES_FILE: list },
    node: [process.execPath, '--import', pathToFileURL(hook).href],
  });
  assert.ok(status === 0 || status === 1, stderr);
  const all = readFileSync(list, 'utf8').split('\n');
  const files = all.filter((file) => !COMPILED_CODE.test(file));
  const modules = files.map(
    (file) =>
      /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ??
      /\/src\/(formats\/[\w-]+|[^/]+(?=\/))/.exec(file)?.[1],
  );
  return { count: files.length, modules: new Set(modules.filter((module) => module !== undefined)), files };
}

const ENCODER = '@napi-rs/lzma';
const SQLITE = '@sqlite.org/sqlite-wasm';
/** Reads archives; headers are known to the normalizer of tar files, too. */
const TAR = 'formats/tar/tar-parser.ts';
/** Of gzip, zstd, lz4 and xz. */
const DECODERS = 'formats/compression';
/** Of all package managers; a manifest needs no more than their names. */
const READERS = 'packages/readers.ts';
/** Written where a file is asked for. */
const PAGES = 'report/html.ts';
/** The table of output formats is a part of the options; what writes archives is not. */
const FORMAT_TABLE = [
  ...['formats.ts', 'newc-writer.ts', 'tar-writer.ts', 'archive-writer.ts', 'compressor.ts', 'levels.ts'],
];
const PACKING = readdirSync(new URL('../../src/pack/', import.meta.url))
  .filter((file) => !FORMAT_TABLE.includes(file))
  .map((file) => `pack/${file}`);
/** Modules of one verb or two. */
const ELSEWHERE = ['bootstrap', 'attest', 'ospkg', 'cache'];
const BENCH = [
  ...[...ELSEWHERE, TAR, DECODERS, 'diff', 'plan', 'rewrite', 'packages', ...PACKING, 'manifest'],
  ...['finalize', 'extract', PAGES],
];
/** A packer that is there everywhere. */
const MINE = 'mine=cat {root}/file > {out}';

/** What a verb must not load: modules, files and packages. The first words of the command line are the verb. */
const NOT_NEEDED: ReadonlyArray<readonly [args: readonly string[], unwanted: readonly string[]]> = [
  [
    ['--version'],
    [
      'yargs',
      ENCODER,
      'source',
      'plan',
      'rewrite',
      'packages',
      'pack',
      'finalize',
      'diff',
      'manifest',
      'cache',
    ],
  ],
  [
    ['--help'],
    [ENCODER, 'source', 'plan', 'rewrite', 'packages', 'pack', 'finalize', 'diff', 'manifest', 'cache'],
  ],
  [
    ['help', 'list'],
    [ENCODER, 'plan', 'rewrite', 'packages', ...PACKING, 'finalize', 'diff', 'manifest', 'cache'],
  ],
  [['version'], ['yargs', ENCODER, 'source', 'plan', 'rewrite', 'packages', ...PACKING, 'diff', 'manifest']],
  [
    ['completion', 'bash'],
    // It asks all verbs for their tables, but does nothing that they do.
    ['lab/lab.ts', 'library', PAGES],
  ],
  [
    ['hook'],
    [ENCODER, 'source', 'plan', 'rewrite', 'packages', 'pack', 'finalize', 'diff', 'manifest', 'cache'],
  ],
  [
    ['cache', 'info', '--cache', '/nowhere'],
    [
      ENCODER,
      'formats/xz/encode-block.ts',
      'formats/xz/reader.ts',
      'source',
      'plan',
      'rewrite',
      ...PACKING,
      'diff',
      'manifest',
    ],
  ],
  [
    ['rules', 'list'],
    [ENCODER, ...PACKING, TAR, DECODERS, 'diff', 'manifest', 'cache', 'extract'],
  ],
  [
    ['check', tree],
    [ENCODER, TAR, DECODERS, 'diff', 'manifest', 'cache', 'extract'],
  ],
  [
    ['finalize', tree, '--dry-run'],
    [ENCODER, TAR, DECODERS, 'diff', 'extract', 'cache'],
  ],
  [
    ['packages', tree],
    [...ELSEWHERE, ENCODER, TAR, DECODERS, 'diff', 'extract', 'rewrite', 'finalize', ...PACKING],
  ],
  [
    ['list', archive],
    [ENCODER, 'plan', 'rewrite', 'packages', ...PACKING, 'diff', 'manifest', 'cache'],
  ],
  [
    ['extract', archive, '-C', scratch.in('extracted')],
    [...ELSEWHERE, 'lab', 'plan', 'rewrite', 'packages', ...PACKING, 'finalize', 'manifest', 'diff'],
  ],
  [
    ['verify', manifest, archive],
    // The digest says it all: the file is not read as an archive.
    [...ELSEWHERE, 'lab', 'plan', 'rewrite', READERS, ...PACKING, 'finalize', 'diff', 'extract', TAR],
  ],
  [
    ['diff', tree, tree],
    [...ELSEWHERE, 'lab', 'finalize', 'manifest', 'extract', PAGES],
  ],
  [
    ['diff', manifest, manifest],
    [...ELSEWHERE, 'lab', 'diff', 'extract', TAR, DECODERS, 'plan', 'rewrite', READERS, 'finalize'],
  ],
  [
    ['reproduce', manifest, tree],
    // It is the same, so nothing has to be explained.
    ['lab', 'diff', 'extract', TAR, DECODERS, PAGES],
  ],
  [['bench', '--list'], BENCH],
  [
    ['bench', tree, '--dimension', 'process/umask', '--packers', 'mine', '--packer', MINE, '--no-progress'],
    // The lab runs in its own process.
    BENCH,
  ],
  [
    ['pack', tree, '-o', scratch.in('b.cpio')],
    [ENCODER, TAR, DECODERS, 'diff', 'extract'],
  ],
];

function nameOf(args: readonly string[]): string {
  const [verb, ...rest] = args.map((word) => word.replace(scratch.in('.'), ''));
  return `${verb} ${rest.join(' ')}`.trim();
}

test('what is not loaded is there', () => {
  const [sources, packages] = ['../../src/', '../../node_modules/'].map(
    (path) => new URL(path, import.meta.url),
  );
  for (const name of NOT_NEEDED.flatMap(([, unwanted]) => unwanted)) {
    const places = [new URL(name, sources), new URL(`${name}.ts`, sources), new URL(name, packages)];
    assert.ok(
      places.some((place) => existsSync(place)),
      name,
    );
  }
});

for (const [at, [args, unwanted]] of NOT_NEEDED.entries()) {
  if (at % stepOf(1, 2) !== 0) continue;
  test(nameOf(args), async () => {
    const { modules, files } = await loaded(...args);
    assert.ok(modules.has('cli'), 'the hook sees the modules');
    assert.equal(
      [...unwanted, ENCODER, SQLITE].filter(
        (name) => modules.has(name) || files.some((file) => file.endsWith(`/src/${name}`)),
      ),
      [],
    );
    assert.equal(
      files.filter((file) => /lzma.*\.node$/.test(file)),
      [],
    );
  });
}

test('what is used is seen: a compressed archive takes the encoder', async () => {
  const { modules } = await loaded('pack', tree, '-o', scratch.in('c.cpio.xz'), '--no-cache');
  assert.ok(modules.has(ENCODER));
});

test('--version is a fraction of the program', async () => {
  const { count } = await loaded('--version');
  assert.ok(count < 40, `${count} modules`);
});

test.run();
