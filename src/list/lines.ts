/** How `list` shows an entry: a line like those of `ls -l`, a row of the JSON document, a line of mtree(5). */
import type { ListDocument } from '../documents/list.ts';
import type { ArchiveEntry } from '../source/archive-entry.ts';
import type { Entry, EntryType } from '../tree/entry.ts';
import { showPath } from '../tree/path.ts';

/** First letter of a line of ls -l. */
const TYPE_LETTERS: Readonly<Record<EntryType, string>> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  character: 'c',
  block: 'b',
  fifo: 'p',
  socket: 's',
};

/** Seconds that a Date can hold, before and after 1970. */
const MAX_DATE = 8.64e12;

/** A line like those of ls -l, with times in UTC. Names and targets are safe to print. */
export function longLine(entry: ArchiveEntry): string {
  const { type, mode, nlink, uid, gid, name, target, hardLink } = entry;
  const size = isDevice(type) ? `${entry.major}, ${entry.minor}` : String(entry.size);
  const owner = `${String(uid).padStart(5)} ${String(gid).padStart(5)}`;
  const arrow = type === 'symlink' ? ` -> ${showPath(target)}` : '';
  const other = hardLink === undefined ? '' : ` link to ${showPath(hardLink)}`;
  return `${modeLetters(type, mode)} ${String(nlink).padStart(3)} ${owner} ${size.padStart(11)} ${timeText(entry.mtime)} ${showPath(name)}${arrow}${other}`;
}

/** The path alone; that of a directory ends in a slash, as tar -t prints it. */
export function pathLine({ name, type }: Pick<ArchiveEntry, 'name' | 'type'>): string {
  return `${showPath(name)}${type === 'directory' && !name.endsWith('/') ? '/' : ''}`;
}

/** Whether entries of this type have device numbers. */
function isDevice(type: EntryType | undefined): boolean {
  return type === 'character' || type === 'block';
}

function timeText(mtime: number): string {
  if (Math.abs(mtime) > MAX_DATE) return String(mtime).padStart(19);
  return new Date(mtime * 1000).toISOString().slice(0, -5).replace('T', ' ');
}

/** `drwxr-xr-x`, with s, S, t and T as ls(1) has them. */
export function modeLetters(type: EntryType | undefined, mode: number): string {
  const letters = [...'rwxrwxrwx'].map((letter, bit) => ((mode >> (8 - bit)) & 1 ? letter : '-'));
  const special = (position: number, bit: number, letter: string): void => {
    if ((mode & bit) === 0) return;
    letters[position] = letters[position] === 'x' ? letter : letter.toUpperCase();
  };
  special(2, 0o4000, 's');
  special(5, 0o2000, 's');
  special(8, 0o1000, 't');
  return (type === undefined ? '?' : TYPE_LETTERS[type]) + letters.join('');
}

/** An entry as in the document of `list --json`; `segment` counts the archives of the file from 0. */
export function entryRow(entry: ArchiveEntry, segment: number): ListDocument['entries'][number] {
  const { type, name, mode, uid, gid, size, mtime, nanoseconds, target, hardLink } = entry;
  return {
    path: showPath(name),
    type: type ?? 'unknown',
    mode: `0${mode.toString(8)}`,
    uid,
    gid,
    size: type === 'symlink' ? 0 : size,
    mtime,
    ...(nanoseconds === 0 ? {} : { nanoseconds }),
    ...(type === 'symlink' ? { target: showPath(target) } : {}),
    ...(hardLink === undefined ? {} : { hardLink: showPath(hardLink) }),
    links: entry.nlink,
    inode: entry.inode,
    ...(isDevice(type) ? { device: `${entry.major}:${entry.minor}` } : {}),
    ...(entry.attributes.size === 0 ? {} : { attributes: [...entry.attributes.keys()].sort().map(showPath) }),
    segment,
  };
}

/** As mtree(5) names them. */
const MTREE_TYPES: Readonly<Record<EntryType, string>> = {
  file: 'file',
  directory: 'dir',
  symlink: 'link',
  character: 'char',
  block: 'block',
  fifo: 'fifo',
  socket: 'socket',
};

/** The first line of a specification of version 2 with full paths, which bsdtar reads as an archive of `@FILE`. */
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
    `type=${MTREE_TYPES[type]}`,
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
