/** The licences of what goes into a bundle, which must go with it. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Metafile } from 'esbuild';
import { ROOT } from './stand-ins.ts';

/** Names of the packages among the inputs, sorted. */
export function packagesOf(metafiles: readonly Metafile[]): string[] {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const names = inputs.flatMap((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** The notices of stillroot and of these packages, as lines of text. */
export function licenceLines(packages: readonly string[]): string[] {
  return [
    ...['', '== stillroot', ...licenceOf(ROOT)],
    ...packages.flatMap((name) => ['', `== ${name}`, ...licenceOf(`${ROOT}node_modules/${name}/`)]),
  ];
}

/** The same for a file of code. */
export function licenceComments(metafiles: readonly Metafile[]): string[] {
  return licenceLines(packagesOf(metafiles)).map((line) => (line === '' ? '' : `// ${line}`.trimEnd()));
}

function licenceOf(directory: string): string[] {
  const file = readdirSync(directory).find((name) => /^licen[cs]e/i.test(name));
  if (file !== undefined) {
    return readFileSync(`${directory}${file}`, 'utf8').trim().split(/\r?\n/);
  }
  // Some only name it.
  const { license, repository } = JSON.parse(readFileSync(`${directory}package.json`, 'utf8')) as {
    readonly license?: string;
    readonly repository?: { readonly url?: string };
  };
  if (license === undefined) throw new Error(`${directory} has no licence`);
  return [`Licence: ${license}`, `Source: ${repository?.url ?? 'unknown'}`];
}
