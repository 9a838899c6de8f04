import { fileURLToPath } from 'node:url';
import { type CommandOptions, type CommandResult, runCommand } from './run-command.ts';

/** What starts stillroot: `STILLROOT_BIN` (a .js or .ts file, or a program), or this checkout. */
export const STILLROOT: string =
  process.env.STILLROOT_BIN ?? fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));

export interface CliOptions extends CommandOptions {
  /** Another Node than the one that runs the tests. */
  readonly node?: readonly string[];
  /** Goes before the command: `['setpriv', '--reuid', '65534']`. */
  readonly wrapper?: readonly string[];
  /** Another copy of stillroot. */
  readonly bin?: string;
}

export interface CliResult extends CommandResult {
  /** Standard output as text. */
  readonly text: string;
}

export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const bin = options.bin ?? STILLROOT;
  // Blocks that another test has made would hide what this one does. A test of the cache names one.
  const env = { XDG_CACHE_HOME: '/dev/null', ...(options.env ?? process.env) };
  const node = /\.[jt]s$/.test(bin) ? (options.node ?? [process.execPath]) : [];
  const result = await runCommand([...(options.wrapper ?? []), ...node, bin, ...args], { ...options, env });
  return { ...result, text: result.stdout.toString() };
}

/** The document of `--json`, of a run that must end with status 0. */
export async function runCliJson(args: readonly string[], options: CliOptions = {}): Promise<unknown> {
  const { status, text, stderr } = await runCli([...args, '--json'], options);
  if (status !== 0) throw new Error(`stillroot ${args.join(' ')} ended with ${status}\n${stderr}`);
  return JSON.parse(text);
}

/** Packs a tree that must pack; returns the digests that the report names. */
export async function pack(
  source: string,
  output: string,
  args: readonly string[] = [],
  options: CliOptions = {},
): Promise<PackReport> {
  return (await runCliJson(['pack', source, '-o', output, ...args], options)) as PackReport;
}

/** What these tests read of the document. */
export interface PackReport {
  readonly digests: { readonly payload: string; readonly file: string };
  readonly changes: ReadonlyArray<{ readonly rule: string; readonly count: number }>;
  readonly warnings: ReadonlyArray<{
    readonly code: string;
    readonly path: string;
    readonly message: string;
  }>;
}
