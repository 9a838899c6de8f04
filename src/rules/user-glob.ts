import { pathFromText } from '../tree/path.ts';
import type { GlobKind } from './glob.ts';
import { Glob, GlobError } from './glob.ts';
import { RuleFileError } from './rule-file-error.ts';
import type { TomlPath } from './toml-positions.ts';
import type { TomlTable } from './toml-table.ts';

/** Compiles a pattern of a rule file; the complaint points into the pattern where that is possible. */
export function readGlob(table: TomlTable, text: string, at: TomlPath, kind: GlobKind = 'path'): Glob {
  const pattern = pathFromText(text);
  try {
    return new Glob(pattern, kind);
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    const { file } = table;
    const start = table.offset(at);
    // As it stands in the file, unless escapes make it longer than it is.
    const isPlain = file.text.startsWith(text, start + 1);
    const within = Buffer.from(pattern.slice(0, error.at), 'latin1').toString().length;
    const offset = isPlain ? start + 1 + within : start;
    throw new RuleFileError(file.name, file.lines, offset, error.message);
  }
}
