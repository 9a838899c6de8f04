import { SINGLE_FILE, writeSingleFile } from '../../.ci/build/single-file.ts';
import { type CommandOptions, type CommandResult, runCommand } from './run-command.ts';
import type { Scratch } from './temporary.ts';

/** Builds the single file from the current sources, in a separate directory; the one in dist/ may be old. */
export async function makeScript(scratch: Scratch, directory = 'single-file'): Promise<string> {
  const path = await writeSingleFile(scratch.in(directory));
  if (!path.endsWith(`/${directory}/${SINGLE_FILE}`)) throw new Error(`written to ${path}`);
  return path;
}

/** With nothing of this process in the environment. */
export async function runScript(
  script: string,
  args: readonly string[],
  options: CommandOptions & { readonly node?: string } = {},
): Promise<CommandResult & { readonly text: string }> {
  const { node = process.execPath, ...rest } = options;
  const result = await runCommand([node, script, ...args], { env: {}, ...rest });
  return { ...result, text: result.stdout.toString() };
}
