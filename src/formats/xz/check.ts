import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc64 } from './crc64.ts';

/** Check ids of the stream flags that have a name in the .xz file format 1.2. */
export const CHECK_NONE = 0x00;
export const CHECK_CRC32 = 0x01;
export const CHECK_CRC64 = 0x04;
export const CHECK_SHA256 = 0x0a;

/** Bytes of the check field by check id 0..15 (.xz file format 1.2, section 2.1.1.2). */
export const CHECK_SIZES: readonly number[] = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/** Running integrity check of one block over its bytes before any filter. */
export interface Check {
  update(bytes: Uint8Array): void;
  /** The check field as it stands in the file. */
  digest(): Uint8Array;
}

/** @returns the check of that id, or undefined where the id is reserved */
export function createCheck(id: number): Check | undefined {
  if (id === CHECK_NONE) return { update() {}, digest: () => new Uint8Array(0) };
  if (id === CHECK_CRC32) return crc32Check();
  if (id === CHECK_CRC64) return crc64Check();
  if (id === CHECK_SHA256) return sha256Check();
  return undefined;
}

function crc32Check(): Check {
  let value = 0;
  return {
    update(bytes) {
      value = crc32(bytes, value);
    },
    digest() {
      const field = new Uint8Array(4);
      new DataView(field.buffer).setUint32(0, value, true);
      return field;
    },
  };
}

function crc64Check(): Check {
  let value = { low: 0, high: 0 };
  return {
    update(bytes) {
      value = crc64(bytes, value);
    },
    digest() {
      const field = new Uint8Array(8);
      const view = new DataView(field.buffer);
      view.setUint32(0, value.low, true);
      view.setUint32(4, value.high, true);
      return field;
    },
  };
}

function sha256Check(): Check {
  const hash = createHash('sha256');
  return {
    update(bytes) {
      hash.update(bytes);
    },
    digest: () => hash.digest(),
  };
}
