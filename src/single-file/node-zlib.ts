/** In place of node:zlib for our own files: Node has `crc32` since 20.15, and the single file asks for 20. */
import * as zlib from 'node:zlib';

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
