/** sources.list(5): the one-line format, and deb822 in files named *.sources. Only binary packages are of interest. */

import { parseControlFile } from '../../formats/deb822.ts';
import { showPath } from '../../tree/path.ts';
import { type ImageFiles, inFiles, named, publicUrl, type Repository, snapshotOf } from './repository.ts';

/** `deb [option=value ...] URI suite [component ...]`; a URI such as `cdrom:[...]` may have blanks in its brackets. */
const LINE = /^deb\s+(?:\[([^\]]*)\]\s+)?((?:\[[^\]]*\]|[^\s[])+)\s+(\S+)(.*)$/;

/** @param text byte string */
function parseSourcesList(text: string): Repository[] {
  return text.split('\n').flatMap((line) => {
    const [, options = '', url, suite, components = ''] = LINE.exec(line.replace(/#.*/, '').trim()) ?? [];
    if (url === undefined || suite === undefined) return [];
    const snapshot = /(?:^|\s)snapshot=(\S+)/.exec(options)?.[1];
    return [repository(url, suite, words(components), snapshot)];
  });
}

/** Of one paragraph; each of its URIs is combined with each of its suites, and half a megabyte of both is no list. */
const MAX_REPOSITORIES = 10_000;

const FIELDS: ReadonlySet<string> = new Set(['types', 'uris', 'suites', 'components', 'enabled', 'snapshot']);

/** @param text byte string */
function parseSourcesParagraphs(text: string): Repository[] {
  const found: Repository[] = [];
  // A comment inside a paragraph does not end it.
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  for (const fields of parseControlFile(lines.join('\n'), FIELDS)) {
    const listed = (name: string): string[] => words(fields.get(name) ?? '');
    if (!listed('types').includes('deb') || isNo(fields.get('enabled'))) continue;
    const [urls, suites, components] = [listed('uris'), listed('suites'), listed('components')];
    if (urls.length * suites.length * (components.length + 1) > MAX_REPOSITORIES) continue;
    for (const url of urls) {
      for (const suite of suites) found.push(repository(url, suite, components, fields.get('snapshot')));
    }
  }
  return found;
}

function repository(
  url: string,
  suite: string,
  components: readonly string[],
  option: string | undefined,
): Repository {
  // `yes` and `no` only say whether --snapshot of apt applies.
  const snapshot = option !== undefined && /\d/.test(option) ? showPath(option) : snapshotOf(url);
  return {
    type: 'deb',
    url: publicUrl(url),
    suite: showPath(suite),
    ...(components.length === 0 ? {} : { components: components.map(showPath) }),
    ...(snapshot === undefined ? {} : { snapshot }),
  };
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** As apt reads it: StringToBool of apt-pkg. */
function isNo(value: string | undefined): boolean {
  return value !== undefined && /^(no|false|without|off|disable|0)$/i.test(value);
}

/** Where apt installs from. */
export function aptRepositories(files: ImageFiles): Repository[] {
  return [
    ...inFiles(files, ['etc/apt/sources.list'], parseSourcesList),
    ...inFiles(files, named(files, 'etc/apt/sources.list.d', '.list'), parseSourcesList),
    ...inFiles(files, named(files, 'etc/apt/sources.list.d', '.sources'), parseSourcesParagraphs),
  ];
}
