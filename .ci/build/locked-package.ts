/**
 * Packages for another processor than that of this machine, which `npm ci` leaves out: npm fetches them, and they are
 * compared with the lock file.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extract } from '../../src/index.ts';
import { ROOT } from './stand-ins.ts';

interface Locked {
  readonly version: string;
  /** `sha512-` and the digest in base64. */
  readonly integrity: string;
}

/** Removed by `npm ci`; npm has a cache of its own. */
const CACHE = join(ROOT, 'node_modules/.cache/stillroot');

/** What the lock file says of a package. */
export function lockedPackage(name: string): Locked {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const locked = packages[`node_modules/${name}`];
  if (locked === undefined) throw new Error(`package-lock.json has no ${name}`);
  return locked;
}

/**
 * The directory of an unpacked package: the installed one, if it is, or one in the cache, which is filled with a call of npm.
 *
 * @param installed where it may be
 * @param files which of its files are needed
 */
export async function unpackedPackage(
  name: string,
  { version, integrity }: Locked,
  installed: string,
  files: readonly string[],
): Promise<string> {
  const directory = join(CACHE, `${name.replace('/', '+')}-${version}`);
  for (const place of [join(ROOT, installed), directory]) {
    if (files.every((file) => existsSync(join(place, file)))) return place;
  }
  mkdirSync(CACHE, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), 'stillroot-build-'));
  try {
    const options = ['--prefer-offline', '--silent', '--ignore-scripts', '--pack-destination', scratch];
    execFileSync('npm', ['pack', `${name}@${version}`, ...options], { cwd: scratch, stdio: 'pipe' });
    const [file = ''] = readdirSync(scratch);
    const archive = join(scratch, file);
    const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (found !== integrity) throw new Error(`${name} ${version} is ${found}, wanted ${integrity}`);
    const unpacked = mkdtempSync(`${directory}-`);
    const patterns = files.map((path) => `package/${path}`);
    await extract({ archive, directory: unpacked, patterns });
    rmSync(directory, { recursive: true, force: true });
    renameSync(join(unpacked, 'package'), directory);
    rmSync(unpacked, { recursive: true });
    return directory;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
