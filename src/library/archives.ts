/** Reading archives: listing their entries, and extracting their files. */
import { extractArchive, extractDocument } from '../app/extract-archive.ts';
import { listArchive } from '../app/list-archive.ts';
import { ATTRIBUTE_OPTIONS, FORCE_OPTION } from '../app/work-options.ts';
import type { ExtractDocument, ListDocument } from '../documents/list.ts';
import { list as listOption } from '../settings/option.ts';
import type { Plain } from '../settings/plain.ts';
import { IMAGE_OPTIONS } from '../settings/resolve.ts';
import {
  checkCall,
  READING_ROWS,
  type ReadingOptions,
  type TreeOptions,
  tellWarnings,
  type WatchOptions,
} from './call.ts';

export interface ListOptions extends ReadingOptions, Pick<TreeOptions, 'image' | 'platform'>, WatchOptions {
  /** A cpio or tar archive, compressed or not, or a container image. */
  readonly archive: string;
  /** Only these paths or globs, and what is below them. Default: everything. */
  readonly patterns?: readonly string[] | undefined;
}

export interface ExtractOptions
  extends ReadingOptions,
    Pick<TreeOptions, 'image' | 'platform'>,
    Plain<typeof ATTRIBUTE_OPTIONS>,
    WatchOptions {
  /** A cpio or tar archive, compressed or not, or a container image. */
  readonly archive: string;
  /** Directory to extract into; created if missing. */
  readonly directory: string;
  /** Only these paths or globs, and what is below them. Default: everything. */
  readonly patterns?: readonly string[] | undefined;
  /** Whether existing files are replaced. Default: false. */
  readonly force?: boolean | undefined;
}

const PATTERNS = {
  patterns: listOption({
    option: 'patterns',
    group: 'Input',
    metavar: 'PATTERN',
    text: 'Only these paths or globs, and what is below them',
  }),
};
const LIST_ROWS = { ...PATTERNS, ...IMAGE_OPTIONS, ...READING_ROWS };
const EXTRACT_ROWS = { ...LIST_ROWS, ...FORCE_OPTION, ...ATTRIBUTE_OPTIONS };

/**
 * Lists the entries of an archive, in its order: what `stillroot list` does.
 *
 * @returns what `stillroot list --json` prints
 * @throws StillrootError by its `code`: `usage` for a pattern that matches nothing, `source-...`, `archive-...`; the
 *   reason of the signal
 */
export async function list(options: ListOptions): Promise<ListDocument> {
  const { onWarning } = options;
  const { paths, values, reading } = checkCall(options, ['archive'], LIST_ROWS);
  const { patterns, image, platform } = values;
  const document = await listArchive(paths.archive, patterns, { ...reading, image, platform });
  for (const warning of document.warnings ?? []) onWarning?.(warning);
  return document;
}

/**
 * Writes the entries of an archive into a directory, through no symlink: what `stillroot extract` does. What was
 * extracted before a signal or an error is kept.
 *
 * @returns what `stillroot extract --json` prints
 * @throws StillrootError by its `code`: `usage` for a pattern that matches nothing, `source-...`, `archive-...`,
 *   `output-...`; the reason of the signal
 */
export async function extract(options: ExtractOptions): Promise<ExtractDocument> {
  const { onWarning } = options;
  const { paths, values, reading } = checkCall(options, ['archive', 'directory'], EXTRACT_ROWS);
  const { patterns, force, policies, image, platform } = values;
  const read = { ...reading, image, platform };
  const done = await extractArchive({ ...paths, patterns, force, policies, read });
  tellWarnings(done.warnings, onWarning);
  return extractDocument(paths, done);
}
