/** apk-repositories(5): a line each, with a tag in front where packages are only taken from it by that tag. */
import { showPath } from '../../tree/path.ts';
import type { ManifestRepository } from '../manifest.ts';
import { publicUrl, snapshotOf } from './repository-url.ts';

/** @param text byte string */
export function parseApkRepositories(text: string): ManifestRepository[] {
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
