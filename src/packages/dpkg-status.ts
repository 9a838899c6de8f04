import { parseControlFile } from '../formats/deb822.ts';
import type { Package } from './package.ts';

const FIELDS: ReadonlySet<string> = new Set([
  'package',
  'version',
  'architecture',
  'source',
  'status',
  'installed-size',
]);

/** Third word of `Status: want flag state` for a package of which nothing but configuration is left, or nothing at all. */
const GONE: ReadonlySet<string> = new Set(['not-installed', 'config-files']);

/** Third word of `Status` for a package whose scripts have not all run. */
const UNFINISHED: ReadonlySet<string> = new Set(['half-installed', 'unpacked', 'half-configured']);

/**
 * Names of the packages that wait for a second stage, as `debootstrap --foreign`, multistrap and an interrupted
 * dpkg leave them.
 *
 * @param text of `var/lib/dpkg/status`, a byte string
 */
export function unfinishedPackages(text: string): string[] {
  return [...parseControlFile(text, new Set(['package', 'status']))].flatMap((fields) => {
    const state = fields.get('status')?.split(/\s+/)[2];
    return state !== undefined && UNFINISHED.has(state) ? [fields.get('package') ?? ''] : [];
  });
}

/**
 * Packages of `var/lib/dpkg/status`, or of one file of `status.d`, whose paragraphs have no Status.
 *
 * @param text a byte string
 */
export function parseDpkgStatus(text: string): Package[] {
  const packages: Package[] = [];
  for (const fields of parseControlFile(text, FIELDS)) {
    const name = fields.get('package');
    const state = fields.get('status')?.split(/\s+/)[2];
    if (!name || (state !== undefined && GONE.has(state))) continue;
    const version = fields.get('version') ?? '';
    // `name` or `name (version)`; without it the package is its own source.
    const [, source = name, sourceVersion = version] =
      /^(\S+)(?:\s+\(([^)]*)\))?/.exec(fields.get('source') ?? '') ?? [];
    const kibibytes = fields.get('installed-size');
    packages.push({
      type: 'deb',
      name,
      version,
      architecture: fields.get('architecture') ?? '',
      source,
      sourceVersion,
      ...(kibibytes !== undefined && /^\d{1,12}$/.test(kibibytes) ? { size: Number(kibibytes) * 1024 } : {}),
    });
  }
  return packages;
}
