import { mkdirSync, writeFileSync } from 'node:fs';
import { chdir, cwd } from 'node:process';

/**
 * Makes `d/d/d/...` below a directory, and a file `f` in the last: deeper than a path may be long, if asked for.
 *
 * @param root an existing directory
 */
export function makeDeepTree(root: string, levels: number, name: string = 'd'): void {
  const before = cwd();
  chdir(root);
  try {
    for (let level = 0; level < levels; level += 1) {
      mkdirSync(name);
      chdir(name);
    }
    writeFileSync('f', 'the bottom');
  } finally {
    chdir(before);
  }
}
