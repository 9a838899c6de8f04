import { mkdirSync } from 'node:fs';
import { pack } from './run-cli.ts';
import { succeed } from './run-command.ts';

/** 2023-11-14, before every clock of these tests. */
export const PACKED_EPOCH = '1700000000';

/**
 * Packs each tree, and unpacks the first archive again, for its own tools to judge.
 *
 * @param directory an empty one, for what is made
 * @param options of `pack`
 */
export async function packAndUnpack(
  trees: readonly string[],
  directory: string,
  options: readonly string[] = [],
): Promise<{ digests: Set<string>; unpacked: string }> {
  const unpacked = `${directory}/unpacked`;
  mkdirSync(unpacked, { recursive: true });
  const digests = new Set<string>();
  for (const [index, tree] of trees.entries()) {
    const archive = `${directory}/${index}.cpio`;
    const report = await pack(tree, archive, ['--source-date-epoch', PACKED_EPOCH, ...options]);
    digests.add(report.digests.file);
    if (index === 0) await succeed(['bsdtar', '-xpf', archive, '-C', unpacked]);
  }
  return { digests, unpacked };
}
