/** The image that a manifest describes, where it is at hand. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Manifest } from '../manifest/manifest.ts';
import { openInputFile } from '../source/input-file.ts';
import type { ReproduceArguments } from './reproduce.ts';

const PIECE_BYTES = 1024 * 1024;

/**
 * The original: what the user names, or the file of its name beside the manifest, if it is that image. Undefined
 * where there is none.
 */
export function findOriginal(manifest: Manifest, args: ReproduceArguments): string | undefined {
  if (args.against !== undefined) return args.against;
  const beside = join(dirname(args.manifest), manifest.image.name);
  const stats = statSync(beside, { throwIfNoEntry: false });
  if (!stats?.isFile() || stats.size !== manifest.image.size) return undefined;
  return digestOf(beside) === manifest.image.digest ? beside : undefined;
}

function digestOf(path: string): string {
  const hash = createHash('sha256');
  const file = openInputFile(path);
  try {
    for (let at = 0; at < file.size; at += PIECE_BYTES) hash.update(file.read(at, PIECE_BYTES));
  } finally {
    file.close();
  }
  return `sha256:${hash.digest('hex')}`;
}
