/**
 * Gives back the memory of bytes that nobody reads any more; all views of it are empty then. The collector does so too,
 * but tens of megabytes later: decoded pieces are large, and the objects that stand for them small.
 */
export function release({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
