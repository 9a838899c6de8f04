/** A tree and the ways to pack it, for tests of pack. */
import { createHash } from 'node:crypto';
import type { StillrootError } from '../../src/errors.ts';
import { type PackOptions, type PackResult, pack } from '../../src/pack/pack.ts';
import { loadPathHashes, type PathHashes } from '../../src/pack/path-hash.ts';
import type { PlannedEntry } from '../../src/plan/planned-entry.ts';
import { MemorySink } from '../support/memory-sink.ts';
import { hardLinked, type MemorySource, memorySource } from '../support/memory-source.ts';
import { plannedTree } from '../support/plain-plan.ts';
import { SMALL_LEVEL } from './small-level.ts';

export const hashes: PathHashes = await loadPathHashes();
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Some 400 kB, hard to compress, with hard links and one file of several parts. */
export function someTree(): MemorySource {
  const noise = (seed: string, size: number): string => {
    let text = '';
    for (let n = 0; text.length < size; n++)
      text += createHash('sha512').update(`${seed} ${n}`).digest('base64');
    return text.slice(0, size);
  };
  const files: [string, string][] = [['big', noise('big', 200_000)]];
  for (let n = 0; n < 30; n++) files.push([`d/${n}`, noise(String(n), (n * 977) % 16_000)]);
  const source = memorySource([...files, ...hardLinked(['l/one', 'l/two'], { size: 9 })]);
  for (const name of ['l/one', 'l/two']) source.contents.set(name, Buffer.from('both have'));
  return source;
}

export interface Packed {
  readonly sink: MemorySink;
  readonly result: PackResult;
}

export async function packTree(source: MemorySource, options: Partial<PackOptions> = {}): Promise<Packed> {
  const sink = new MemorySink();
  return { sink, result: await packInto(sink, source, options) };
}

export function packInto(
  sink: MemorySink,
  source: MemorySource,
  options: Partial<PackOptions> = {},
  entries: Iterable<PlannedEntry> = plannedTree(source.tree, hashes.forInode),
): Promise<PackResult> {
  return pack(entries, source, sink, { format: 'cpio.xz', level: SMALL_LEVEL, jobs: 2, hashes, ...options });
}

/** The error with which the work ends. */
export async function failure(work: Promise<unknown>): Promise<StillrootError> {
  try {
    await work;
  } catch (error) {
    return error as StillrootError;
  }
  throw new Error('did not fail');
}
