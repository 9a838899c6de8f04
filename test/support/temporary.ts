import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const undone = new Set<Scratch>();
process.on('exit', () => {
  for (const scratch of undone) scratch.remove();
});

/** A temporary directory of one suite: `test.after(() => scratch.remove())`. Removed at exit at the latest. */
export class Scratch {
  readonly path: string;
  readonly #undo: Array<() => void> = [];

  /** @param inside another place than the usual one, such as a tmpfs */
  constructor(name: string, inside: string = tmpdir()) {
    this.path = mkdtempSync(join(inside, `stillroot-${name}-`));
    undone.add(this);
  }

  in(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** Runs before the directory is removed, last come first: unmounting, for one. */
  beforeRemoval(undo: () => void): void {
    this.#undo.push(undo);
  }

  remove(): void {
    if (!undone.delete(this)) return;
    // A file inside something still mounted must not be removed, so a failing undo ends it here.
    for (const undo of this.#undo.reverse()) undo();
    rmSync(this.path, { recursive: true, force: true });
  }
}
