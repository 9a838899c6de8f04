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

/** Where apk installs from. */
export function apkRepositories(files: ImageFiles): Repository[] {
  return [
    ...inFiles(files, ['etc/apk/repositories'], parseApkRepositories),
    ...inFiles(files, named(files, 'etc/apk/repositories.d', '.list'), parseApkRepositories),
  ];
}
