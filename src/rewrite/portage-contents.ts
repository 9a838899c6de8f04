import { clampDecimal } from './clamp-number.ts';
import { ifTextChanged } from './if-changed.ts';
import type { Rewrite, RewriteContext } from './rewrite.ts';

/** A file: path, MD5, mtime. A path may hold spaces, so what follows it is matched from the end. */
const FILE = /^(obj \/(.+) [0-9a-f]{32} )(\d{1,12})$/gm;
/** A symlink: path, target, mtime. */
const SYMLINK = /^(sym \/.+ -> .+ )(\d{1,12})$/gm;

/**
 * `var/db/pkg/CATEGORY/PACKAGE/CONTENTS` holds the mtime of every file of a package, and portage does
 * not remove files that have another (dblink: `!mtime`). What a file had gets what it will have; lines
 * that did not fit before stay. Symlinks follow the epoch as clamping does, since a neighbour is known
 * only behind its links.
 */
export const portageContents: Rewrite = {
  what: 'In the file lists of portage, times become those that the files will have.',
  maximumSize: 32 * 1024 * 1024,
  apply(bytes, { epoch, lookUp }) {
    const text = bytes
      .toString('latin1')
      .replace(
        FILE,
        (_all, start: string, path: string, mtime: string) => start + follow(path, mtime, lookUp),
      )
      .replace(SYMLINK, (_all, start: string, mtime: string) => start + clampDecimal(mtime, epoch));
    return ifTextChanged(bytes, text);
  },
};

function follow(path: string, mtime: string, lookUp: RewriteContext['lookUp']): string {
  const file = lookUp(path);
  return file?.isFile === true && String(file.mtime) === mtime ? String(file.finalMtime) : mtime;
}
