import type { Decisions, Search } from '../rules/decide.ts';
import { LONG_TEXT_BYTES_MAX, LongTextSearch, TEXT_HEAD_BYTES, textWidth } from '../secrets/long-text.ts';
import { SECRET_BYTES_MAX, SECRET_NAMES, type SecretKind, secretKind } from '../secrets/secret-kind.ts';
import type { OpenFile, Source, Warning } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';

/** Maximum bytes read in total. A whole Debian desktop has some ten megabytes in the places that the rules search. */
const SEARCHED_BYTES_MAX: number = 512 * 1024 * 1024;

/** Bytes of a long text that are read at a time. */
const PIECE = 64 * 1024;

/**
 * Reads the files that rules want searched, and reports which hold a secret. Only the kind of secret is named, never
 * its content. Files with more than SECRET_BYTES_MAX bytes that begin like text are searched for private keys, up to
 * LONG_TEXT_BYTES_MAX each. Files that become empty, are replaced, or have been warned about by name are not read.
 *
 * @param warnings warnings known already
 * @param bytesMax see SEARCHED_BYTES_MAX; when it is used up, one warning says how many files were left out
 * @returns one warning per path, in tree order
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
  const budget = new Budget(bytesMax);
  for (const search of searches) {
    const entry = source.tree.get(search.path);
    if (entry === undefined || entry.size === 0 || known.has(entry.path)) continue;
    const content = changes.get(entry.path)?.content?.action.do;
    if (content !== undefined && content !== 'rewrite' && content !== 'substitute') continue;
    const kind = kindOf(source, entry, budget);
    if (kind !== undefined) found.push(warningOf(search, kind));
  }
  if (budget.refused > 0) {
    const message = `${budget.refused === 1 ? '1 file was' : `${budget.refused} files were`} not searched for secrets, after ${bytesMax} bytes of others`;
    found.push({ code: 'secrets-not-searched', path: '', message });
  }
  return found;
}

/** The bytes that may still be read. */
class Budget {
  /** Files that were not searched, or not to their end. */
  refused = 0;
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** @returns whether that many bytes may be read; if not, the file counts as left out */
  take(bytes: number): boolean {
    if (bytes > this.#left) {
      this.refused += 1;
      return false;
    }
    this.#left -= bytes;
    return true;
  }
}

function kindOf(source: Source, entry: Entry, budget: Budget): SecretKind | undefined {
  if (entry.size > SECRET_BYTES_MAX)
    return longTextHoldsKey(source, entry, budget) ? 'private-key' : undefined;
  return budget.take(entry.size)
    ? secretKind(source.readFile(entry, SECRET_BYTES_MAX), entry.path)
    : undefined;
}

/** Reads no more than the head of anything but text, and holds one piece at a time. */
function longTextHoldsKey(source: Source, entry: Entry, budget: Budget): boolean {
  if (!budget.take(TEXT_HEAD_BYTES)) return false;
  const file = source.open(entry);
  try {
    const buffer = Buffer.allocUnsafe(PIECE);
    const head = buffer.subarray(0, readFully(file, buffer.subarray(0, TEXT_HEAD_BYTES)));
    const width = textWidth(head);
    if (width === undefined) return false;
    const text = new LongTextSearch(width);
    let searched = head.length;
    if (text.push(head)) return true;
    const end = Math.min(entry.size, LONG_TEXT_BYTES_MAX);
    while (searched < end) {
      const wanted = Math.min(buffer.length, end - searched);
      if (!budget.take(wanted)) break;
      const count = readFully(file, buffer.subarray(0, wanted));
      if (text.push(buffer.subarray(0, count))) return true;
      searched += count;
      if (count < wanted) break;
    }
    if (searched >= entry.size) file.verify();
    return text.finish();
  } finally {
    file.close();
  }
}

/** Fills the target as far as the file goes; a read may return less than is available. */
function readFully(file: OpenFile, target: Buffer): number {
  let filled = 0;
  while (filled < target.length) {
    const count = file.read(target.subarray(filled));
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

function warningOf({ rule, path }: Search, kind: SecretKind): Warning {
  return { code: 'secret', path, message: `Holds ${SECRET_NAMES[kind]}. ${rule.why} (${rule.id})` };
}
