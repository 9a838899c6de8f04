/** The command lines being measured: peers, which receive a sorted list of names, and stillroot. */
import { join } from 'node:path';
import { quoteWord, quoteWords } from '../src/lab/shell.ts';
import type { PreparedCommand } from './rounds.ts';

export interface GroupRow extends PreparedCommand {
  /** Whether it is another project's program. */
  readonly isPeer: boolean;
  /** Path of the archive that it writes. */
  readonly output?: string;
}

export interface CommandContext {
  /** Absolute. */
  readonly root: string;
  /** Empty; archives are written there. */
  readonly scratch: string;
  /** The command that starts stillroot. */
  readonly stillroot: readonly string[];
}

/** GNU cpio, for a NUL-terminated list of names. */
export const GNU_CPIO = 'cpio --quiet --null -o -H newc --reproducible -R 0:0';

/** @param script reads the names of all entries, and writes the archive to standard output */
export function through(context: CommandContext, name: string, output: string, script: string): GroupRow {
  const path = join(context.scratch, output);
  const list = `cd ${quoteWord(context.root)} && find . -mindepth 1 -print0 | LC_ALL=C sort -z`;
  return { name, isPeer: true, script: `${list} | ${script} > ${quoteWord(path)}`, output: path };
}

/** `stillroot pack` without rules, so that it packs what the peers do, and by default without a cache. */
export function pack(context: CommandContext, output: string, ...options: string[]): GroupRow {
  const { root, scratch, stillroot } = context;
  const path = join(scratch, output);
  const cache = options.includes('--cache') ? [] : ['--no-cache'];
  const words = [...stillroot, 'pack', root, '-q', '-f', '--skip', '**', ...cache, '-o', path, ...options];
  return { name: 'stillroot', isPeer: false, script: quoteWords(words), output: path };
}
