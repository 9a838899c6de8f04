/** An archive as a tree whose contents can be read at any time: of an uncompressed one, where they are. */
import { type BigIntStats, closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import { paddingAfter } from '../formats/cpio/newc.ts';
import { type Attributes, NO_ATTRIBUTES } from '../tree/attributes.ts';
import type { Entry } from '../tree/entry.ts';
import type { Tree } from '../tree/tree.ts';
import { type ArchiveEvents, archiveName, type ReadOptions, readArchiveFile } from './archive.ts';
import { type ArchiveFile, openArchiveFile } from './archive-file.ts';
import type { ContentPlace } from './archive-node.ts';
import { type ArchiveTree, ArchiveTreeBuilder } from './archive-tree.ts';
import { BlockLookUp, type FoundEntries } from './block-lookup.ts';
import { type EarlyArchives, NO_EARLY_ARCHIVES } from './early-archives.ts';
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
  /** Where decompressed contents are kept meanwhile; a directory. Default: /var/tmp. */
  readonly temporary?: string;
  /** Told what the tree is made of as it is read, in archive order. */
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
    /** Of what is read of the file now; of a compressed member in the spool. */
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
          opened.spool ??= new Spool(options.temporary ?? DEFAULT_SPOOL_DIRECTORY, path);
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
 * Finds paths, and what is below them, in an archive of ours without decompressing all of it.
 *
 * @returns undefined where the archive is none of ours, or has not all of the paths
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
 * The same for some paths of an archive of ours, without decompressing all of it. The tree has no other
 * entries than these, what is below them, and directories in which they lie.
 *
 * @returns undefined where the archive is none of ours, or has not all of the paths
 */
export async function openArchivePart(
  path: string,
  wanted: readonly string[],
  options: ArchiveSourceOptions = {},
): Promise<ArchiveSource | undefined> {
  const file = openArchiveFile(path, options.limits);
  const opened = new Opened(path, file);
  try {
    const spool = new Spool(options.temporary ?? DEFAULT_SPOOL_DIRECTORY, path);
    opened.spool = spool;
    const lookUp = new BlockLookUp(file, options.limits, (bytes, offset) => spool.write(bytes, offset));
    const found = await lookUp.find(wanted);
    const builder = new ArchiveTreeBuilder(path, readLimits(options.limits));
    builder.begin({ name: path, base: 0, spooled: true });
    for (const entry of found?.entries ?? []) builder.add(entry);
    const part = builder.finish();
    // The content of a file with several names stands with the last of them, which may lie elsewhere.
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

/** What has to be closed again. */
class Opened {
  early: EarlyArchives = NO_EARLY_ARCHIVES;
  archives = 0;
  bootConfig: Uint8Array | undefined;
  readonly warnings: Warning[] = [];
  /** Whether any of the archives in the file is one of tar. */
  hasTar = false;
  readonly descriptor: number;
  readonly stats: BigIntStats;
  readonly expansion: Expansion;
  spool: Spool | undefined;

  /** @param file the same, opened a moment ago */
  constructor(path: string, { size, expansion }: ArchiveFile) {
    this.expansion = expansion;
    this.descriptor = openSync(path, 'r');
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

/** Above this an early segment is not held in memory to be written in front of another archive. Bytes. */
const MAX_EARLY_SIZE: number = 1024 * 1024 * 1024;

export class ArchiveSource implements Source {
  readonly name: string;
  readonly tree: Tree;
  readonly warnings: readonly Warning[];
  /** Whether the archive has an entry for the root itself. */
  readonly hasRoot: boolean;
  /** How many archives the file has, one behind another. */
  readonly archives: number;
  /** Those of them that are not part of the tree. */
  readonly early: EarlyArchives;
  /** Text of the boot configuration behind the archives, where there is one. */
  readonly bootConfig: Uint8Array | undefined;
  readonly hasWholeSeconds: boolean;
  /** Undefined for archives of cpio, which hold none. */
  readonly attributesOf: ((entry: Entry) => Attributes) | undefined;
  readonly #places: ReadonlyMap<Entry, ContentPlace>;
  readonly #opened: Opened;
  /** Sparse files whose holes are among the bytes that the limits are compared with. */
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
    // Of a tar archive only pax headers hold fractions.
    this.hasWholeSeconds = !opened.hasTar || tree.entries.every(({ nanoseconds }) => nanoseconds === 0);
    this.attributesOf = opened.hasTar ? (entry) => attributes.get(entry) ?? NO_ATTRIBUTES : undefined;
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
        // What was decompressed is a copy already.
        if (!spooled) this.#verify();
      },
      () => this.#countHoles(entry, place),
    );
  }

  /**
   * Counted when zeros are given out, so that a sparse file which a rule drops, or which is extracted with its holes,
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
   * The bytes of the early archives one behind another, with the zeros behind each, and so many more that the next one
   * begins where the kernel looks for it; empty where there are none.
   *
   * @throws archive-limit, source-changed
   */
  readEarly(): Buffer {
    const { ranges } = this.early;
    const size = ranges.reduce((sum, { start, end }) => sum + alignedSize(end - start), 0);
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
