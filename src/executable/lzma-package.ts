/** In place of formats/xz/lzma-package.ts: the native part is an asset of the executable. */
import type { LzmaPackage } from '../formats/xz/lzma-package.ts';
import { loadNativePart } from './native-part.ts';

/** The version in the lock file, of both parts of the package. */
declare const ENCODER_VERSION: string;

export async function loadLzmaPackage(): Promise<LzmaPackage> {
  return loadNativePart('lzma') as LzmaPackage;
}

/** Loads the native part, so that threads find it. */
export function installedEncoder(): { version: string; nativeVersion: string | undefined } {
  loadNativePart('lzma');
  return { version: ENCODER_VERSION, nativeVersion: ENCODER_VERSION };
}
