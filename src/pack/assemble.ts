/** Turns planned entries into the bytes of the archive, block by block. Contents stream through; nothing is held. */

import { createHash, type Hash, hash } from 'node:crypto';
import { StillrootError } from '../errors.ts';
import type { PlannedEntry } from '../plan/planned-entry.ts';
import type { Source } from '../source/source.ts';
import { endedEarly } from '../source/tree-files.ts';
import type { Entry } from '../tree/entry.ts';
import { pathToBytes, showPath } from '../tree/path.ts';
import type { ArchiveWriter } from './archive-writer.ts';
import type { Cutter } from './block-cutter.ts';
import { NEWC_WRITER } from './newc-writer.ts';
import type { SlotPart } from './slot-parts.ts';

export interface RawBlock {
  /** Of `cutter.capacity` bytes or more; owned by the receiver of the block. */
  readonly buffer: Buffer;
  /** Bytes of the block. */
  readonly length: number;
}

export interface AssembleOptions {
  /** Writer of the archive format. Default: newc. */
  readonly writer?: ArchiveWriter;
  readonly cutter: Cutter;
  /** A buffer for the next block; called again after each block that is yielded. */
  readonly allocate: () => Buffer;
  readonly onEntry?: OnEntry;
  /** Whether `onEntry` gets digests; they take as long as reading a cached file. */
  readonly digestsContents?: boolean;
  /** Reads files later: their bytes of a block are left as they are. */
  readonly later?: LaterReader;
}

export interface LaterReader {
  /** Has a part of the block being filled read from a file, and digested where `isDigested` says so. */
  readonly add: (part: SlotPart) => void;
  /** Called in place of `onEntry` for an entry whose content is digested when it is read. */
  readonly onDigestedLater: (entry: PlannedEntry) => void;
}

/**
 * Called after each entry.
 *
 * @param content SHA-256 of the content in hex; undefined for entries without data, and for names of a hard-link
 *   group whose data is stored with another name
 */
export type OnEntry = (entry: PlannedEntry, content: string | undefined) => void;

/**
 * A synchronous generator: nothing waits between two blocks, and the consumer of the blocks decides
 * when the next one is made.
 *
 * @param entries in tree order
 * @throws StillrootError for what the format cannot hold, or a file that changes while it is read
 */
export function* assemble(
  entries: Iterable<PlannedEntry>,
  source: Source,
  options: AssembleOptions,
): Generator<RawBlock, void, void> {
  const block = new BlockBuffer(options);
  const check = (options.writer ?? NEWC_WRITER).check();
  for (const planned of entries) {
    check.see(planned);
    yield* block.addEntry(planned, source);
    if (block.isDigestedLater) options.later?.onDigestedLater(planned);
    else options.onEntry?.(planned, block.contentDigest);
  }
  yield* block.addTrailer();
}

/** Bytes of the whole archive of these entries. */
export function archiveSize(entries: Iterable<PlannedEntry>, writer: ArchiveWriter): number {
  let size = 0;
  for (const planned of entries) {
    const dataSize = writer.dataSize(planned);
    size += writer.headerSpan(planned) + dataSize + writer.paddingAfter(dataSize);
  }
  return size + writer.trailerSpan(size);
}

class BlockBuffer {
  /** Digest of the content of the last entry. */
  contentDigest: string | undefined = undefined;
  /** Whether it is digested when it is read. */
  isDigestedLater = false;
  readonly #writer: ArchiveWriter;
  readonly #cutter: Cutter;
  readonly #allocate: () => Buffer;
  readonly #digests: boolean;
  readonly #later: LaterReader | undefined;
  #buffer: Buffer;
  #length = 0;
  /** Bytes of the archive in the blocks before this one. */
  #before = 0;

  constructor({ writer = NEWC_WRITER, cutter, allocate, digestsContents = false, later }: AssembleOptions) {
    this.#writer = writer;
    this.#cutter = cutter;
    this.#allocate = allocate;
    this.#digests = digestsContents;
    this.#later = later;
    this.#buffer = allocate();
  }

