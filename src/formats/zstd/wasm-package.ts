/** The package that holds zstd as WebAssembly. The executable, whose Node has the right release itself, replaces this file. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export const WASM_NAME = '@bokuweb/zstd-wasm';

export type WasmPackage = typeof import('@bokuweb/zstd-wasm');

export function loadWasmPackage(): WasmPackage {
  return createRequire(import.meta.url)(WASM_NAME);
}

export function wasmVersion(): string {
  const require = createRequire(import.meta.url);
  // package.json is not among the package's exports, but an absolute path to it is not subject to them.
  const description: unknown = require(join(dirname(require.resolve(WASM_NAME)), '../../package.json'));
  const { version } = description as { readonly version?: unknown };
  return String(version);
}
