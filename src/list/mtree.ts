/** A tree as an mtree(5) specification, version 2, with full paths: what bsdtar reads as an archive of `@FILE`. */
import type { Entry, EntryType } from '../tree/entry.ts';

const TYPES: Readonly<Record<EntryType, string>> = {
  file: 'file',
  directory: 'dir',
  symlink: 'link',
  character: 'char',
  block: 'block',
  fifo: 'fifo',
  socket: 'socket',
};

export const MTREE_HEAD = '#mtree v2.0\n';

/**
 * @param names how many names of the same file are listed
 * @param digest SHA-256 of the content in hex; undefined for what is no file
 * @returns a line with its end
 */
export function mtreeLine(entry: Entry, names: number, digest: string | undefined): string {
  const { path, type, mode, uid, gid, mtime, nanoseconds } = entry;
  const words = [
    path === '' ? '.' : `./${escapeVis(path)}`,
    `type=${TYPES[type]}`,
    `uid=${uid}`,
    `gid=${gid}`,
    `mode=0${mode.toString(8)}`,
    `time=${mtime}.${String(nanoseconds).padStart(9, '0')}`,
  ];
  if (names > 1) words.push(`nlink=${names}`);
  if (type === 'file') words.push(`size=${entry.size}`);
  if (digest !== undefined) words.push(`sha256digest=${digest}`);
  if (type === 'symlink') words.push(`link=${escapeVis(entry.target)}`);
  if (type === 'character' || type === 'block') {
    words.push(`device=native,${entry.major},${entry.minor}`);
  }
  return `${words.join(' ')}\n`;
}

/** As vis(3) with VIS_OCTAL has it: everything that could mean something to a reader is `\ooo`. */
function escapeVis(path: string): string {
  return path.replace(
    /[^A-Za-z0-9._/+,:@%~-]/g,
    (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
