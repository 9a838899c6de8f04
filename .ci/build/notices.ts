/** The licences of what goes into a bundle, which must go with it. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The notices of all packages among the inputs, ours first, as lines of comments. */
export function licenceComments(metafile: Metafile): string[] {
  const packages = Object.keys(metafile.inputs).flatMap((input) => {
    const [, name] = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
    return name === undefined ? [] : [`node_modules/${name}`];
  });
  return ['', ...new Set(packages.sort())].flatMap((directory) => {
    const place = directory === '' ? ROOT : `${ROOT}${directory}/`;
    const file = readdirSync(place).find((name) => /^licen[cs]e/i.test(name));
    if (file === undefined) throw new Error(`${directory} has no licence file`);
    const text = readFileSync(`${place}${file}`, 'utf8').trim();
    const title = directory === '' ? 'stillroot' : directory.slice('node_modules/'.length);
    return ['', `== ${title}`, ...text.split(/\r?\n/)].map((line) => `// ${line}`.trimEnd());
  });
}
