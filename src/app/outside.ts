/** What settings take from the process: environment and files. */

import { DEFAULT_FORMAT, formatOf } from '../pack/formats.ts';
import type { Outside } from '../settings/resolve.ts';
import type { Environment } from './builder-root.ts';
import { readImageConfig, readRuleFile } from './named-files.ts';

/** @param output determines the format by its name; undefined where nothing is written */
export function outside({ env }: { readonly env: Environment }, output?: string): Outside {
  return {
    env,
    nameOf: (option) => `--${option}`,
    formatOfOutput: () => (output === undefined ? DEFAULT_FORMAT : formatOf(output)),
    readRuleFile,
    readImageConfig,
    // Only loaded for a segment.
    readSegment: async (path) => (await import('../pack/early-segment.ts')).readEarlySegment(path),
  };
}
