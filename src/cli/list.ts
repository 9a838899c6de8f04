import { FILE_TYPE_BITS, TYPE_MASK } from '../cpio/newc.ts';
import type { ParsedEntry } from '../cpio/parsed-entry.ts';
import { readArchive } from '../source/archive.ts';
import { ENTRY_TYPES, type EntryType } from '../tree/entry.ts';
import { showPath } from '../tree/path.ts';
import type { GlobalArguments } from './arguments.ts';
import { EXIT_OK } from './exit.ts';
import type { Terminal } from './terminal.ts';
import type { VerbModule } from './verb.ts';

type ListArguments = GlobalArguments & { readonly archive: string };

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

export const list: VerbModule = {
  positionals: { archive: { type: 'string', describe: 'A .cpio or .cpio.xz archive', demandOption: true } },
  options: {},
  examples: [
    ['list rootfs.cpio.xz', 'one line an entry, in archive order, like ls -l'],
    ['list rootfs.cpio.xz --json', 'the same as a JSON document'],
  ],
  run: (args, terminal) => runList(args as unknown as ListArguments, terminal),
};

/** Lines are printed in pieces of about this many characters. */
const PIECE = 64 * 1024;

async function runList(args: ListArguments, terminal: Terminal): Promise<number> {
  const rows: object[] = [];
  let text = '';
  await readArchive(args.archive, {
    entry(entry, segment) {
      if (args.json) {
        rows.push(entryRow(entry, segment));
        return;
      }
      text += `${entryLine(entry)}\n`;
      if (text.length < PIECE) return;
      terminal.out(text);
      text = '';
    },
  });
  if (args.json) terminal.out(`${JSON.stringify({ schema: 'stillroot/list/1', entries: rows }, null, 2)}\n`);
  else terminal.out(text);
  return EXIT_OK;
}

export function typeOfMode(mode: number): EntryType | undefined {
  return ENTRY_TYPES.find((type) => FILE_TYPE_BITS[type] === (mode & TYPE_MASK));
}

function isDevice(type: EntryType | undefined): boolean {
  return type === 'character' || type === 'block';
}

function entryRow({ header, name, target }: ParsedEntry, segment: number): object {
  const type = typeOfMode(header.mode);
  return {
    path: showPath(name),
    type: type ?? 'unknown',
    mode: `0${(header.mode & 0o7777).toString(8)}`,
    uid: header.uid,
    gid: header.gid,
    size: type === 'symlink' ? 0 : header.fileSize,
    mtime: header.mtime,
    ...(type === 'symlink' ? { target: showPath(target) } : {}),
    links: header.nlink,
    inode: header.inode,
    ...(isDevice(type) ? { device: `${header.rdeviceMajor}:${header.rdeviceMinor}` } : {}),
    segment,
  };
}

function entryLine({ header, name, target }: ParsedEntry): string {
  const type = typeOfMode(header.mode);
  const size = isDevice(type) ? `${header.rdeviceMajor}, ${header.rdeviceMinor}` : String(header.fileSize);
  const time = new Date(header.mtime * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const arrow = type === 'symlink' ? ` -> ${showPath(target)}` : '';
  const owner = `${String(header.uid).padStart(5)} ${String(header.gid).padStart(5)}`;
  return `${modeLetters(type, header.mode)} ${String(header.nlink).padStart(3)} ${owner} ${size.padStart(11)} ${time} ${showPath(name)}${arrow}`;
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
