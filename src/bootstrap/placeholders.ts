import { type ErrorCode, StillrootError } from '../errors.ts';

/** Placeholders for paths in commands: the paths differ from run to run, while the command is recorded. */
export interface Places {
  /** An empty directory in which the tree is built. */
  readonly root: string;
  /** Alternatively, the file to which an archive of the tree is written. */
  readonly archive: string;
  /** A directory for anything else; it is also removed. */
  readonly scratch: string;
}

/** A path of these characters is a plain word to any shell, quoted or not. */
const PLAIN_PATH = /^\/[A-Za-z0-9/._-]*$/;

const PLACEHOLDER = /\{(root|archive|scratch)\}/g;

/** Longer than any builder's command line, and shorter than the kernel's limit for one argument. */
const MAX_COMMAND = 64 * 1024;

/**
 * What a terminal acts on, does not show, or shows as a blank although it is not a space, including the empty braille
 * pattern.
 */
const UNSEEN = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Where the command writes the tree. */
export type Made = 'root' | 'archive';

/**
 * @param where what messages refer to: an option, a manifest
 * @param code of the error
 * @throws StillrootError for a command that names neither place, or both, or that a terminal would not show as it is
 */
export function checkCommand(command: string, where: string, code: ErrorCode = 'usage'): Made {
  const refuse = (what: string, hint: string): StillrootError =>
    new StillrootError(code, what, { where, hint });
  if (command.length > MAX_COMMAND) {
    throw refuse(
      `has a command of ${command.length} characters, wanted at most ${MAX_COMMAND}`,
      'Put it into a script.',
    );
  }
  // Including line feeds: what is shown before the run must be what is run.
  const unseen = UNSEEN.exec(command)?.[0];
  if (unseen !== undefined) {
    const code = (unseen.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    throw refuse(
      `has a command with an invisible character (U+${code}), wanted one line of text`,
      'Put it into a script.',
    );
  }
  const named = new Set([...command.matchAll(PLACEHOLDER)].map(([, name]) => name));
  if (named.has('root') && named.has('archive')) {
    throw refuse('names both {root} and {archive}, wanted one of them', 'A command builds one tree.');
  }
  if (named.has('root')) return 'root';
  if (named.has('archive')) return 'archive';
  throw refuse(
    'names neither {root} nor {archive}',
    "Write {root} where the command takes the directory of the tree, as in 'debootstrap bookworm {root}'.",
  );
}

/**
 * Paths are inserted as they are, and need no quotes, so that {root} may be used within quotes.
 *
 * @throws StillrootError `usage` for a temporary directory whose name has a special meaning to a shell
 */
export function fillIn(text: string, places: Places): string {
  return text.replace(PLACEHOLDER, (_, name: keyof Places) => {
    const path = places[name];
    if (PLAIN_PATH.test(path)) return path;
    throw new StillrootError('usage', 'has characters that are special to a shell', {
      where: path,
      hint: 'Set TMPDIR to a directory whose path has only letters, digits, dots, hyphens and underscores.',
    });
  });
}
