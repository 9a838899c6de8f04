/** Repositories of dnf, yum and zypper (dnf.conf(5)): a section each; `[main]` has the settings of the program. */
import { showPath } from '../../tree/path.ts';
import { parseSections } from './ini.ts';
import { type ImageFiles, inFiles, named, publicUrl, type Repository, snapshotOf } from './repository.ts';

const PLACES: ReadonlySet<string> = new Set(['baseurl', 'metalink', 'mirrorlist']);

/** @param text byte string */
function parseRepoFile(text: string): Repository[] {
  return parseSections(text)
    .filter(({ name, pairs }) => name !== 'main' && !pairs.some(isOff))
    .flatMap(({ name, pairs }) =>
      pairs
        .filter(([key]) => PLACES.has(key))
        .flatMap(([, value]) => value.split(/[\s,]+/))
        .filter((url) => url !== '')
        .map((url): Repository => {
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

/** Where dnf, yum and zypper install from. */
export function rpmRepositories(files: ImageFiles): Repository[] {
  return [
    ...inFiles(files, ['etc/dnf/dnf.conf', 'etc/yum.conf'], parseRepoFile),
    ...inFiles(files, named(files, 'etc/yum.repos.d', '.repo'), parseRepoFile),
    ...inFiles(files, named(files, 'etc/zypp/repos.d', '.repo'), parseRepoFile),
  ];
}
