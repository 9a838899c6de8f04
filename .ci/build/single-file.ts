/**
 * Makes `stillroot-finalize.mjs`: `stillroot finalize` in one file to copy, with everything it needs but
 * Node 20. The bytes depend on the sources and the lock file only.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { licenceComments } from './notices.ts';

export const SINGLE_FILE = 'stillroot-finalize.mjs';
/** The oldest Node that runs it. */
export const OLDEST_NODE = 20;

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ENTRY = 'src/cli/script.ts';

/** Files of ours with native parts, packages to look for or threads to start, and what stands in for them. */
export const STAND_INS: Readonly<Record<string, string>> = {
  'src/rewrite/sqlite-module.ts': 'src/single-file/left-out.ts',
  'src/source/xattr-package.ts': 'src/single-file/left-out.ts',
  'src/formats/encoders.ts': 'src/single-file/left-out.ts',
  'src/pack/xz-compressor.ts': 'src/single-file/left-out.ts',
  'src/pack/zstd-compressor.ts': 'src/single-file/left-out.ts',
  'src/pack/gzip-compressor.ts': 'src/single-file/left-out.ts',
  'src/pack/output-thread.ts': 'src/single-file/output-thread.ts',
  'src/tool-version.ts': 'src/single-file/tool-version.ts',
};

/** Parts of Node that lack something in its oldest version, for our own files. */
export const NODE_STAND_INS: Readonly<Record<string, string>> = {
  'node:zlib': 'src/single-file/node.ts',
  'node:util': 'src/single-file/node.ts',
  'node:crypto': 'src/single-file/node.ts',
};

/** Packages that do more than is asked of them. */
export const PACKAGE_STAND_INS: Readonly<Record<string, string>> = {
  'fs-extra': 'src/single-file/fs-extra.ts',
  'string-width': 'src/single-file/string-width.ts',
};

/**
 * Libraries derive the places of their own files from it. There are none, and nobody can put any here:
 * names in /proc are the kernel's.
 */
const NOWHERE = 'file:///proc/stillroot/node_modules/single/file.mjs';

const standIns: Plugin = {
  name: 'stand-ins',
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
      const file = join(resolveDir, path);
      const standIn = file.startsWith(ROOT) ? STAND_INS[file.slice(ROOT.length)] : undefined;
      return standIn === undefined ? undefined : { path: join(ROOT, standIn) };
    });
    onResolve({ filter: /^node:/ }, ({ path, importer }) => {
      const file = importer.slice(ROOT.length);
      const isOurs = file.startsWith('src/') && !file.startsWith('src/single-file/');
      const standIn = isOurs ? NODE_STAND_INS[path] : undefined;
      return standIn === undefined ? undefined : { path: join(ROOT, standIn) };
    });
  },
};

export interface SingleFile {
  readonly text: string;
  /** What went into it. */
  readonly inputs: readonly string[];
}

export async function makeSingleFile(): Promise<SingleFile> {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: `node${OLDEST_NODE}`,
    // See `wrap`.
    format: 'cjs',
    charset: 'utf8',
    legalComments: 'none',
    // People read what they run as root: names and lines stay.
    minifySyntax: true,
    define: { STILLROOT_VERSION: JSON.stringify(version), 'import.meta.url': JSON.stringify(NOWHERE) },
    alias: Object.fromEntries(
      Object.entries(PACKAGE_STAND_INS).map(([name, file]) => [name, join(ROOT, file)]),
    ),
    plugins: [standIns],
    logLevel: 'warning',
  });
  const code = outputFiles[0]?.text ?? '';
  return { text: wrap(code, version, metafile), inputs: Object.keys(metafile.inputs) };
}

/**
 * Copied to a name such as `mkosi.finalize` the file is CommonJS to some versions of Node and a module to
 * others; what is written here is both. Only parts of Node itself are ever required.
 */
function wrap(code: string, version: string, metafile: Metafile): string {
  return [
    '#!/usr/bin/env node',
    `// stillroot-finalize ${version}: "stillroot finalize" in one file, for Node ${OLDEST_NODE} or newer.`,
    '// Made from the sources of stillroot with "npm run build". Licences of what it holds are at its end.',
    "import('node:module').then(({ createRequire }) => {",
    "const require = createRequire('/');",
    code.trimEnd(),
    '});',
    '',
    ...licenceComments(metafile),
    '',
  ].join('\n');
}

/** @returns the path of the written file */
export async function writeSingleFile(directory: string): Promise<string> {
  const { text } = await makeSingleFile();
  const path = join(directory, SINGLE_FILE);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  // The mode given to writeFileSync is subject to the umask, and not for a file that is there already.
  chmodSync(path, 0o755);
  return path;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await writeSingleFile(join(ROOT, 'dist'));
