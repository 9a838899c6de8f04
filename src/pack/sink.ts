/** Where an archive goes: whole and in place, or not at all. */
import { DescriptorSink } from './descriptor-sink.ts';
import { FileSink } from './file-sink.ts';
import type { FileOutput, Sink } from './output.ts';
import { EXISTS_HINT, openStream, outputKind } from './output-kind.ts';
import type { FileCalls } from './placement.ts';

export type { FileOutput, Sink };

/**
 * A file that appears under its name only when it is complete: written to a temporary file beside it, synced, renamed,
 * and the directory synced. Devices and FIFOs are written to directly, where they belong to root or to the user who
 * runs; block devices with `force` only.
 *
 * @param calls for tests: what to use in place of the system's calls
 * @throws output-exists where the file is there and `force` is not given; output-refused, output-failed
 */
export function openFileSink(path: string, force: boolean, calls: Partial<FileCalls> = {}): FileOutput {
  const found = outputKind(path, force);
  if (found.kind === 'file') return new FileSink(path, force, calls);
  if (found.kind === 'open') return new DescriptorSink(path, found.descriptor);
  const isSynced = found.stats.isBlockDevice();
  return new DescriptorSink(path, openStream(path, found), { isOwn: true, isSynced });
}

/**
 * Says before the work what would fail after it.
 *
 * @returns whether the output is a file, or something that is written to directly
 * @throws output-exists, output-refused, output-failed
 */
export function checkOutput(path: string, force: boolean, hint: string = EXISTS_HINT): 'file' | 'stream' {
  return outputKind(path, force, hint).kind === 'file' ? 'file' : 'stream';
}

/** Standard output. It cannot be taken back, so `commit` and `abort` only end the writing. */
export function openStandardOutput(): FileOutput {
  return new DescriptorSink('standard output', 1);
}
