import { createRequire } from 'node:module';

/** The calls used from the optional package, none of which follows a symlink at the end of the path. Node has none for extended attributes. */
export interface XattrPackage {
  listAttributesSync(path: string): string[];
  getAttributeSync(path: string, name: string): Buffer | null;
  setAttributeSync(path: string, name: string, value: Uint8Array): void;
  removeAttributeSync(path: string, name: string): void;
}

/** Undefined where the package is not installed; the single-file build replaces this file. */
export function loadXattrPackage(): XattrPackage | undefined {
  try {
    return createRequire(import.meta.url)('@napi-rs/xattr') as XattrPackage;
  } catch {
    return undefined;
  }
}
