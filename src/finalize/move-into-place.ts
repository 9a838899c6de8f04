/**
 * How finished objects take their names. They are created in the directory of the journal, which is nearly always on
 * the same filesystem, and renamed. A btrfs subvolume is a different filesystem without being mounted, and
 * `--cross-mounts` enters mounts; there objects are created in the target directory, under a reserved name.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  futimesSync,
  linkSync,
  openSync,
  renameSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { childPath } from '../source/descriptors.ts';
import { pathToBytes } from '../tree/path.ts';
import { type AttributeCopier, copyContent, isNotAllowed, type Place } from './file-calls.ts';

/** In the journal's directory. */
const PASSING_NAME = 'passing';
/** In any other directory. No tree contains it unless a run was interrupted, which is then completed. */
export const NEIGHBOUR_NAME = '.stillroot-finalize.new';

/** @param attributes undefined where nothing can copy them */
export function moveFile(from: Place, to: Place, attributes: AttributeCopier | undefined): void {
  try {
    renameSync(pathOf(from), pathOf(to));
    return;
  } catch (error) {
    if (!isOtherFilesystem(error)) throw error;
  }
  const neighbour = neighbourOf(to);
  copyFile(from, neighbour, attributes);
  renameSync(pathOf(neighbour), pathOf(to));
  unlinkSync(pathOf(from));
}

/** Creates a symlink in the staging directory and moves it into place, replacing what is there. */
export function makeSymlink(target: string, staging: number, to: Place): void {
  makeAndMove((path) => symlinkSync(pathToBytes(target), path), staging, to);
}

/** Adds a name to a file. */
export function makeLink(file: Place, staging: number, to: Place): void {
  makeAndMove((path) => linkSync(pathOf(file), path), staging, to);
}

function makeAndMove(make: (path: Buffer) => void, staging: number, to: Place): void {
  try {
    makeUnder({ directory: staging, name: PASSING_NAME }, make, to);
  } catch (error) {
    if (!isOtherFilesystem(error)) throw error;
    makeUnder(neighbourOf(to), make, to);
  }
}

function makeUnder(passing: Place, make: (path: Buffer) => void, to: Place): void {
  remove(passing);
  make(pathOf(passing));
  renameSync(pathOf(passing), pathOf(to));
  // If both are already names of one file, rename(2) does nothing and leaves the first.
  remove(passing);
}

function copyFile(from: Place, to: Place, attributes: AttributeCopier | undefined): void {
  remove(to);
  const source = openSync(pathOf(from), constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const target = openSync(pathOf(to), flags, 0o600);
    try {
      copyContent(source, target);
      const { uid, gid, mode, mtimeMs } = fstatSync(source);
      try {
        fchownSync(target, uid, gid);
      } catch (error) {
        if (!isNotAllowed(error)) throw error;
      }
      attributes?.copy(from, to);
      fchmodSync(target, mode & 0o7777);
      futimesSync(target, mtimeMs / 1000, mtimeMs / 1000);
      fsyncSync(target);
    } finally {
      closeSync(target);
    }
  } finally {
    closeSync(source);
  }
}

function neighbourOf({ directory }: Place): Place {
  return { directory, name: NEIGHBOUR_NAME };
}

function remove(place: Place): void {
  try {
    unlinkSync(pathOf(place));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function pathOf({ directory, name }: Place): Buffer {
  return childPath(directory, name);
}

function isOtherFilesystem(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EXDEV';
}
