import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StillrootError } from '../errors.ts';
import { makeDirectories } from '../system/make-directories.ts';
import { unmountBelow } from './mounts.ts';
import type { Places } from './placeholders.ts';
import { removeTree } from './remove-tree.ts';

/** Others may pass: mmdebstrap and mkosi work as users whom only a namespace knows. */
const PASSABLE = 0o711;

/** The directory of one bootstrap: the tree, the home of the command, its temporary files. */
export class Scratch {
  readonly path: string;
  readonly places: Places;

  /**
   * @param parent must have room for the tree
   * @throws StillrootError `output-failed`
   */
  constructor(parent: string) {
    try {
      this.path = mkdtempSync(join(parent, 'stillroot-bootstrap-'));
    } catch (cause) {
      throw new StillrootError(
        'output-failed',
        `is not writable (${(cause as NodeJS.ErrnoException).code})`,
        {
          where: parent,
          hint: 'Set TMPDIR to a directory with room for the tree.',
          cause,
        },
      );
    }
    chmodSync(this.path, PASSABLE);
    const { path } = this;
    this.places = { root: `${path}/root`, archive: `${path}/root.tar`, scratch: path };
    for (const [name, mode] of [
      ['root', 0o755],
      ['home', 0o700],
      ['tmp', 0o1777],
    ] as const) {
      mkdirSync(join(path, name));
      chmodSync(join(path, name), mode);
    }
  }

  /** @param files by their paths in the directory */
  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      makeDirectories(join(this.path, dirname(path)));
      writeFileSync(join(this.path, path), text);
    }
  }

  /** Takes off what the command left mounted; it is no part of the tree. */
  unmount(): void {
    unmountBelow(this.path);
  }

  /** @throws StillrootError `bootstrap-failed` where something cannot be removed */
  remove(): void {
    this.unmount();
    removeTree(this.path);
  }
}
