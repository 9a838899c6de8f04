/** Files of the user that a builder reads: they decide the tree, and a manifest can only name them. */
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { StillrootError } from '../errors.ts';
import { scanDirectory } from '../source/directory.ts';
import type { Source } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';
import { pathFromText, showPath } from '../tree/path.ts';

/** Files and links of a directory. One of mkosi has some ten; more than this is no configuration. */
const MAX_FILES = 20_000;
/** Bytes of all of them together, 1 GiB: a directory of mkosi may hold packages and kernels. */
const MAX_BYTES = 1024 ** 3;
const PIECE_BYTES = 1024 * 1024;

/** What mkosi writes into its directory by default, and what version control does. */
const NOT_READ: ReadonlySet<string> = new Set([
  '.git',
  'mkosi.output',
  'mkosi.cache',
  'mkosi.builddir',
  'mkosi.workspace',
  'mkosi.pkgcache',
  'mkosi.tools',
]);

/**
 * Digests of files, and of all files of directories: path inside the directory, or name of the file, to
 * `sha256:HEX`. Of a symlink, which is not followed, it is the digest of its target.
 *
 * @throws StillrootError where one cannot be read, or a directory holds too much
 */
export function digestFiles(paths: readonly string[]): Record<string, string> {
  const digests = new Map<string, string>();
  for (const path of paths) {
    if (kindOf(path) === 'directory') digestDirectory(path, digests);
    else digests.set(showPath(pathFromText(basename(path))), sha256(readFileSync(path)));
  }
  return Object.fromEntries([...digests].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function kindOf(path: string): 'directory' | 'file' {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return 'directory';
  if (stats?.isFile() && stats.size <= MAX_BYTES) return 'file';
  throw new StillrootError(
    'bootstrap-failed',
    stats === undefined
      ? 'no such file or directory'
      : 'is neither a directory nor a file small enough to read',
    { where: path, hint: 'The command reads it, so its digest has to be recorded.' },
  );
}

function digestDirectory(path: string, digests: Map<string, string>): void {
  const source = scanDirectory(path);
  try {
    const entries = source.tree.entries.filter(
      (entry) =>
        (entry.type === 'file' || entry.type === 'symlink') &&
        !NOT_READ.has(entry.path.split('/')[0] as string),
    );
    const bytes = entries.reduce((sum, { size }) => sum + size, 0);
    if (entries.length > MAX_FILES || bytes > MAX_BYTES) {
      const found = `holds ${entries.length} files of ${bytes} bytes`;
      throw new StillrootError('bootstrap-failed', `${found}, wanted at most ${MAX_FILES} of ${MAX_BYTES}`, {
        where: path,
        hint: 'Their digests are recorded; keep only configuration files in the directory.',
      });
    }
    for (const entry of entries) digests.set(showPath(entry.path), digestOf(source, entry));
  } finally {
    source.close();
  }
}

function digestOf(source: Source, entry: Entry): string {
  if (entry.type === 'symlink') return sha256(Buffer.from(entry.target, 'latin1'));
  const hash = createHash('sha256');
  const file = source.open(entry);
  try {
    const piece = Buffer.alloc(Math.min(PIECE_BYTES, entry.size + 1));
    for (let count = file.read(piece); count > 0; count = file.read(piece)) {
      hash.update(piece.subarray(0, count));
    }
    file.verify();
  } finally {
    file.close();
  }
  return `sha256:${hash.digest('hex')}`;
}

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
