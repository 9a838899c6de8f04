/**
 * The files of code that the package and the executable have in common: `program.js` holds the whole program, `bin.js` starts
 * it and prints the version without it, each thread has a file of its own, and what others import or start names a part of
 * the whole. Node takes longer to find and link some 350 modules, or a hundred parts of them, than to run what they hold.
 */
import { basename, join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { ENTRY_POINTS } from '../../src/system/entry-points.ts';
import {
  aliases,
  fileStandIns,
  PACKAGE_STAND_INS,
  ROOT,
  type StandIns,
  versionDefinition,
} from './stand-ins.ts';

export const WHOLE = 'program.js';
/** What `bin.js` starts the program with. */
const START = 'src/cli/start.ts';

export interface BundleOptions {
  readonly format: 'esm' | 'cjs';
  readonly target: string;
  /** Files of ours in place of others; paths in the checkout. */
  readonly standIns: StandIns;
  /** Modules of `src` that others import. */
  readonly library: readonly string[];
  readonly more: Pick<
    BuildOptions,
    'banner' | 'define' | 'external' | 'minifyWhitespace' | 'plugins' | 'supported'
  >;
}

export interface Bundles {
  /** Texts by name, without directory. */
  readonly files: ReadonlyMap<string, string>;
  readonly metafiles: readonly Metafile[];
}

interface Entry {
  readonly in: string;
  readonly out: string;
}

export async function makeBundles(options: BundleOptions): Promise<Bundles> {
  const { standIns, library, format } = options;
  const all = Object.entries(ENTRY_POINTS).map(([out, module]): Entry => {
    const source = join('src/system', module);
    return { in: standIns[source] ?? source, out };
  });
  const isBin = ({ out }: Entry): boolean => out === 'bin';
  const isThread = ({ out }: Entry): boolean => out.endsWith('-thread');
  const processes = all.filter((entry) => !isBin(entry) && !isThread(entry));
  const parts = [...processes, ...library.map((name) => ({ in: `src/${name}.ts`, out: name }))];
  const made = [
    await bundle(options, { entryPoints: all.filter(isBin) }, [wholeElsewhere]),
    await bundle(options, { stdin: { contents: wholeText(parts), resolveDir: ROOT, sourcefile: WHOLE } }),
    await bundle(options, { entryPoints: all.filter(isThread) }),
  ];
  const files = new Map(made.flatMap(({ files }) => files));
  for (const { out } of processes) files.set(`${out}.js`, partText(format, out, []));
  for (const name of library) {
    const names = Object.keys((await import(join(ROOT, `src/${name}.ts`))) as object);
    files.set(`${name}.js`, partText(format, name, names));
  }
  return { files, metafiles: made.map(({ metafile }) => metafile) };
}

async function bundle(
  { format, target, standIns, more }: BundleOptions,
  input: Pick<BuildOptions, 'entryPoints' | 'stdin'>,
  plugins: readonly Plugin[] = [],
): Promise<{ readonly files: (readonly [name: string, text: string])[]; readonly metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    ...input,
    ...more,
    absWorkingDir: ROOT,
    outdir: 'out',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target,
    format,
    charset: 'utf8',
    legalComments: 'none',
    // Stack traces of bug reports stay readable.
    minifySyntax: true,
    alias: aliases(PACKAGE_STAND_INS),
    define: { ...versionDefinition(), ...more.define },
    plugins: [...plugins, fileStandIns(standIns), ...(more.plugins ?? [])],
    logLevel: 'warning',
  });
  const nameOf = (path: string): string => (input.stdin === undefined ? basename(path) : WHOLE);
  return { files: outputFiles.map(({ path, text }) => [nameOf(path), text]), metafile };
}

const wholeElsewhere: Plugin = {
  name: 'the whole program is in another file',
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) =>
      join(resolveDir, path) === join(ROOT, START) ? { path: `./${WHOLE}`, external: true } : undefined,
    );
  },
};

/** Every module runs when it is first asked for, as with import(). */
function wholeText(parts: readonly Entry[]): string {
  const calls = parts.map(({ in: source, out }) => `  '${out}': () => require('./${source}'),\n`);
  return `export { start } from './${START}';\nexport const parts = {\n${calls.join('')}};\n`;
}

/** A file that names a part of the whole. */
function partText(format: 'esm' | 'cjs', name: string, names: readonly string[]): string {
  const call = `parts['${name}']();\n`;
  if (format === 'cjs') return `const { parts } = require("./${WHOLE}");\n${call}`;
  const exported = names.length === 0 ? '' : `export const { ${names.join(', ')} } = `;
  return `import { parts } from './${WHOLE}';\n${exported}${call}`;
}
