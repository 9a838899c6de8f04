/** In place of formats/zstd/wasm-package.ts: the Node of the executable contains the right release of zstd. */
import type { WasmPackage } from '../formats/zstd/wasm-package.ts';

export const WASM_NAME = '@bokuweb/zstd-wasm';

/** Never called: see `test/build/executable.test.ts`. */
export function loadWasmPackage(): WasmPackage {
  throw new Error('there is no zstd as WebAssembly in the executable');
}

export function wasmVersion(): string {
  return 'none';
}
