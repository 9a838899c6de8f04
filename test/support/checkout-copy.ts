import { cpSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { succeed } from './run-command.ts';
import type { Scratch } from './temporary.ts';

/**
 * A copy of the sources with its own dependencies, for a different platform: modules are resolved from the real path of
 * the importing file, so the sources must be copied, too. Needs the network.
 *
 * @param packages further packages, name@version
 * @param flags of `npm install`, such as `--cpu=wasm32`
 * @returns the path of the command in the copy
 */
export async function checkoutCopy(
  scratch: Scratch,
  name: string,
  packages: readonly string[],
  flags: readonly string[],
): Promise<string> {
  const checkout = fileURLToPath(new URL('../../', import.meta.url));
  const copy = scratch.in(name);
  mkdirSync(copy);
  for (const part of ['src', 'package.json', 'package-lock.json']) {
    cpSync(`${checkout}${part}`, `${copy}/${part}`, { recursive: true });
  }
  const always = ['--omit=dev', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--force'];
  await succeed(['npm', 'install', ...always, ...flags, ...packages], { cwd: copy, timeout: 240_000 });
  return `${copy}/src/cli/bin.ts`;
}
