/** The files of the program that go into the executable: see `src/executable/boot.ts`. */
import { basename, join } from 'node:path';
import { type BuildOptions, build, transform } from 'esbuild';
import { ENTRY_POINTS } from '../../src/system/entry-points.ts';
import { lockedPackage } from './locked-package.ts';
import { licenceLines, packagesOf } from './notices.ts';
import {
  aliases,
  fileStandIns,
  NOWHERE,
  PACKAGE_STAND_INS,
  ROOT,
  type StandIns,
  versionDefinition,
} from './stand-ins.ts';

/** What the only script that Node runs is made of. */
const BOOT = 'src/executable/boot.ts';

export const STAND_INS: StandIns = {
  'src/cli/bin.ts': 'src/executable/bin.ts',
  'src/system/entry-points.ts': 'src/executable/entry-points.ts',
  'src/formats/xz/lzma-package.ts': 'src/executable/lzma-package.ts',
  'src/formats/zstd/wasm-package.ts': 'src/executable/wasm-package.ts',
  'src/source/xattr-package.ts': 'src/executable/xattr-package.ts',
  'src/rewrite/sqlite-module.ts': 'src/executable/sqlite-module.ts',
  'src/tool-version.ts': 'src/single-file/tool-version.ts',
};

/** Packages of which only a native part goes into the executable. */
const NATIVE_PACKAGES = ['@napi-rs/lzma', '@napi-rs/xattr'];

export interface ExecutableProgram {
  /** The script that Node starts. */
  readonly boot: string;
  /** Texts by the names of assets. */
  readonly assets: ReadonlyMap<string, string>;
  /** What went into them. */
  readonly inputs: readonly string[];
}

export async function makeExecutableProgram(): Promise<ExecutableProgram> {
  const options: BuildOptions & { readonly metafile: true; readonly write: false } = {
    absWorkingDir: ROOT,
    outdir: 'out',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node24.21',
    charset: 'utf8',
    legalComments: 'none',
    // Stack traces of bug reports stay readable.
    minifySyntax: true,
    minifyWhitespace: true,
    alias: aliases(PACKAGE_STAND_INS),
    define: {
      ...versionDefinition(),
      'import.meta.url': JSON.stringify(NOWHERE),
      ENCODER_VERSION: JSON.stringify(lockedPackage('@napi-rs/lzma').version),
    },
    plugins: [fileStandIns(STAND_INS)],
    logLevel: 'warning',
  };
  const all = Object.entries(ENTRY_POINTS).map(([out, module]) => {
    const source = join('src/system', module);
    return { in: STAND_INS[source] ?? source, out };
  });
  const isThread = ({ out }: (typeof all)[number]): boolean => out.endsWith('-thread');
  const program = await build({
    ...options,
    entryPoints: all.filter((entry) => !isThread(entry)),
    splitting: true,
    format: 'esm',
  });
  const scripts = await build({
    ...options,
    entryPoints: [...all.filter(isThread), { in: BOOT, out: 'boot' }],
    format: 'cjs',
  });
  const assets = new Map<string, string>();
  for (const { path, text } of program.outputFiles) {
    assets.set(basename(path), await asCommonJs(text));
  }
  for (const { path, text } of scripts.outputFiles) assets.set(basename(path), text);
  const packages = [...packagesOf([program.metafile, scripts.metafile]), ...NATIVE_PACKAGES].sort();
  assets.set('licences.txt', `${licenceLines(packages).join('\n').trim()}\n`);
  const boot = assets.get('boot.js') ?? '';
  assets.delete('boot.js');
  const inputs = [program, scripts].flatMap(({ metafile }) => Object.keys(metafile.inputs));
  return { boot, assets, inputs: [...new Set(inputs)].sort() };
}

/** Node cannot run modules that are not files; `import()` becomes `require()` as well. */
async function asCommonJs(text: string): Promise<string> {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node24.21',
    supported: { 'dynamic-import': false },
    minifyWhitespace: true,
    charset: 'utf8',
  });
  return code;
}
