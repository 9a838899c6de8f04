import type { Decisions, Search } from '../rules/decide.ts';
import { SECRET_BYTES_MAX, SECRET_NAMES, type SecretKind, secretKind } from '../secrets/secret-kind.ts';
import type { Source, Warning } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';

/** Bytes read in all. A whole Debian desktop has some ten megabytes in the places that the rules search. */
export const SEARCHED_BYTES_MAX: number = 512 * 1024 * 1024;

/**
 * Reads the files that rules want searched, and says which hold a secret. What a secret is stays untold: only
 * its kind is named. Files of more than SECRET_BYTES_MAX bytes are not read, and neither is what becomes empty, is
 * replaced, or has been warned of by its name.
 *
 * @param warnings what is known already
 * @param bytesMax see SEARCHED_BYTES_MAX; when it is used up, one warning says how many files were left out
 * @returns one warning a path, in tree order
 * @throws StillrootError where a file cannot be read
 */
export function searchSecrets(
  source: Source,
  { searches, changes }: Decisions,
  warnings: readonly Warning[],
  bytesMax: number = SEARCHED_BYTES_MAX,
): Warning[] {
  const known = new Set(warnings.flatMap(({ code, path }) => (code === 'secret' ? [path] : [])));
  const found: Warning[] = [];
  let bytes = 0;
  let left = 0;
  const kindOf = (entry: Entry): SecretKind | undefined => {
    if (bytes + entry.size > bytesMax) {
      left += 1;
      return undefined;
    }
    bytes += entry.size;
    return secretKind(source.readFile(entry, SECRET_BYTES_MAX), entry.path);
  };
  for (const search of searches) {
    const entry = source.tree.get(search.path);
    if (entry === undefined || entry.size === 0 || entry.size > SECRET_BYTES_MAX || known.has(entry.path))
      continue;
    const content = changes.get(entry.path)?.content?.action.do;
    if (content !== undefined && content !== 'rewrite') continue;
    const kind = kindOf(entry);
    if (kind !== undefined) found.push(warningOf(search, kind));
  }
  if (left > 0) {
    const message = `${left} files were not searched for secrets, after ${bytesMax} bytes of others`;
    found.push({ code: 'secrets-not-searched', path: '', message });
  }
  return found;
}

function warningOf({ rule, path }: Search, kind: SecretKind): Warning {
  return { code: 'secret', path, message: `Holds ${SECRET_NAMES[kind]}. ${rule.why} (${rule.id})` };
}
