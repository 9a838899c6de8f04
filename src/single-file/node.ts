/**
 * In place of node:crypto, node:util and node:zlib for our own files. The single file asks for Node 20, which has `hash`
 * and `styleText` since 20.12 and `crc32` since 20.15.
 */
import * as crypto from 'node:crypto';
import * as util from 'node:util';
import * as zlib from 'node:zlib';

export type { Hash } from 'node:crypto';
export const createHash: typeof crypto.createHash = crypto.createHash;
export const randomBytes: typeof crypto.randomBytes = crypto.randomBytes;

/** `crypto.hash` of newer Nodes, in hexadecimal. */
export function hash(algorithm: string, data: string | Uint8Array): string {
  return crypto.createHash(algorithm).update(data).digest('hex');
}

export const stripVTControlCharacters: typeof util.stripVTControlCharacters = util.stripVTControlCharacters;
export const getSystemErrorName: typeof util.getSystemErrorName = util.getSystemErrorName;

/** Codes of ECMA-48, "select graphic rendition": on and off. */
const CODES: Readonly<Record<string, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
};

/** `util.styleText` of newer Nodes, for the styles used here. */
export function styleText(style: string, text: string): string {
  const [on, off] = CODES[style] ?? [0, 0];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

export const gunzipSync: typeof zlib.gunzipSync = zlib.gunzipSync;

/** The polynomial of IEEE 802.3, reflected. */
const POLYNOMIAL = 0xedb88320;

export const crc32: (data: string | Uint8Array, value?: number) => number =
  (zlib as Partial<typeof zlib>).crc32 ?? ownCrc32;

/** `zlib.crc32` of newer Nodes; `value` is the checksum so far. */
export function ownCrc32(data: string | Uint8Array, value = 0): number {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  let crc = ~value;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  }
  return ~crc >>> 0;
}
