/** An archive as a tree whose contents can be read at any time; those of an uncompressed archive directly from it. */
import { type BigIntStats, closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import { paddingAfter } from '../formats/cpio/newc.ts';
import { storedPath } from '../system/streams.ts';
import { NO_ATTRIBUTES, wantedAttributes } from '../tree/attributes.ts';
import type { Entry } from '../tree/entry.ts';
import type { Tree } from '../tree/tree.ts';
import { type ArchiveEvents, archiveName, type ReadOptions, readArchiveFile } from './archive.ts';
import { type ArchiveFile, openArchiveFile } from './archive-file.ts';
import type { ContentPlace } from './archive-node.ts';
import { type ArchiveTree, ArchiveTreeBuilder } from './archive-tree.ts';
import { BlockLookUp, type FoundEntries } from './block-lookup.ts';
import { type EarlyArchives, NO_EARLY_ARCHIVES } from './early-archives.ts';
import { earlyFilesSize, writeEarlyFiles } from './early-files.ts';
import { EntryIntake } from './entry-intake.ts';
import { type Expansion, holesOf } from './expansion.ts';
import { extentsOf, OpenArchivedFile } from './open-archived-file.ts';
import { placeOf, readFailed, readWhole } from './read-failed.ts';
import { readLimits } from './read-limits.ts';
import type { Source, Warning } from './source.ts';
import { DEFAULT_SPOOL_DIRECTORY, Spool } from './spool.ts';

export interface ArchiveSourceOptions extends ReadOptions {
  /**
   * Early archives (see early-archives.ts): `apart` leaves them out of the tree, for `readEarly`, unless the file has no
   * other archive; `merged` unpacks them with the others, as the kernel does. Default: apart.
   */
  readonly early?: 'apart' | 'merged';
  /** Directory for decompressed contents while the source is open. Default: /var/tmp. */
  readonly temporary?: string;
  /** Receives the events of the archive as it is read, in archive order. */
  readonly observe?: Partial<ArchiveEvents>;
}

/** @throws source-missing, archive-malformed, archive-not-supported, archive-limit, output-failed */
export async function openArchiveSource(
  path: string,
  options: ArchiveSourceOptions = {},
): Promise<ArchiveSource> {
  const file = openArchiveFile(path, options.limits);
  const opened = new Opened(path, file);
  const { observe } = options;
  try {
    const builder = new ArchiveTreeBuilder(path, readLimits(options.limits));
    const intake = new EntryIntake(builder, options.early ?? 'apart');
    /** Offset of the current member in the file or, for a compressed member, in the spool. */
    let base = 0;
    await readArchiveFile(
      file,
      {
        member(member) {
          const { offset, compression } = member;
          observe?.member?.(member);
          base = compression === 'none' ? offset : (opened.spool?.size ?? 0);
        },
        start(start) {
          observe?.start?.(start);
          const spooled = start.compression !== 'none';
          intake.start(start, { name: archiveName(path, start), base: base + start.memberOffset, spooled });
        },
        entry(entry, segment) {
          observe?.entry?.(entry, segment);
          intake.entry(entry);
        },
        end(end) {
          observe?.end?.(end);
          opened.archives += 1;
          intake.end(end);
          if (end.format === 'tar') opened.hasTar = true;
        },
        decompressed(bytes) {
          observe?.decompressed?.(bytes);
          opened.spool ??= new Spool(
            options.temporary ?? DEFAULT_SPOOL_DIRECTORY,
            `the decompressed content of ${path}`,
          );
          opened.spool.write(bytes);
        },
        bootConfig(config) {
          observe?.bootConfig?.(config);
          opened.bootConfig = config.text;
        },
        warning(warning) {
          observe?.warning?.(warning);
          opened.warnings.push(warning);
        },
      },
      options,
    );
    opened.early = intake.finish(file.end);
    return new ArchiveSource(path, builder.finish(), opened);
  } catch (error) {
    opened.close();
    throw error;
  } finally {
    file.close();
  }
}

/**
 * Finds paths, and everything below them, in an archive written by stillroot without decompressing all of it.
 *
 * @returns undefined where the archive was not written by stillroot, or lacks some of the paths
 */
export async function lookUpEntries(
  path: string,
  wanted: readonly string[],
  options: ReadOptions = {},
): Promise<FoundEntries | undefined> {
  const file = openArchiveFile(path, options.limits);
  try {
    return await new BlockLookUp(file, options.limits).find(wanted);
  } finally {
    file.close();
  }
}

/**
 * Opens some paths of an archive written by stillroot, without decompressing all of it. The tree has only
 * these entries, everything below them, and their parent directories.
 *
 * @returns undefined where the archive was not written by stillroot, or lacks some of the paths
 */
export async function openArchivePart(
  path: string,
  wanted: readonly string[],
  options: ArchiveSourceOptions = {},
): Promise<ArchiveSource | undefined> {
  const file = openArchiveFile(path, options.limits);
  const opened = new Opened(path, file);
  try {
    const spool = new Spool(
      options.temporary ?? DEFAULT_SPOOL_DIRECTORY,
      `the decompressed content of ${path}`,
    );
    opened.spool = spool;
    const lookUp = new BlockLookUp(file, options.limits, (bytes, offset) => spool.write(bytes, offset));
    const found = await lookUp.find(wanted);
    const builder = new ArchiveTreeBuilder(path, readLimits(options.limits));
    builder.begin({ name: path, base: 0, spooled: true });
    for (const entry of found?.entries ?? []) builder.add(entry);
    const part = builder.finish();
    // The content of a file with several names is stored with the last one, which may be elsewhere.
    const isWhole = part.tree.entries.every(
      ({ type, size, links }) => type !== 'file' || links === null || links.outside === 0 || size > 0,
    );
    if (found === undefined || !isWhole) {
      opened.close();
      return undefined;
    }
    const warnings = part.warnings.filter(({ code }) => code !== 'implied-directory');
    return new ArchiveSource(path, { ...part, warnings }, opened);
  } catch (error) {
    opened.close();
    throw error;
  } finally {
    file.close();
  }
}

/** What has to be closed. */
class Opened {
  early: EarlyArchives = NO_EARLY_ARCHIVES;
  archives = 0;
  bootConfig: Uint8Array | undefined;
  readonly warnings: Warning[] = [];
  /** Whether any of the archives in the file is tar. */
  hasTar = false;
  readonly descriptor: number;
  readonly stats: BigIntStats;
  readonly expansion: Expansion;
  spool: Spool | undefined;

  /** @param file the same file, opened just before */
  constructor(path: string, { size, expansion }: ArchiveFile) {
    this.expansion = expansion;
    this.descriptor = openSync(storedPath(path), 'r');
    this.stats = fstatSync(this.descriptor, { bigint: true });
    if (this.stats.size === BigInt(size)) return;
    closeSync(this.descriptor);
    throw changed(path, `changed size while it was being opened (${size} -> ${this.stats.size} bytes)`);
  }

  close(): void {
    this.spool?.close();
    closeSync(this.descriptor);
  }
}

/** An early segment larger than this is not held in memory to be written before another archive. Bytes. */
const MAX_EARLY_SIZE: number = 1024 * 1024 * 1024;

export class ArchiveSource implements Source {
  readonly name: string;
  readonly tree: Tree;
  readonly warnings: readonly Warning[];
  /** Whether the archive has an entry for the root itself. */
  readonly hasRoot: boolean;
  /** Number of consecutive archives in the file. */
  readonly archives: number;
  /** The archives that are not part of the tree. */
  readonly early: EarlyArchives;
  /** Text of the boot configuration after the archives, if any. */
  readonly bootConfig: Uint8Array | undefined;
  readonly hasWholeSeconds: boolean;
  /** Bytes of the file, and of what it holds where that had to be decompressed. */
  readonly size: { readonly stored: number; readonly content: number };
  /** Undefined for cpio archives, which hold none. */
  readonly attributesOf: Source['attributesOf'];
  readonly #places: ReadonlyMap<Entry, ContentPlace>;
  readonly #opened: Opened;
  /** Sparse files whose holes already count towards the limits. */
  readonly #counted = new Set<ContentPlace>();

  constructor(name: string, { tree, places, attributes, warnings, hasRoot }: ArchiveTree, opened: Opened) {
    this.name = name;
    this.tree = tree;
    this.warnings = [...opened.warnings, ...warnings];
    this.hasRoot = hasRoot;
    this.archives = opened.archives;
    this.early = opened.early;
    this.bootConfig = opened.bootConfig;
    this.#places = places;
    const stored = Number(opened.stats.size);
    this.size = { stored, content: Math.max(stored, opened.spool?.size ?? 0) };
    // In a tar archive only pax headers hold fractions.
    this.hasWholeSeconds = !opened.hasTar || tree.entries.every(({ nanoseconds }) => nanoseconds === 0);
    this.attributesOf = opened.hasTar
      ? (entry, isWanted) => wantedAttributes(attributes.get(entry) ?? NO_ATTRIBUTES, isWanted)
      : undefined;
    this.#opened = opened;
  }

  open(entry: Entry): OpenArchivedFile {
    const place = this.#places.get(entry);
    const spooled = place?.spooled === true;
    return new OpenArchivedFile(
      entry.size,
      extentsOf(entry.size, place),
      (target, position) => this.#readAt(spooled, entry.path, target, position),
      () => {
        // Decompressed contents are already a copy.
        if (!spooled) this.#verify();
      },
      () => this.#countHoles(entry, place),
    );
  }

  /**
   * Counted only when zeros are yielded, so that a sparse file that a rule drops, or that is extracted with its holes,
   * costs nothing: a `lastlog` of users with large ids has terabytes.
   */
  #countHoles({ path, size }: Entry, place: ContentPlace | undefined): void {
    if (place === undefined || place.segments === null || this.#counted.has(place)) return;
    this.#counted.add(place);
    this.#opened.expansion.addHoles(holesOf(size, place.segments), placeOf(this.name, path));
  }

  readFile(entry: Entry, limit: number): Buffer {
    return readWhole(this.name, entry, limit, () => this.open(entry));
  }

  /**
   * The bytes of the early archives in order, each with its trailing zeros, padded so that the next one
   * begins where the kernel looks for it, and of the one that is made of `early.files`; empty where there are none.
   *
   * @throws archive-limit, source-changed
   */
  readEarly(): Buffer {
    const { ranges, files } = this.early;
    const inFiles = earlyFilesSize(files);
    const size = ranges.reduce((sum, { start, end }) => sum + alignedSize(end - start), inFiles);
    if (size > MAX_EARLY_SIZE) {
      throw new StillrootError(
        'archive-limit',
        `has ${size} bytes of early archives, more than the limit of ${MAX_EARLY_SIZE}`,
        {
          where: this.name,
          hint: '--drop-segments leaves them out.',
        },
      );
    }
    const bytes = Buffer.alloc(size);
    let filled = 0;
    for (const { start, end } of ranges) {
      this.#readRange(bytes.subarray(filled, filled + end - start), start);
      filled += alignedSize(end - start);
    }
    if (inFiles > 0) {
      writeEarlyFiles(bytes.subarray(filled), files, (target, start) => this.#readRange(target, start));
    }
    this.#verify();
    return bytes;
  }

  #readRange(target: Uint8Array, start: number): void {
    for (let filled = 0; filled < target.length; ) {
      const count = this.#readAt(false, '', target.subarray(filled), start + filled);
      if (count === 0) throw changed(this.name, 'was truncated while it was read');
      filled += count;
    }
  }

  close(): void {
    this.#opened.close();
  }

  #readAt(spooled: boolean, path: string, target: Uint8Array, position: number): number {
    const { spool, descriptor } = this.#opened;
    if (spooled && spool !== undefined) return spool.read(target, position);
    try {
      return readSync(descriptor, target, 0, target.length, position);
    } catch (cause) {
      throw readFailed(this.name, path, cause);
    }
  }

  #verify(): void {
    const { descriptor, stats } = this.#opened;
    const now = fstatSync(descriptor, { bigint: true });
    if (now.size !== stats.size) {
      throw changed(this.name, `changed size while it was read (${stats.size} -> ${now.size} bytes)`);
    }
    if (now.mtimeNs !== stats.mtimeNs) throw changed(this.name, 'was modified while it was read');
  }
}

function alignedSize(size: number): number {
  return size + paddingAfter(size);
}

function changed(name: string, what: string): StillrootError {
  return new StillrootError('source-changed', `the archive ${what}`, {
    where: name,
    hint: 'Wait until nothing writes to it.',
  });
}
