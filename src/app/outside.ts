/** What settings take from the process: environment and files. */

import { join } from 'node:path';
import { StillrootError } from '../errors.ts';
import { type ArchiveFormat, DEFAULT_FORMAT, formatOf } from '../pack/formats.ts';
import type { Outside } from '../settings/resolve.ts';
import { isDirectory } from '../system/files.ts';
import { quoteWord } from '../text/format.ts';
import type { Environment } from './builder-root.ts';
import { readImageConfig, readRuleFile } from './named-files.ts';

/** @param output determines the format by its name; undefined where nothing is written */
export function outside({ env }: { readonly env: Environment }, output?: string): Outside {
  return {
    env,
    nameOf: (option) => `--${option}`,
    formatOfOutput: () => (output === undefined ? DEFAULT_FORMAT : formatOfFile(output)),
    readRuleFile,
    readImageConfig,
    // Only loaded for a segment.
    readSegment: async (path) => (await import('../pack/early-segment.ts')).readEarlySegment(path),
  };
}

/** @throws StillrootError `usage`, and `output-exists` for a directory, which has no format of its own */
function formatOfFile(output: string): ArchiveFormat {
  if (output.endsWith('/') || (isDirectory(output) && output !== '' && output !== '-')) {
    throw new StillrootError('output-exists', 'is a directory', {
      where: output,
      hint: `Name a file in it, for example ${quoteWord(join(output, 'rootfs.cpio.xz'))}, or write an image there with --format oci.`,
    });
  }
  return formatOf(output);
}
