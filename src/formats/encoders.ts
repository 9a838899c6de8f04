/**
 * The encoders, by compression. They decide output bytes, so the archive profile pins an exact version of each, which
 * is checked when it is loaded. Nothing is loaded here.
 */
export const XZ_ENCODER = { name: '@napi-rs/lzma', version: '1.5.1' } as const;
/** Whatever runs it: Node's own build of this release, or the same release as WebAssembly. */
export const ZSTD_ENCODER = { name: 'zstd', version: '1.5.7' } as const;
/** Plain JavaScript: no processor and no version of Node makes a difference. */
export const GZIP_ENCODER = { name: 'pako', version: '3.0.3' } as const;

/** Name and version of each, for `--version`, manifests and reports. */
export const ENCODERS = {
  xz: `${XZ_ENCODER.name} ${XZ_ENCODER.version}`,
  zstd: `${ZSTD_ENCODER.name} ${ZSTD_ENCODER.version}`,
  gzip: `${GZIP_ENCODER.name} ${GZIP_ENCODER.version}`,
} as const satisfies Readonly<Record<string, string>>;

/** That of .xz. */
export const ENCODER: string = ENCODERS.xz;
