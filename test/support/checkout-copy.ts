import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { succeed } from './run-command.ts';
import type { Scratch } from './temporary.ts';

interface PackageDescription {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

/** Packages that the sources import. */
const BUNDLED = ['diff', 'fs-extra', 'pako', 'smol-toml', 'xxhash-wasm', 'yargs'];

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
  for (const part of ['src', 'package-lock.json']) {
    cpSync(`${checkout}${part}`, `${copy}/${part}`, { recursive: true });
  }
  const description = JSON.parse(readFileSync(`${checkout}package.json`, 'utf8')) as PackageDescription;
  // What the package bundles is only a dependency of the development.
  const development = Object.entries(description.devDependencies);
  const bundled = Object.fromEntries(development.filter(([each]) => BUNDLED.includes(each)));
  const dependencies = { ...description.dependencies, ...bundled };
  const { version, optionalDependencies } = description;
  const text = JSON.stringify({ name: 'copy', version, type: 'module', dependencies, optionalDependencies });
  writeFileSync(`${copy}/package.json`, text);
  const always = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--force'];
  await succeed(['npm', 'install', ...always, ...flags, ...packages], { cwd: copy, timeout: 240_000 });
  return `${copy}/src/cli/bin.ts`;
}
