/** Repositories of dnf, yum and zypper (dnf.conf(5)): a section each; `[main]` has the settings of the program. */
import { showPath } from '../../tree/path.ts';
import type { ManifestRepository } from '../manifest.ts';
import { parseSections } from './ini.ts';
import { publicUrl, snapshotOf } from './repository-url.ts';

const PLACES: ReadonlySet<string> = new Set(['baseurl', 'metalink', 'mirrorlist']);

/** @param text byte string */
export function parseRepoFile(text: string): ManifestRepository[] {
  return parseSections(text)
    .filter(({ name, pairs }) => name !== 'main' && !pairs.some(isOff))
    .flatMap(({ name, pairs }) =>
      pairs
        .filter(([key]) => PLACES.has(key))
        .flatMap(([, value]) => value.split(/[\s,]+/))
        .filter((url) => url !== '')
        .map((url): ManifestRepository => {
          const snapshot = snapshotOf(url);
          return {
            type: 'rpm',
            url: publicUrl(url),
            suite: showPath(name),
            ...(snapshot === undefined ? {} : { snapshot }),
          };
        }),
    );
}

function isOff([key, value]: readonly [string, string]): boolean {
  return key === 'enabled' && /^(0|no|false|off)$/i.test(value);
}
