import { createRequire } from 'node:module';

/** The calls of the optional package that we use. Node has none for extended attributes. */
export interface XattrPackage {
  listAttributesSync(path: string): string[];
  getAttributeSync(path: string, name: string): Buffer | null;
  setAttributeSync(path: string, name: string, value: Uint8Array): void;
}

/** Undefined where the package is not installed; the single file has another version of this file. */
export function loadXattrPackage(): XattrPackage | undefined {
  try {
    return createRequire(import.meta.url)('@napi-rs/xattr') as XattrPackage;
  } catch {
    return undefined;
  }
}
