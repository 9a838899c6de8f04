import { chownSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { SINGLE_FILE } from '../../.ci/build/single-file.ts';
import { machineMirror, unpackPackage } from './debian-package.ts';
import { findTool } from './requires.ts';
import { retried } from './retried.ts';
import { type CommandOptions, succeed } from './run-command.ts';
import type { Scratch } from './temporary.ts';

export interface MkosiOptions extends CommandOptions {
  /** Goes before the command, such as setpriv and its options. */
  readonly as?: readonly string[];
}

/** What mkosi writes its programs for is Python 3.9, so that of Debian 12 runs it. */
export interface Mkosi {
  readonly version: string;
  /** Where its Python modules are. */
  readonly modules: string;
  /** Runs it in a directory; standard error, where it and its scripts talk, is in the answer. */
  readonly run: (args: readonly string[], options: MkosiOptions) => Promise<string>;
}

/** The package of a suite, unpacked and not installed. */
export async function unpackMkosi(scratch: Scratch, suite: string): Promise<Mkosi> {
  const { directory, version } = await unpackPackage(scratch, suite, 'mkosi');
  const PYTHONPATH = `${directory}/usr/lib/python3/dist-packages`;
  return {
    version,
    modules: PYTHONPATH,
    run: (args, { as = [], ...options }) =>
      succeed([...as, 'sh', '-c', 'exec python3 -m mkosi "$@" 2>&1', 'sh', ...args], {
        timeout: 600_000,
        ...options,
        env: { ...(options.env ?? process.env), PYTHONPATH },
      }),
  };
}

/** Why a script in the sandbox of mkosi would not find Node there; undefined where it would. */
export function withoutNodeInside(): string | undefined {
  const outside = (process.env.PATH ?? '').split(':').filter((part) => !part.includes('node_modules'));
  const node = findTool('node', outside.join(':'));
  if (node !== undefined && /^\/(usr|opt)\//.test(realpathSync(node))) return undefined;
  return 'needs a Node below /usr';
}

export interface ImageOptions {
  readonly format: 'directory' | 'tar' | 'cpio' | 'oci';
  readonly args?: readonly string[];
  /** mkosi.finalize; none where it is undefined. */
  readonly script?: string;
  /** The single file, to be placed next to mkosi.conf. */
  readonly beside?: string;
  /** Numeric user to build as, instead of root. */
  readonly user?: number;
}

/**
 * Builds a small Debian with mkosi 27 in a directory of that name, which must be free. The packages are kept
 * for the next one of the name.
 */
export async function buildImage(
  mkosi: Mkosi,
  scratch: Scratch,
  name: string,
  { format, args = [], script, beside, user }: ImageOptions,
): Promise<{ directory: string; said: string }> {
  const directory = scratch.in(name);
  const owner = user ?? 0;
  const cache = scratch.in(`packages-${owner}-${name}`);
  // Next to the output: a finished image is then renamed, not copied.
  const workspace = scratch.in(`workspace-${owner}-${name}`);
  for (const path of [directory, cache, workspace]) {
    mkdirSync(path, { recursive: true });
    chownSync(path, owner, owner);
  }
  writeFileSync(`${directory}/mkosi.conf`, CONFIGURATION);
  for (const [file, text] of [
    ['mkosi.finalize', script],
    [SINGLE_FILE, beside],
  ] as const) {
    if (text !== undefined) writeFileSync(`${directory}/${file}`, text, { mode: 0o755 });
  }
  const as = user === undefined ? [] : ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'];
  const where = [
    `--package-cache-dir=${cache}`,
    `--workspace-directory=${workspace}`,
    `--local-mirror=${await machineMirror()}`,
    '--output-dir=out',
  ];
  const options = { cwd: directory, env: { PATH: process.env.PATH, HOME: directory } };
  const said = await retried(
    () => mkosi.run([...where, `--format=${format}`, ...args, '--force', 'build'], { ...options, as }),
    () => rmSync(`${directory}/out`, { recursive: true, force: true }),
  );
  return { directory, said };
}

/** As in the example of the hook, see src/hooks/mkosi.ts. */
const CONFIGURATION = `[Distribution]
Distribution=debian
Release=bookworm

[Content]
Bootable=no
Packages=apt
SourceDateEpoch=1700000000
`;
