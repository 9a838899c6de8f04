/**
 * Makes `stillroot-finalize.mjs`: `stillroot finalize` in one file to copy, with everything it needs but
 * Node 20. The bytes depend on the sources and the lock file only.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { licenceComments } from './notices.ts';
import {
  aliases,
  fileStandIns,
  NOWHERE,
  nodeStandIns,
  PACKAGE_STAND_INS,
  packageVersion,
  ROOT,
  type StandIns,
  versionDefinition,
} from './stand-ins.ts';

export const SINGLE_FILE = 'stillroot-finalize.mjs';
/** The oldest Node that runs it. */
export const OLDEST_NODE = 20;

const ENTRY = 'src/cli/script.ts';

/** Files of ours with native parts, packages to look for or threads to start, and what stands in for them. */
export const STAND_INS: StandIns = {
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
export const NODE_STAND_INS: StandIns = {
  'node:zlib': 'src/single-file/node.ts',
  'node:util': 'src/single-file/node.ts',
  'node:crypto': 'src/single-file/node.ts',
};

/** Packages that do more than is asked of them. */
export const OWN_PACKAGE_STAND_INS: StandIns = {
  ...PACKAGE_STAND_INS,
  'fs-extra': 'src/single-file/fs-extra.ts',
};

export interface SingleFile {
  readonly text: string;
  /** What went into it. */
  readonly inputs: readonly string[];
}

export async function makeSingleFile(): Promise<SingleFile> {
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
    define: { ...versionDefinition(), 'import.meta.url': JSON.stringify(NOWHERE) },
    alias: aliases(OWN_PACKAGE_STAND_INS),
    plugins: [fileStandIns(STAND_INS), nodeStandIns(NODE_STAND_INS)],
    logLevel: 'warning',
  });
  const code = outputFiles[0]?.text ?? '';
  return { text: wrap(code, packageVersion(), metafile), inputs: Object.keys(metafile.inputs) };
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
    ...licenceComments([metafile]),
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
