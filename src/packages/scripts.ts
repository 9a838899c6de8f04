import { StillrootError } from '../errors.ts';
import { Damage } from '../formats/damage.ts';
import type { Tree } from '../tree/tree.ts';
import type { PackageScript, ReadFile } from './package.ts';

/** Bytes of a script that are read; the longest of Debian has 60 KiB. */
export const SCRIPT_BYTES_MAX: number = 256 * 1024;
/** Bytes of all scripts of a database; a desktop has about 5 MiB. Scripts beyond that are left out. */
export const SCRIPTS_BYTES_MAX: number = 64 * 1024 * 1024;

/** Where a script is to be read. */
export type ScriptFile = Omit<PackageScript, 'text'>;

/**
 * Reads scripts from files of their own. They only serve as hints, so one that is larger than SCRIPT_BYTES_MAX, or that
 * cannot be read within the limits of package databases, is left out.
 */
export function readScripts(tree: Tree, read: ReadFile, files: readonly ScriptFile[]): PackageScript[] {
  let left = SCRIPTS_BYTES_MAX;
  return files.flatMap((file) => {
    const size = tree.get(file.path)?.size ?? 0;
    if (size > Math.min(left, SCRIPT_BYTES_MAX)) return [];
    left -= size;
    const text = unlessTooLarge(() => read(file.path)?.toString('latin1'));
    return text === undefined ? [] : [{ ...file, text }];
  });
}

/** The result of `work`; undefined where a database is damaged or larger than its limit. */
export function unlessTooLarge<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Damage) return undefined;
    if (error instanceof StillrootError && error.cause instanceof Damage) return undefined;
    throw error;
  }
}
