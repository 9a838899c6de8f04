/**
 * Makes the pictures of the README in `bench/pictures`: the page of `diff` for two small trees, and the one in
 * `bench/determinism.html`, as a browser shows them.
 *
 *     node bench/pictures.ts [diff] [determinism]
 *
 * Needs chromium, pngquant and the DejaVu fonts. As root the trees have their owners and devices.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { materialize } from '../fixtures/materialize.ts';
import { readSlice } from '../fixtures/read-slice.ts';

const CHECKOUT = dirname(import.meta.dirname);
const DIRECTORY = join(import.meta.dirname, 'pictures');
/** Pixels. A picture shows only the top of its page: the verdict and, in that of `diff`, one example. */
const WIDTH = 1000;
/** Bytes of a picture: the README loads both, on slow lines too. */
const SIZE_MAX = 80_000;
/** Text on a plain background needs few colours, and PNG files with few are small. */
const COLOURS = 32;
/** Milliseconds that a program may take. */
const TIME_MAX = 120_000;

/** What the fixture pair lacks: differences that no built-in rule removes, such as an application's build leaves. */
const EXTRAS: Readonly<Record<string, (build: 1 | 2) => string>> = {
  'usr/share/shop/build-info.json': (build) =>
    `{\n  "name": "shop",\n  "version": "2.4.1",\n  "built": "2026-11-2${2 + build}T09:1${build}:07Z"\n}\n`,
  'usr/share/shop/modules.list': (build) =>
    build === 1 ? 'cart\ncheckout\nsearch\n' : 'search\ncart\ncheckout\n',
};

interface Picture {
  /** Pixels. */
  readonly height: number;
  /** @returns the page, which may be in the empty directory `scratch` */
  readonly page: (scratch: string) => string;
}

const PICTURES: Readonly<Record<string, Picture>> = {
  diff: { height: 1028, page: diffPage },
  determinism: { height: 956, page: () => join(import.meta.dirname, 'determinism.html') },
};

const { positionals } = parseArgs({ allowPositionals: true });
mkdirSync(DIRECTORY, { recursive: true });
for (const name of positionals.length === 0 ? Object.keys(PICTURES) : positionals) {
  const picture = PICTURES[name];
  if (picture === undefined) {
    throw new Error(`no picture ${name}: there are ${Object.keys(PICTURES).join(' and ')}`);
  }
  const scratch = mkdtempSync(join(tmpdir(), 'stillroot-pictures-'));
  try {
    make(join(DIRECTORY, `${name}.png`), picture, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function make(file: string, { height, page }: Picture, scratch: string): void {
  const shot = join(scratch, 'shot.png');
  const options = [
    '--headless',
    // Chromium's sandbox does not start as root; the page is our own and has no scripts.
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    `--user-data-dir=${join(scratch, 'profile')}`,
    `--window-size=${WIDTH},${height}`,
    `--screenshot=${shot}`,
  ];
  // Chromium writes warnings about the missing desktop to standard error even on success.
  run('chromium', [...options, pathToFileURL(page(scratch)).href]);
  run('pngquant', ['--force', '--strip', '--nofs', '--speed', '1', '--output', file, `${COLOURS}`, shot]);
  const { size } = statSync(file);
  if (size > SIZE_MAX) throw new Error(`${file}: ${size} bytes, more than ${SIZE_MAX}. Make it less high.`);
  console.error(`${file}: ${size} bytes`);
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: TIME_MAX });
}

/** Two builds of one package set, and the page that says why they differ. */
function diffPage(scratch: string): string {
  for (const build of [1, 2] as const) {
    const root = join(scratch, `build-${build}`);
    for (const line of materialize(root, readSlice(build === 1 ? 'first' : 'second'))) {
      console.error(`left out: ${line}`);
    }
    for (const [path, content] of Object.entries(EXTRAS)) {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content(build));
      for (const each of [file, dirname(file)]) utimesSync(each, 1_700_000_000, 1_700_000_000);
    }
  }
  const page = join(scratch, 'diff.html');
  const bin = join(CHECKOUT, 'src/cli/bin.ts');
  const args = [bin, 'diff', 'build-1', 'build-2', '--report', `html=${page}`];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: scratch, timeout: TIME_MAX });
  // 1: they differ, as they should.
  if (status !== 1) throw new Error(`diff ended with ${status}: ${stderr}`);
  return page;
}
