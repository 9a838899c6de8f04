/** What apt keeps in addition to dpkg's database: indexes of its archives with digests of packages, and its sources. */
import { parseControlFile } from '../formats/deb822.ts';
import { showPath } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import type { Package, ReadFile } from './package.ts';
import { type ImageFiles, inFiles, named, publicUrl, type Repository, snapshotOf } from './repository.ts';

const LISTS = 'var/lib/apt/lists';
const LIST_FIELDS: ReadonlySet<string> = new Set(['package', 'version', 'architecture', 'sha256']);
const PACKAGE = Buffer.from('Package: ');

/**
 * SHA-256 of the .deb of installed packages, from the lists that apt fetched and that are still in the tree: dpkg
 * itself does not store it. Lists that apt stores compressed are not read.
 *
 * @param installed packages of dpkg
 * @returns 64 hexadecimal digits by package. A package in no list has none, and neither does one that two archives offer
 *   with different content under the same version.
 */
export function digestsFromAptLists(
  tree: Tree,
  read: ReadFile,
  installed: readonly Package[],
): ReadonlyMap<Package, string> {
  const directory = tree.resolve(LISTS);
  if (directory?.type !== 'directory') return new Map();
  const inside = `${directory.path}/`;
  const wanted = new Map<string, Package[]>();
  for (const each of installed) wanted.set(each.name, [...(wanted.get(each.name) ?? []), each]);
  const offered = new Map<Package, Set<string>>();
  for (const { path, type } of tree.entries) {
    if (type !== 'file' || !path.startsWith(inside) || !path.endsWith('_Packages')) continue;
    for (const [found, digest] of offersOf(read(path) ?? Buffer.alloc(0), wanted)) {
      const digests = offered.get(found);
      if (digests === undefined) offered.set(found, new Set([digest]));
      else digests.add(digest);
    }
  }
  const certain = new Map<Package, string>();
  for (const [found, [digest, another]] of offered) {
    if (digest !== undefined && another === undefined) certain.set(found, digest);
  }
  return certain;
}

/** A list has a hundred times as many packages as are installed, so only paragraphs of wanted names are parsed. */
function* offersOf(
  bytes: Buffer,
  wanted: ReadonlyMap<string, readonly Package[]>,
): Generator<[Package, string], void, void> {
  for (let at = bytes.indexOf(PACKAGE); at !== -1; at = bytes.indexOf(PACKAGE, at)) {
    const start = at;
    at += PACKAGE.length;
    if (start > 0 && bytes[start - 1] !== NEWLINE) continue;
    const end = bytes.indexOf(NEWLINE, at);
    const name = bytes.toString('latin1', at, end === -1 ? bytes.length : end).trim();
    const candidates = wanted.get(name);
    if (candidates === undefined) continue;
    // The name need not be the first field.
    const before = start === 0 ? -1 : bytes.lastIndexOf('\n\n', start - 1, 'latin1');
    const after = bytes.indexOf('\n\n', at, 'latin1');
    // A paragraph is read once, however often it names packages.
    at = after === -1 ? bytes.length : after;
    for (const fields of parseControlFile(bytes.toString('latin1', before + 1, at), LIST_FIELDS)) {
      const digest = fields.get('sha256')?.toLowerCase() ?? '';
      const found = candidates.find(
        ({ version, architecture }) =>
          version === fields.get('version') && architecture === fields.get('architecture'),
      );
      if (found !== undefined && /^[0-9a-f]{64}$/.test(digest)) yield [found, digest];
    }
  }
}

const NEWLINE = 0x0a;

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

/** Limit for one paragraph: each of its URIs is combined with each of its suites, which could add up to millions. */
const MAX_REPOSITORIES = 10_000;

const SOURCE_FIELDS: ReadonlySet<string> = new Set([
  'types',
  'uris',
  'suites',
  'components',
  'enabled',
  'snapshot',
]);

/** @param text byte string */
function parseSourcesParagraphs(text: string): Repository[] {
  const found: Repository[] = [];
  // A comment inside a paragraph does not end it.
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  for (const fields of parseControlFile(lines.join('\n'), SOURCE_FIELDS)) {
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

/** As in apt: StringToBool of apt-pkg. */
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
