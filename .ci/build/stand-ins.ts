/** Files, parts of Node and packages in whose place others go into a bundle. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/** The checkout, with a slash at its end. */
export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url));

/** From what is imported to the file that is bundled instead; paths in the checkout. */
export type StandIns = Readonly<Record<string, string>>;

/** For every bundle. */
export const PACKAGE_STAND_INS: StandIns = {
  // Its tables of emoji take a third of the time of a short run, and our help is ASCII.
  'string-width': 'src/single-file/string-width.ts',
};

/**
 * Libraries derive the places of their own files from it. There are none, and nobody can put any here: names in /proc are
 * the kernel's.
 */
export const NOWHERE = 'file:///proc/stillroot/node_modules/package/file.mjs';

/** Definitions for a bundle: there may be no package.json to read the version from. */
export function versionDefinition(): Record<string, string> {
  return { STILLROOT_VERSION: JSON.stringify(packageVersion()) };
}

export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

/** @param files files of ours, by the files that they stand in for */
export function fileStandIns(files: StandIns): Plugin {
  return {
    name: 'files',
    setup({ onResolve }) {
      onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
        const file = join(resolveDir, path);
        const standIn = file.startsWith(ROOT) ? files[file.slice(ROOT.length)] : undefined;
        return standIn === undefined ? undefined : { path: join(ROOT, standIn) };
      });
    },
  };
}

/** @param parts files of ours, by the part of Node that they stand in for in our own files */
export function nodeStandIns(parts: StandIns): Plugin {
  return {
    name: 'parts of Node',
    setup({ onResolve }) {
      onResolve({ filter: /^node:/ }, ({ path, importer }) => {
        const file = importer.slice(ROOT.length);
        const isOurs = file.startsWith('src/') && !file.startsWith('src/single-file/');
        const standIn = isOurs ? parts[path] : undefined;
        return standIn === undefined ? undefined : { path: join(ROOT, standIn) };
      });
    },
  };
}

/** Packages, as esbuild wants them. */
export function aliases(packages: StandIns): Record<string, string> {
  return Object.fromEntries(Object.entries(packages).map(([name, file]) => [name, join(ROOT, file)]));
}

/** Libraries are told that they are nowhere; files of ours know where they are. */
export const lostLibraries: Plugin = {
  name: 'lost libraries',
  setup({ onLoad }) {
    onLoad({ filter: /\/node_modules\/.*\.[mc]?js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta.url')) return undefined;
      return { contents: text.replaceAll('import.meta.url', JSON.stringify(NOWHERE)), loader: 'js' };
    });
  },
};
