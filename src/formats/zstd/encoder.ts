/**
 * The zstd encoder. It decides output bytes, so one exact release writes them: Node's own where it is that release,
 * and the same release as WebAssembly elsewhere. Both write the same bytes (test/formats/zstd/encoder.test.ts).
 */
import * as zlib from 'node:zlib';
import { StillrootError } from '../../errors.ts';
import { ZSTD_ENCODER } from '../encoders.ts';
import { loadWasmPackage, WASM_NAME, wasmVersion } from './wasm-package.ts';

/** The release of zstd whose bytes the archive profile pins. */
export const ENCODER_VERSION: string = ZSTD_ENCODER.version;
/** The version of the package that holds that release as WebAssembly. */
const WASM_VERSION = '0.0.27';

/** zstd's own scale; its levels from 20 on need more memory than the kernel's decoder and `zstd -d` allow. */
export const MINIMUM_LEVEL = 1;
export const MAXIMUM_LEVEL = 19;

/** Bytes of the largest window that a frame of these levels needs (`ZSTD_defaultCParameters`, levels 1..19). */
export const MAXIMUM_WINDOW: number = 2 ** 23;

/** One frame of `bytes` in one call, without a checksum. */
export type FrameEncoder = (bytes: Uint8Array, level: number) => Uint8Array;

/** The release that is part of this Node, undefined where it has none. */
export function nativeVersion(): string | undefined {
  return typeof zlib.zstdCompressSync === 'function' ? process.versions.zstd : undefined;
}

/** The encoder of this process: native where Node has the right release. */
export async function frameEncoder(): Promise<FrameEncoder> {
  return nativeVersion() === ENCODER_VERSION ? encodeNative : loadWasmEncoder();
}

/** Fails unless the encoder of this process is the one pinned by the archive profile. */
export function assertEncoder(native: string | undefined = nativeVersion(), wasm = wasmVersion): void {
  if (native === ENCODER_VERSION) return;
  const version = wasm();
  if (version === WASM_VERSION) return;
  throw new StillrootError(
    'internal',
    `version ${version} is installed, the archive profile needs ${WASM_VERSION}`,
    {
      where: WASM_NAME,
      hint: 'Another version may write other bytes. Reinstall stillroot with its lock file.',
    },
  );
}

/**
 * Both options are needed: only with the size known and room for the whole result does Node's encoder choose its
 * parameters and buffers as `ZSTD_compress` does; without them the bytes differ from 1 MiB on.
 */
export function encodeNative(bytes: Uint8Array, level: number): Uint8Array {
  return zlib.zstdCompressSync(bytes, {
    chunkSize: frameBound(bytes.length),
    pledgedSrcSize: bytes.length,
    params: { [zlib.constants.ZSTD_c_compressionLevel]: level },
  });
}

let wasmEncoder: Promise<FrameEncoder> | undefined;

/** The same release as WebAssembly: half as fast. Initialized once a thread: from the third time on its frames are wrong. */
export function loadWasmEncoder(): Promise<FrameEncoder> {
  wasmEncoder ??= initializeWasm();
  return wasmEncoder;
}

async function initializeWasm(): Promise<FrameEncoder> {
  const wasm = loadWasmPackage();
  await wasm.init();
  return (bytes, level) => wasm.compress(bytes, level);
}

/** At least `ZSTD_COMPRESSBOUND`, in bytes. */
function frameBound(size: number): number {
  return size + (size >>> 7) + 4096;
}
