/**
 * Makes `dist/cli/`: the command line with all that it loads, as few files as its parts are loaded at different times.
 * Finding and linking some 350 modules takes Node two to three times as long as it takes to run what they hold. The
 * library and the files that threads and processes are started from stay as they are compiled, a file each.
 * The bytes depend on the sources and the lock file only.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { licenceComments } from './notices.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OUTPUT = 'dist/cli';
/** Where the licences of the packages are that were bundled. */
export const NOTICES: string = 'notices.js';

/** Packages with native or large parts, which they look for beside themselves. */
const NOT_BUNDLED = ['@bokuweb/zstd-wasm', '@napi-rs/lzma', '@napi-rs/xattr', '@sqlite.org/sqlite-wasm'];

/** Its tables of emoji take a third of the time of a short run, and our help is ASCII. */
const STAND_INS = { 'string-width': 'src/single-file/string-width.ts' };

/** Libraries derive the places of their own files from it. There are none: names in /proc are the kernel's. */
const NOWHERE = 'file:///proc/stillroot/node_modules/package/file.js';

/** For packages that are CommonJS. The first name must be one that no other file imports. */
const REQUIRE = `import { createRequire as requireFrom } from 'node:module';
const require = requireFrom(import.meta.url);`;

/**
 * A file of ours that asks where it is, is told where it would be without a bundle: beside the files of its module, which
 * are in `dist/` as well.
 */
const places: Plugin = {
  name: 'places',
  setup({ onLoad }) {
    onLoad({ filter: /\.[mc]?[jt]s$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta.url')) return undefined;
      const file = relative(join(ROOT, 'src/cli'), path).replace(/\.ts$/, '.js');
      const isOurs = path.startsWith(join(ROOT, 'src/'));
      const place = isOurs
        ? `new URL(${JSON.stringify(file)}, import.meta.url).href`
        : JSON.stringify(NOWHERE);
      return {
        contents: text.replaceAll('import.meta.url', place),
        loader: path.endsWith('.ts') ? 'ts' : 'js',
      };
    });
  },
};

export interface Program {
  /** By name, without directory. */
  readonly files: ReadonlyMap<string, string>;
  readonly metafile: Metafile;
}

export async function makeProgram(): Promise<Program> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [{ in: 'src/cli/bin.ts', out: 'bin' }],
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
    alias: Object.fromEntries(Object.entries(STAND_INS).map(([name, file]) => [name, join(ROOT, file)])),
    // For packages that are CommonJS.
    banner: { js: REQUIRE },
    plugins: [places],
    logLevel: 'warning',
  });
  const files = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  files.set(
    NOTICES,
    `${['// Licences of what the other files hold.', ...licenceComments(metafile)].join('\n')}\n`,
  );
  return { files, metafile };
}

/** @param directory takes the place of `dist/cli/`; what it held is removed */
export async function writeProgram(directory: string): Promise<void> {
  const { files } = await makeProgram();
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(directory, name), text);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await writeProgram(join(ROOT, OUTPUT));
