/**
 * Makes `dist/lib/`: the command line, the library, and what threads and processes start with. The bytes depend on the sources
 * and the lock file only.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Bundles, makeBundles } from './bundles.ts';
import { licenceComments } from './notices.ts';
import { lostLibraries, ROOT, type StandIns } from './stand-ins.ts';

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

export async function makeProgram(): Promise<Bundles> {
  const { files, metafiles } = await makeBundles({
    format: 'esm',
    target: 'node22.20',
    standIns: STAND_INS,
    library: LIBRARY,
    more: { external: NOT_BUNDLED, banner: { js: REQUIRE }, plugins: [lostLibraries] },
  });
  const notices = ['// Licences of what the other files hold.', ...licenceComments(metafiles)];
  return {
    files: new Map([
      ...[...files].map(([name, text]) => [name, withoutIdle(text)] as const),
      [NOTICES, `${notices.join('\n')}\n`],
    ]),
    metafiles,
  };
}

/** A version is printed without it. */
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
