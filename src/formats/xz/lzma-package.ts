/** The package that encodes and decodes LZMA2. The executable, which contains its native part, replaces this file. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { XZ_ENCODER } from '../encoders.ts';

const { name: NAME } = XZ_ENCODER;

/** What is used of it. */
export type LzmaPackage = Pick<typeof import('@napi-rs/lzma'), 'Lzma2Compressor' | 'Lzma2Decompressor'>;

export async function loadLzmaPackage(): Promise<LzmaPackage> {
  return await import('@napi-rs/lzma');
}

/** Versions of the installed encoder: its JavaScript part, and its native part where one is used. */
export function installedEncoder(): { version: string; nativeVersion: string | undefined } {
  const require = createRequire(import.meta.url);
  // Loads its native part, which takes a tenth of the time of a small run: only runs that encode get here.
  require(NAME);
  // package.json is not among the package's exports, but an absolute path to it is not subject to them.
  const version = versionIn(require, dirname(require.resolve(NAME)));
  const native = Object.keys(require.cache).find((path) => /[\\/]lzma\.[^\\/]*\.node$/.test(path));
  return { version, nativeVersion: native === undefined ? undefined : versionIn(require, dirname(native)) };
}

function versionIn(require: NodeJS.Require, directory: string): string {
  const description: unknown = require(join(directory, 'package.json'));
  if (typeof description === 'object' && description !== null && 'version' in description) {
    return String(description.version);
  }
  return 'unknown';
}
