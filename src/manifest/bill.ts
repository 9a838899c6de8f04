import { createHash } from 'node:crypto';
import { showPath } from '../tree/path.ts';
import type { InstalledPackage } from './installed.ts';
import type { Distribution } from './purl.ts';

/** What a bill of materials is made from. Nothing of the machine that writes it: equal trees, equal documents. */
export interface Bill {
  readonly distribution: Distribution;
  readonly packages: readonly InstalledPackage[];
  /** SOURCE_DATE_EPOCH: seconds, in place of the time at which the document is written. */
  readonly epoch: number;
  /** Version of stillroot. */
  readonly toolVersion: string;
}

/** `debian-12`; a tree that does not say what it is has this name all the same. */
export function rootName({ id, version }: Distribution): string {
  if (id === undefined) return 'root-filesystem';
  return showPath(version === undefined ? id : `${id}-${version}`);
}

/** `1970-01-01T00:00:00Z`, as both formats want it. */
export function timestamp(epoch: number): string {
  return new Date(epoch * 1000).toISOString().replace('.000Z', 'Z');
}

/** Of stillroot's own: what others make from the same content has another UUID. */
const NAMESPACE = Buffer.from('5b9d4a52c0a74a5e9a0e6f3c1d27b684', 'hex');

/**
 * A UUID that only documents with the same content share.
 *
 * @param content text
 */
export function contentUuid(content: string): string {
  return nameUuid(NAMESPACE, content);
}

/**
 * Version 5 of RFC 4122, 4.3.
 *
 * @param namespace 16 bytes
 */
export function nameUuid(namespace: Uint8Array, name: string): string {
  const bytes = createHash('sha1').update(namespace).update(name, 'utf8').digest().subarray(0, 16);
  // Octet 6: the version in the upper four bits; octet 8: the variant in the upper two.
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
