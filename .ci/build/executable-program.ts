/** The files of the program that go into the executable: see `src/executable/boot.ts`. */
import { build } from 'esbuild';
import { makeBundles } from './bundles.ts';
import { lockedPackage } from './locked-package.ts';
import { licenceLines, packagesOf } from './notices.ts';
import { fileStandIns, NOWHERE, ROOT, type StandIns } from './stand-ins.ts';

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
  const options = {
    define: {
      'import.meta.url': JSON.stringify(NOWHERE),
      ENCODER_VERSION: JSON.stringify(lockedPackage('@napi-rs/lzma').version),
    },
    minifyWhitespace: true,
  };
  const { files, metafiles } = await makeBundles({
    // Node cannot run modules that are not files.
    format: 'cjs',
    target: 'node24.21',
    standIns: STAND_INS,
    library: [],
    more: { ...options, supported: { 'dynamic-import': false } },
  });
  const { outputFiles, metafile } = await build({
    ...options,
    absWorkingDir: ROOT,
    entryPoints: [BOOT],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node24.21',
    format: 'cjs',
    plugins: [fileStandIns(STAND_INS)],
    logLevel: 'warning',
  });
  const all = [...metafiles, metafile];
  const licences = licenceLines([...packagesOf(all), ...NATIVE_PACKAGES].sort());
  return {
    boot: outputFiles[0]?.text ?? '',
    assets: new Map([...files, ['licences.txt', `${licences.join('\n').trim()}\n`]]),
    inputs: [...new Set(all.flatMap(({ inputs }) => Object.keys(inputs)))].sort(),
  };
}
