/** In place of node:crypto for our own files: Node has `hash` since 20.12, and the single file asks for 20. */
import * as crypto from 'node:crypto';

export type { Hash } from 'node:crypto';
export const createHash: typeof crypto.createHash = crypto.createHash;
export const randomBytes: typeof crypto.randomBytes = crypto.randomBytes;

/** `crypto.hash` of newer Nodes, in hexadecimal. */
export function hash(algorithm: string, data: string | Uint8Array): string {
  return crypto.createHash(algorithm).update(data).digest('hex');
}