  *addEntry(planned: PlannedEntry, source: Source): Generator<RawBlock, void, void> {
    const { entry } = planned;
    const writer = this.#writer;
    const dataSize = writer.dataSize(planned);
    const span = writer.headerSpan(planned) + dataSize + writer.paddingAfter(dataSize);
    if (this.#length > 0 && this.#cutter.cutsBefore(entry.path, span, this.#length)) yield* this.#cut();
    this.#length = writer.writeHeader(this.#buffer, this.#length, planned);
    const isContent = this.#digests && entry.type === 'file' && planned.linkTo === null;
    const content = isContent ? new ContentDigest() : undefined;
    this.isDigestedLater = false;
    this.contentDigest = dataSize === 0 ? content?.finish(EMPTY) : undefined;
    if (dataSize === 0) return;
    if (this.#later !== undefined && isRead(planned)) {
      yield* this.#leaveData(planned.origin, this.#later, span, isContent);
    } else {
      const file = openContent(planned, source);
      try {
        const start = yield* this.#addData(planned, file, dataSize, span, content);
        file.verify();
        this.contentDigest = content?.finish(this.#buffer.subarray(start, this.#length));
      } finally {
        file.close();
      }
    }
    this.#pad(writer.paddingAfter(dataSize));
  }

  /** Leaves room for the data, which is read later. */
  *#leaveData(
    file: Entry,
    later: LaterReader,
    span: number,
    isDigested: boolean,
  ): Generator<RawBlock, void, void> {
    this.isDigestedLater = isDigested;
    for (let position = 0; position < file.size; ) {
      const length = Math.min(file.size - position, this.#cutter.partSize(span, position, this.#length));
      if (length > 0) later.add({ file, position, start: this.#length, length, isDigested });
      position += length;
      this.#length += length;
      if (position < file.size) yield* this.#cut();
    }
  }

  /** @returns where in the buffer the data not yet passed to `digest` begins */
  *#addData(
    planned: PlannedEntry,
    file: Content,
    size: number,
    span: number,
    digest: ContentDigest | undefined,
  ): Generator<RawBlock, number, void> {
    let start = this.#length;
    for (let offset = 0; offset < size; ) {
      const part = Math.min(size - offset, this.#cutter.partSize(span, offset, this.#length));
      if (part === 0) {
        digest?.add(this.#buffer.subarray(start, this.#length));
        yield* this.#cut();
        start = 0;
        continue;
      }
      const room = this.#buffer.subarray(this.#length, this.#length + part);
      const count = file.read(room);
      if (count === 0) {
        file.verify();
        throw endedEarly(showPath(planned.entry.path), offset, size);
      }
      this.#length += count;
      offset += count;
      if (count === part && offset < size) {
        digest?.add(this.#buffer.subarray(start, this.#length));
        yield* this.#cut();
        start = 0;
      }
    }
    return start;
  }

  *addTrailer(): Generator<RawBlock, void, void> {
    const size = this.#before + this.#length;
    if (this.#length + this.#writer.trailerSpan(size) > this.#cutter.capacity) yield* this.#cut();
    this.#length = this.#writer.writeTrailer(this.#buffer, this.#length, size);
    yield { buffer: this.#buffer, length: this.#length };
  }

  *#cut(): Generator<RawBlock, void, void> {
    yield { buffer: this.#buffer, length: this.#length };
    this.#before += this.#length;
    this.#buffer = this.#allocate();
    this.#length = 0;
  }

  #pad(count: number): void {
    this.#buffer.fill(0, this.#length, this.#length + count);
    this.#length += count;
  }
}

const EMPTY = Buffer.alloc(0);

/** Whether its data are those of a file of the source. */
function isRead(planned: PlannedEntry): planned is PlannedEntry & { readonly origin: Entry } {
  return planned.entry.type === 'file' && planned.content === null && planned.origin !== null;
}

interface Content {
  read(target: Uint8Array): number;
  verify(): void;
  close(): void;
}

function openContent(planned: PlannedEntry, source: Source): Content {
  if (planned.entry.type === 'symlink') return memoryContent(pathToBytes(planned.entry.target));
  if (planned.content !== null) return memoryContent(planned.content());
  if (planned.origin === null) {
    throw new StillrootError('internal', 'entry has neither content nor origin', {
      where: showPath(planned.entry.path),
    });
  }
  return source.open(planned.origin);
}

function memoryContent(bytes: Uint8Array): Content {
  let offset = 0;
  return {
    read(target) {
      const piece = bytes.subarray(offset, offset + target.length);
      target.set(piece);
      offset += piece.length;
      return piece.length;
    },
    verify() {},
    close() {},
  };
}

/** SHA-256 of one content that arrives in pieces. Most arrive in one, which needs no Hash object. */
class ContentDigest {
  #hash: Hash | undefined;

  /** Adds a piece that is not the last. */
  add(bytes: Uint8Array): void {
    this.#hash ??= createHash('sha256');
    this.#hash.update(bytes);
  }

  /**
   * @param bytes the last piece
   * @returns in hex
   */
  finish(bytes: Uint8Array): string {
    return this.#hash === undefined ? hash('sha256', bytes) : this.#hash.update(bytes).digest('hex');
  }
}

interface Waiting {
  readonly entry: PlannedEntry;
  /** Whether the digest of its content is still to come. */
  readonly isPending: boolean;
  readonly content: string | undefined;
}

/** Passes entries on in their order: one whose digest is pending holds up those after it. */
export class EntriesInOrder {
  readonly #onEntry: OnEntry;
  #waiting: Waiting[] = [];

  constructor(onEntry: OnEntry) {
    this.#onEntry = onEntry;
  }

  add(entry: PlannedEntry, content: string | undefined): void {
    if (this.#waiting.length === 0) this.#onEntry(entry, content);
    else this.#waiting.push({ entry, isPending: false, content });
  }

  addPending(entry: PlannedEntry): void {
    this.#waiting.push({ entry, isPending: true, content: undefined });
  }

  /** @param digests of the pending contents, in their order */
  digested(digests: readonly string[]): void {
    if (digests.length === 0) return;
    let used = 0;
    const stop = this.#waiting.findIndex(({ entry, isPending, content }) => {
      if (isPending && used === digests.length) return true;
      this.#onEntry(entry, isPending ? digests[used] : content);
      if (isPending) used += 1;
      return false;
    });
    this.#waiting = stop === -1 ? [] : this.#waiting.slice(stop);
  }
}
