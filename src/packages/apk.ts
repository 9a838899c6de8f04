import { gunzipSync } from 'node:zlib';
import { startsGzip } from '../formats/gzip/gzip-header.ts';
import { BLOCK_SIZE, decodeHeader, isZeroBlock, paddingAfter } from '../formats/tar/header.ts';
import { HEADER_DAMAGE } from '../formats/tar/problems.ts';
import { nameOf, parentOf, showPath } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import { Claims, databaseOf } from './claims.ts';
import type { Package, PackageDatabase, PackageScript, ReadFile } from './package.ts';
import { readDatabaseText } from './read-database.ts';
import { type ImageFiles, inFiles, named, publicUrl, type Repository, snapshotOf } from './repository.ts';
import { SCRIPT_BYTES_MAX, SCRIPTS_BYTES_MAX, unlessTooLarge } from './scripts.ts';

/** apk 2; apk 3 on a tree with a merged usr. */
const DATABASES: readonly string[] = ['lib/apk/db/installed', 'usr/lib/apk/db/installed'];

/**
 * apk's database of installed packages (apk-tools, database.c): lines of one letter, a colon and a
 * value, an empty line between packages. `F:` names a directory, each `R:` after it a file in it.
 *
 * @returns undefined where the tree has no such database
 * @throws StillrootError `source-unreadable` where it exists but cannot be read
 */
export function loadApk(tree: Tree, read: ReadFile): PackageDatabase | undefined {
  const path = DATABASES.map((each) => tree.resolve(each)).find((entry) => entry?.type === 'file')?.path;
  if (path === undefined) return undefined;
  const claims = new Claims(tree);
  const packages: Package[] = [];
  for (const stanza of readDatabaseText(path, read, 'apk').split('\n\n')) {
    const lines = stanza.split('\n').filter((line) => line[1] === ':');
    if (lines.length === 0) continue;
    const found = describe(lines);
    packages.push(found);
    addFiles(claims, lines, claims.addOwner(found.name));
  }
  return databaseOf(
    'apk',
    claims,
    () => packages,
    () => scriptsBeside(path, tree, read),
  );
}

/** `NAME-VERSION-rRELEASE.DIGEST.SCRIPT`, a member of the archive of scripts (database.c). */
const MEMBER = /^(.+)-[^-]+-r\d+\.[^.]+\.([a-z-]+)$/;

/** Scripts of the archive beside `installed`; none where it is damaged. */
function scriptsBeside(installed: string, tree: Tree, read: ReadFile): PackageScript[] {
  const file = ['scripts.tar', 'scripts.tar.gz']
    .map((name) => `${parentOf(installed)}/${name}`)
    .find((path) => tree.get(path)?.type === 'file');
  if (file === undefined || (tree.get(file)?.size ?? 0) > SCRIPTS_BYTES_MAX) return [];
  const bytes = unlessTooLarge(() => read(file));
  if (bytes === undefined) return [];
  const found: PackageScript[] = [];
  unlessTooLarge(() => {
    const archive = decompressed(bytes);
    for (let at = 0; at + BLOCK_SIZE <= archive.length; ) {
      const block = archive.subarray(at, at + BLOCK_SIZE);
      if (isZeroBlock(block)) break;
      const header = decodeHeader(block, at, HEADER_DAMAGE);
      const [, owner, name = ''] = MEMBER.exec(nameOf(header.name)) ?? [];
      const from = at + BLOCK_SIZE;
      at = from + header.size + paddingAfter(header.size);
      if (owner === undefined || header.size > SCRIPT_BYTES_MAX) continue;
      const text = archive.toString('latin1', from, from + header.size);
      found.push({ package: owner, name, path: file, isInstall: !name.endsWith('deinstall'), text });
    }
  });
  return found;
}

function decompressed(bytes: Buffer): Buffer {
  if (!startsGzip(bytes)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: SCRIPTS_BYTES_MAX });
  } catch {
    // Only hints are lost; the normalizer of this file reports the damage.
    return Buffer.alloc(0);
  }
}

function describe(lines: readonly string[]): Package {
  const fields = new Map<string, string>();
  for (const line of lines) {
    // The files follow, where some letters have a different meaning.
    if (line[0] === 'F') break;
    fields.set(line[0] as string, line.slice(2));
  }
  const origin = fields.get('o');
  const size = fields.get('I') ?? '';
  const license = fields.get('L');
  const digest = digestOf(fields.get('C') ?? '');
  const version = fields.get('V') ?? '';
  return {
    type: 'apk',
    name: fields.get('P') ?? '',
    version,
    architecture: fields.get('A') ?? '',
    ...(origin === undefined ? {} : { source: origin, sourceVersion: version }),
    ...(/^\d{1,15}$/.test(size) ? { size: Number(size) } : {}),
    ...(license === undefined ? {} : { license }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** `Q1` and base64 of a SHA-1, `Q2` and that of a SHA-256. */
function digestOf(identity: string): string | undefined {
  const name = { Q1: 'sha1', Q2: 'sha256' }[identity.slice(0, 2)];
  return name && `${name}:${Buffer.from(identity.slice(2), 'base64').toString('hex')}`;
}

function addFiles(claims: Claims, lines: readonly string[], owner: number): void {
  let directory = '';
  let names: string[] = [];
  const flush = (): void => {
    if (names.length > 0) claims.addAll(directory, names, owner);
    names = [];
  };
  for (const line of lines) {
    if (line[0] === 'F') {
      flush();
      directory = line.slice(2);
      if (directory !== '') claims.add(directory, owner);
    } else if (line[0] === 'R') names.push(line.slice(2));
  }
  flush();
}

// apk-repositories(5): a line each, preceded by a tag if packages are only taken from it with that tag.

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

/** Directories with further lists, as apk 3 reads them: a file hides those of the same name in earlier directories. */
const DIRECTORIES = ['lib/apk/repositories.d', 'usr/lib/apk/repositories.d', 'etc/apk/repositories.d'];

/** Where apk installs from. */
export function apkRepositories(files: ImageFiles): Repository[] {
  const byName = new Map<string, string>();
  for (const directory of DIRECTORIES)
    for (const path of named(files, directory, '.list')) byName.set(path.slice(path.lastIndexOf('/')), path);
  return inFiles(files, ['etc/apk/repositories', ...byName.values()], parseApkRepositories);
}
