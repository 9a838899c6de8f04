/** In place of tool-version.ts: there is no package.json beside the single file. The bundler defines it. */
declare const STILLROOT_VERSION: string;

/** The version of stillroot; the single file has no package.json to read it from. */
export function toolVersion(): string {
  return STILLROOT_VERSION;
}
