/** apk-repositories(5): a line each, with a tag in front where packages are only taken from it by that tag. */
import { showPath } from '../../tree/path.ts';
import { type ImageFiles, inFiles, named, publicUrl, type Repository, snapshotOf } from './repository.ts';

/** @param text byte string */
function parseApkRepositories(text: string): Repository[] {
  return text.split('\n').flatMap((line) => {
    const words = line.replace(/#.*/, '').trim().split(/\s+/);
    const tag = words[0]?.startsWith('@') ? words[0] : undefined;
    const url = words.find((word) => /^(?:\/|[a-z][a-z0-9+.-]*:\/\/)/i.test(word));
    if (url === undefined) return [];
    const snapshot = snapshotOf(url);
    return [
      {
        type: 'apk' as const,
        url: publicUrl(url),
        ...(tag === undefined ? {} : { suite: showPath(tag) }),
        ...(snapshot === undefined ? {} : { snapshot }),
      },
    ];
  });
}

/** Directories of more lists, as apk 3 reads them: a file hides those of the same name in the directories before it. */
const DIRECTORIES = ['lib/apk/repositories.d', 'usr/lib/apk/repositories.d', 'etc/apk/repositories.d'];

/** Where apk installs from. */
export function apkRepositories(files: ImageFiles): Repository[] {
  const byName = new Map<string, string>();
  for (const directory of DIRECTORIES)
    for (const path of named(files, directory, '.list')) byName.set(path.slice(path.lastIndexOf('/')), path);
  return inFiles(files, ['etc/apk/repositories', ...byName.values()], parseApkRepositories);
}
