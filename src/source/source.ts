import type { ImageConfig } from '../formats/oci/documents.ts';
import type { Attributes } from '../tree/attributes.ts';
import type { Entry } from '../tree/entry.ts';
import { somePaths } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';

/** Something the user should know that does not stop the work; `--strict` makes it an error. */
export interface Warning {
  /** Stable, for programs: `socket`, `mount-point`, `xattr`, ... */
  readonly code: string;
  /** Byte string, or '' where the warning is about the whole tree. */
  readonly path: string;
  readonly message: string;
}

/** One open file of the tree. */
export interface OpenFile {
  /** Fills `target` from its start with the next bytes; returns how many, 0 at the end of the file. */
  read(target: Uint8Array): number;
  /** Must be called after the last byte: fails where the file has changed since it was scanned. */
  verify(): void;
  close(): void;
}

/** An open file that can also be read at any offset. */
export interface RandomAccessFile extends OpenFile {
  /** Fills `target` from its start; returns how many bytes, 0 at the end of the file. @param position in the file */
  readAt(target: Uint8Array, position: number): number;
  /** Fails where what the file is read from has changed since it was scanned. */
  requireUnchanged(): void;
}

/** What opening and reading a file needs to know of what the scan saw. */
export type ScannedFile = Pick<Entry, 'path' | 'size' | 'mtime' | 'nanoseconds'>;

/** A directory tree as another thread can get at it. */
export interface OpenTreeRoot {
  /** As the user named it; for messages. */
  readonly name: string;
  /** Descriptors belong to the process, so this one is good in every thread. */
  readonly root: number;
}

/** Files that any thread can read, each with its own TreeFiles. */
export interface SharedFiles {
  readonly tree: OpenTreeRoot;
  /**
   * Fills `target` with a part of a file, which must still be the one that was scanned.
   *
   * @param position in the file
   * @throws source-changed, source-unreadable
   */
  readPart(file: ScannedFile, position: number, target: Uint8Array): void;
}

/** The container image that a tree comes from. */
export interface SourceImage {
  /** Tags and names that its file gives it, text. */
  readonly names: readonly string[];
  /** `linux/arm/v7`. */
  readonly platform: string;
  /** Digest of its manifest, `sha256:HEX`; undefined where it has none. */
  readonly manifest: string | undefined;
  readonly config: ImageConfig;
  /** From the lowest on. */
  readonly layers: readonly SourceLayer[];
  /** Index of the layer that an entry of the tree, or the root, comes from. */
  layerOf(entry: Entry): number | undefined;
  /** Index of the layer that removed a path last. */
  removedIn(path: string): number | undefined;
}

export interface SourceLayer {
  /** Of the uncompressed layer. */
  readonly digest: string;
  /** The command that made it, text; undefined where the history does not tell. */
  readonly createdBy: string | undefined;
}

/**
 * A tree whose contents can be read. Reads are synchronous: one thread reads ahead of the encoders,
 * and a synchronous read of a cached file costs a fifth of an asynchronous one.
 */
export interface Source {
  /** As the user named it; for messages. */
  readonly name: string;
  readonly tree: Tree;
  readonly warnings: readonly Warning[];
  /** False for an archive without an entry for the root: the root of the tree is then synthesized. */
  readonly hasRoot?: boolean;
  /** True where it cannot hold fractions of a second, such as a cpio archive. */
  readonly hasWholeSeconds?: boolean;
  /**
   * Extended attributes of an entry, or of the root; undefined where the source cannot hold any, or they cannot be read.
   *
   * @param isWanted whether the value of this name is read; it is called for each name. Default: all are
   */
  readonly attributesOf?: ((entry: Entry, isWanted?: (name: string) => boolean) => Attributes) | undefined;
  /** Undefined for what is not a container image. */
  readonly image?: SourceImage;
  /** How other threads can open its files; undefined where only this one can. */
  readonly files?: SharedFiles;
  /** Fails where the entry is no longer the file that was scanned. */
  open(entry: Entry): OpenFile;
  /** The whole content of a file of the tree. Fails above `limit` bytes. */
  readFile(entry: Entry, limit: number): Buffer;
  close(): void;
}

/** Exists in the root of the tree while finalize runs, and after an interruption; every verb that reads a tree checks for it. */
export const JOURNAL_DIRECTORY = '.stillroot-finalize';

// What a source has and its tree lacks, according to its warnings.

/** By the code of the warning. */
const KINDS: Readonly<Record<string, string>> = {
  'mount-point': 'what is mounted at',
  socket: 'sockets',
};

/** Clauses such as `sockets run/x, run/y and 3 more`; none where the tree has everything. */
export function leftOutTexts({ warnings }: Pick<Source, 'warnings'>): string[] {
  return Object.entries(KINDS).flatMap(([code, what]) => {
    const paths = warnings.flatMap((warning) => (warning.code === code ? [warning.path] : []));
    return paths.length === 0 ? [] : [`${what} ${somePaths(paths)}`];
  });
}
