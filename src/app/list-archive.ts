/** Lists the entries of an archive. */
import type { ListDocument } from '../documents/list.ts';
import { entryRow } from '../list/lines.ts';
import { readArchive } from '../source/archive.ts';
import type { ArchiveEntry } from '../source/archive-entry.ts';
import { lookUpEntries } from '../source/archive-source.ts';
import type { BootConfig } from '../source/boot-config.ts';
import type { OpenArchiveOptions } from '../source/open-source.ts';
import type { Warning } from '../source/source.ts';
import { isDirectory } from '../system/files.ts';
import { showPath } from '../tree/path.ts';
import { eachEntryOfImage, HeldEntries } from './list-image.ts';
import { PathPatterns } from './path-patterns.ts';

/** The code of a message that is a note, not a warning. */
export const BOOT_CONFIG = 'boot-config';

/**
 * Reads an archive in its order; in archives written by stillroot, single paths are looked up. A container image is listed
 * as the tree that its layers make, in tree order.
 *
 * @param onEntry `segment` is 0 for entries of the first archive in the file, or of the lowest layer, 1 for those of the
 *   next one, ...
 * @throws StillrootError where the archive cannot be read to its end; entries up to there have been reported
 */
export async function eachEntry(
  archive: string,
  patterns: PathPatterns,
  options: OpenArchiveOptions,
  onEntry: (entry: ArchiveEntry, segment: number) => void,
  warnings: Warning[],
): Promise<void> {
  const onPath = (each: ArchiveEntry, segment: number): void => {
    if (patterns.matches(listedPath(each.name))) onEntry(each, segment);
  };
  if (isDirectory(archive)) {
    await eachEntryOfImage(archive, options, onPath, warnings);
    return;
  }
  // What may be a container image is not listed before it is known to be none.
  const held = new HeldEntries(onPath, options.image !== false);
  try {
    await eachEntryOfArchive(
      archive,
      patterns,
      options,
      (each, segment) => held.add(each, segment),
      warnings,
    );
  } catch (error) {
    held.release();
    throw error;
  }
  if (!held.isContainer()) {
    held.release();
    return;
  }
  warnings.length = 0;
  await eachEntryOfImage(archive, options, onPath, warnings);
}

async function eachEntryOfArchive(
  archive: string,
  patterns: PathPatterns,
  options: OpenArchiveOptions,
  entry: (entry: ArchiveEntry, segment: number) => void,
  warnings: Warning[],
): Promise<void> {
  const found = patterns.literals && (await lookUpEntries(archive, patterns.literals, options));
  const warning = (each: Warning): void => void warnings.push(each);
  const bootConfig = ({ text }: BootConfig): void => warning(bootConfigNote(text));
  if (found === undefined) await readArchive(archive, { entry, warning, bootConfig }, options);
  else for (const each of found.entries) entry(each, found.segment);
}

/** Not pathOfName: the contents of hostile archives can be listed, too. */
function listedPath(name: string): string {
  return name
    .split('/')
    .filter((each) => each !== '' && each !== '.')
    .join('/');
}

/** Not a warning: it is where it belongs. */
function bootConfigNote(text: Uint8Array): Warning {
  const message = `a boot configuration of ${text.length} bytes follows the archives; bootconfig FILE shows it, bootconfig -d FILE removes it`;
  return { code: BOOT_CONFIG, path: '', message };
}

/**
 * The complete listing, as documents/list.ts describes it.
 *
 * @param paths paths and globs, each including everything below it; empty for everything
 * @throws StillrootError, `usage` for a pattern that matches nothing; whatever the signal was aborted with
 */
export async function listArchive(
  archive: string,
  paths: readonly string[],
  options: OpenArchiveOptions,
): Promise<ListDocument> {
  const patterns = new PathPatterns(paths);
  const entries: ListDocument['entries'][number][] = [];
  const warnings: Warning[] = [];
  const onEntry = (entry: ArchiveEntry, segment: number): void => void entries.push(entryRow(entry, segment));
  await eachEntry(archive, patterns, options, onEntry, warnings);
  patterns.requireUsed(archive);
  const told = warningRows(warnings);
  return { schema: 'stillroot/list/1', entries, ...(told.length === 0 ? {} : { warnings: told }) };
}

/** Byte strings become text. */
export function warningRows(warnings: readonly Warning[]): NonNullable<ListDocument['warnings']> {
  return warnings.map(({ code, path, message }) => ({ code, path: showPath(path), message }));
}
