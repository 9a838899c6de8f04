import type { FuzzTarget } from '../target.ts';
import { archiveFilesTarget } from './archive-files.ts';
import { compressionTarget } from './compression.ts';
import { cpioTarget } from './cpio.ts';
import { journalTarget, manifestTarget, rulesTarget, textsTarget } from './documents.ts';
import { packagesTarget } from './packages.ts';
import { rewritesTarget } from './rewrites.ts';
import { sqliteTarget } from './sqlite.ts';
import { tarTarget } from './tar.ts';
import { xzTarget } from './xz.ts';

/** Every reader of what a stranger may have written. Their shares are percents. @param scratch a directory for files */
export function fuzzTargets(scratch: string): readonly FuzzTarget[] {
  return [
    cpioTarget,
    tarTarget,
    xzTarget,
    compressionTarget,
    archiveFilesTarget(scratch),
    packagesTarget,
    rewritesTarget,
    sqliteTarget,
    rulesTarget,
    manifestTarget,
    journalTarget,
    textsTarget,
  ];
}
