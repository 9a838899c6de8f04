/**
 * Makes `dist/lib/`: the command line, the library, and what threads and processes start with, as few files as their
 * parts are loaded at different times. Finding and linking some 350 modules takes Node two to three times as long as it
 * takes to run what they hold. The bytes depend on the sources and the lock file only.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { ENTRY_POINTS } from '../../src/system/entry-points.ts';
import { licenceComments } from './notices.ts';
import {
  aliases,
  fileStandIns,
  lostLibraries,
  PACKAGE_STAND_INS,
  ROOT,
  type StandIns,
  versionDefinition,
} from './stand-ins.ts';

export const OUTPUT = 'dist/lib';
/** Where the licences of the packages are that were bundled. */
export const NOTICES: string = 'notices.js';

/** Packages with native or large parts, which they look for beside themselves. */
const NOT_BUNDLED = ['@bokuweb/zstd-wasm', '@napi-rs/lzma', '@napi-rs/xattr', '@sqlite.org/sqlite-wasm'];

/** There is no package.json where this file looks for it. */
const STAND_INS: StandIns = { 'src/tool-version.ts': 'src/single-file/tool-version.ts' };

/** What `exports` of package.json names. */
export const LIBRARY = ['index', 'internals'] as const;

/** For packages that are CommonJS. The first name must be one that no other file imports. */
const REQUIRE = `import { createRequire as requireFrom } from 'node:module';
const require = requireFrom(import.meta.url);`;

/** The source of each file that others start from, by name. */
function entryPoints(): { readonly in: string; readonly out: string }[] {
  const started = Object.entries(ENTRY_POINTS).map(([out, module]) => ({
    in: join('src/system', module),
    out,
  }));
  return [...started, ...LIBRARY.map((out) => ({ in: `src/${out}.ts`, out }))];
}

export interface Program {
  /** By name, without directory. */
  readonly files: ReadonlyMap<string, string>;
  readonly metafile: Metafile;
}

export async function makeProgram(): Promise<Program> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: entryPoints(),
    outdir: OUTPUT,
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node22.20',
    format: 'esm',
    charset: 'utf8',
    legalComments: 'none',
    // Stack traces of bug reports stay readable.
    minifySyntax: true,
    external: NOT_BUNDLED,
    alias: aliases(PACKAGE_STAND_INS),
    define: versionDefinition(),
    banner: { js: REQUIRE },
    plugins: [fileStandIns(STAND_INS), lostLibraries],
    logLevel: 'warning',
  });
  const files = new Map(outputFiles.map(({ path, text }) => [basename(path), withoutIdle(text)]));
  files.set(
    NOTICES,
    `${['// Licences of what the other files hold.', ...licenceComments(metafile)].join('\n')}\n`,
  );
  return { files, metafile };
}

/** Most files contain no package that is CommonJS, and a version is printed after loading some fifteen. */
function withoutIdle(text: string): string {
  const rest = text.replace(`${REQUIRE}\n`, '');
  return /\brequire\b/.test(rest) ? text : rest;
}

/** @param directory takes the place of `dist/lib/`; what it held is removed */
export async function writeProgram(directory: string): Promise<void> {
  const { files } = await makeProgram();
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(directory, name), text);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await writeProgram(join(ROOT, OUTPUT));
