import { assemble } from '../../src/pack/assemble.ts';
import { blockCutter } from '../../src/pack/block-cutter.ts';
import type { Level } from '../../src/pack/levels.ts';
import type { PathHashes } from '../../src/pack/path-hash.ts';
import type { Source } from '../../src/source/source.ts';
import { writeXz } from '../formats/xz/sample.ts';
import { plannedTree } from '../support/plain-plan.ts';

/** The .cpio.xz that `pack` writes, without a thread for each block, whose start takes longer than a small block. */
export async function writeBlocks(source: Source, level: Level, hashes: PathHashes): Promise<Uint8Array> {
  const { preset, dictionary } = level;
  const cutter = blockCutter(level, hashes.forCut);
  const entries = plannedTree(source.tree, hashes.forInode);
  const allocate = (): Buffer => Buffer.alloc(cutter.capacity);
  const blocks = Array.from(assemble(entries, source, { cutter, allocate }), ({ buffer, length }) =>
    buffer.subarray(0, length),
  );
  return writeXz(blocks, { preset, dictionary, x86: 'auto' });
}
