import { fstatSync, lstatSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import { childPath, DescriptorStack } from '../source/descriptors.ts';
import { MountIds, readMountPoints } from '../source/mount-points.ts';
import { placeOf } from '../source/read-failed.ts';
import { nameOf, parentOf } from '../tree/path.ts';
import { type KnownMount, numbersOf } from './seal.ts';

/**
 * Protects what is mounted in the tree from changes: consulted about everything that is changed, once a descriptor
 * holds it. The scan does not enter mounts, but a mount can appear between the scan and the work, or between an
 * interrupted run and the one that completes it.
 */
export class MountGuard {
  readonly #source: string;
  readonly #ids = new MountIds();
  /** The mount of the root, and those of known mounts encountered so far. */
  readonly #ours: Set<string | undefined>;
  readonly #known: ReadonlyMap<string, KnownMount>;

  /**
   * @param source as the user named it, for messages
   * @param root descriptor
   * @param known mounts that were in the tree when it was read, and are to be changed with it
   */
  constructor(source: string, root: number, known: readonly KnownMount[] = []) {
    this.#source = source;
    this.#ours = new Set([this.#ids.of(root)]);
    this.#known = new Map(known.map((mount) => [mount.path, mount]));
  }

  /** @throws tree-unwritable where something else is mounted at the path, or above it */
  check(descriptor: number, path: string): void {
    const id = this.#ids.of(descriptor);
    if (this.#ours.has(id)) return;
    const known = this.#known.get(path);
    const { device, inode } = numbersOf(fstatSync(descriptor, { bigint: true }));
    if (known?.device !== device || known.inode !== inode) throw mountedAt(this.#source, path);
    this.#ours.add(id);
  }

  close(): void {
    this.#ids.close();
  }
}

/** The error for a path on which something was mounted after the tree was read. */
export function mountedAt(source: string, path: string): StillrootError {
  return new StillrootError(
    'tree-unwritable',
    'something was mounted here after the tree was read; left unchanged',
    { where: placeOf(source, path), hint: 'Unmount it, and run finalize again: it completes the work.' },
  );
}

/** What is currently mounted below the root, as far as it can be reached. */
export function mountsBelow(root: number): KnownMount[] {
  const descriptors = new DescriptorStack(root);
  try {
    return [...readMountPoints(root).paths].flatMap((path) => {
      try {
        const place = childPath(descriptors.directory(parentOf(path)), nameOf(path));
        return [{ path, ...numbersOf(lstatSync(place, { bigint: true })) }];
      } catch (error) {
        // Another mount hides it.
        if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
        throw error;
      }
    });
  } finally {
    descriptors.close();
  }
}
