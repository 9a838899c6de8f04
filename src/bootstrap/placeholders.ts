import { type ErrorCode, StillrootError } from '../errors.ts';

/** What a command may say instead of a path; the paths are of one run, the command is recorded. */
export interface Places {
  /** An empty directory in which the tree is made. */
  readonly root: string;
  /** Or the file into which an archive of it is written. */
  readonly archive: string;
  /** A directory for anything else; it is removed as well. */
  readonly scratch: string;
}

/** In a path of these no shell sees anything but a word, be it within quotes or not. */
const PLAIN_PATH = /^\/[A-Za-z0-9/._-]*$/;

const PLACEHOLDER = /\{(root|archive|scratch)\}/g;

/** Longer than what any builder is called with, and shorter than what the kernel takes for one argument. */
const MAX_COMMAND = 64 * 1024;

/** What a terminal acts on, shows as nothing, or shows as a blank that is none: the braille pattern without dots too. */
const UNSEEN = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Where the command puts the tree. */
export type Made = 'root' | 'archive';

/**
 * @param where what to name in a message: an option, a manifest
 * @param code of the error
 * @throws StillrootError for a command that names neither place, or both, or that a terminal shows as another
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
  // Line feeds too: what is shown before it is run must be what is run.
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
 * The paths are put in as they are, and need no quotes, so that {root} may stand within some.
 *
 * @throws StillrootError `usage` for a temporary directory with a name that a shell would act on
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
