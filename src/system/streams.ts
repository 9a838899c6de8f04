import { statSync } from 'node:fs';

/** The name of standard input as an argument. */
export const STANDARD_INPUT = '-';

/** Whether this names standard input or a pipe, such as `<(command)` of a shell. */
export function isStream(name: string): boolean {
  if (name === STANDARD_INPUT) return true;
  try {
    const stats = statSync(name);
    return stats.isFIFO() || stats.isSocket();
  } catch {
    // Whatever opens it says why it cannot be.
    return false;
  }
}

/**
 * Where the bytes of an input are: a stream, which can be read only once, has been copied to a file, and keeps the name that
 * the user gave it in every message and document. Only the command line makes such copies.
 */
const copies = new Map<string, string>();

/** What to open for an input: the copy of a stream, or the name itself. */
export function storedPath(name: string): string {
  return copies.get(name) ?? name;
}

/**
 * While `work` runs, each stream is read from its copy.
 *
 * @param stored paths of the copies, by the names of the streams
 */
export async function withStored<T>(stored: ReadonlyMap<string, string>, work: () => Promise<T>): Promise<T> {
  for (const [name, path] of stored) copies.set(name, path);
  try {
    return await work();
  } finally {
    for (const name of stored.keys()) copies.delete(name);
  }
}
