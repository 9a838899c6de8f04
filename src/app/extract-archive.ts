/** Extracts an archive, or the requested part of it, into a directory. */
import type { ExtractDocument } from '../documents/list.ts';
import { type ExtractResult, extract } from '../extract/extract.ts';
import { documentSeconds } from '../json/document.ts';
import { attributeSettings } from '../normalize/attributes.ts';
import { choosePolicies, POLICIES, type PolicyChoice } from '../rules/policies.ts';
import { openArchivePart } from '../source/archive-source.ts';
import { layerWarning } from '../source/layer-marks.ts';
import { type ArchivedTree, type OpenArchiveOptions, openArchive } from '../source/open-source.ts';
import { showPath } from '../tree/path.ts';
import { PathPatterns } from './path-patterns.ts';

export interface ExtractRequest {
  readonly archive: string;
  /** Paths and globs, each including everything below it; empty for everything. */
  readonly patterns: readonly string[];
  /** Created if missing. */
  readonly directory: string;
  /** Whether existing files are replaced. */
  readonly force: boolean;
  /** Choices of the policies about extended attributes; see ATTRIBUTE_OPTIONS. */
  readonly policies: readonly PolicyChoice[];
  /** Called now and then with the number of entries written, of how many. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly read: Pick<OpenArchiveOptions, 'limits' | 'temporary' | 'signal' | 'image' | 'platform'>;
}

export interface ExtractedArchive extends ExtractResult {
  readonly seconds: number;
}

/** @throws StillrootError, `usage` for a pattern that matches nothing; whatever the signal was aborted with */
export async function extractArchive({
  archive,
  directory,
  force,
  policies,
  onProgress,
  read,
  ...request
}: ExtractRequest): Promise<ExtractedArchive> {
  const started = performance.now();
  const attributes = attributeSettings(choosePolicies(POLICIES, policies));
  const { signal } = read;
  const patterns = new PathPatterns(request.patterns);
  const source = await openMatching(archive, patterns, read);
  try {
    const entries = source.tree.entries.filter(({ path }) => patterns.matches(path));
    patterns.requireUsed(archive);
    const result = await extract(source, entries, directory, {
      force,
      attributes,
      root: patterns.isEmpty && source.hasRoot,
      onProgress: (done) => onProgress?.(done, entries.length),
      ...(signal === undefined ? {} : { signal }),
    });
    const layer = layerWarning(source.tree);
    const all = layer === undefined ? source.warnings : [...source.warnings, layer];
    const about = all.filter(({ path }) => path === '' || patterns.matches(path));
    // What a cpio archive cannot hold does not matter here.
    const warnings = [...about.filter(({ code }) => code !== 'xattr'), ...result.warnings];
    return { ...result, warnings, seconds: (performance.now() - started) / 1000 };
  } finally {
    source.close();
  }
}

/** As documents/list.ts describes it. */
export function extractDocument(
  { archive, directory }: Pick<ExtractRequest, 'archive' | 'directory'>,
  { warnings, seconds, ...result }: ExtractedArchive,
): ExtractDocument {
  return {
    schema: 'stillroot/extract/1',
    ...{ archive, directory, ...result },
    warnings: warnings.map(({ code, path, message }) => ({ code, path: showPath(path), message })),
    seconds: documentSeconds(seconds),
  };
}

/** As the kernel reads it, including early archives; in archives written by stillroot, single paths are looked up. */
async function openMatching(
  archive: string,
  patterns: PathPatterns,
  options: OpenArchiveOptions,
): Promise<ArchivedTree> {
  const { literals } = patterns;
  const part = literals === undefined ? undefined : await openArchivePart(archive, literals, options);
  return part ?? (await openArchive(archive, { ...options, early: 'merged' }));
}
