/** Where programs are. */
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

/** The first that can be run, in the order of the directories. */
export function findProgram(directories: readonly string[], program: string): string | undefined {
  for (const directory of directories) {
    const file = join(directory, program);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not here; the next directory may have it.
    }
  }
  return undefined;
}
