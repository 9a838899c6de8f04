/**
 * Reads archive files: cpio and tar of any format, compressed or not, and every archive of a file that
 * concatenates several, as an initramfs does. In order, with bounded memory; events report what is found.
 */
import { StillrootError } from '../errors.ts';
import { firstNonZero } from '../formats/input.ts';
import type { ArchiveEnd, ArchiveEntry, ArchiveStart } from './archive-entry.ts';
import { type ArchiveFile, type Member, openArchiveFile } from './archive-file.ts';
import { type ArchiveParser, HEAD_SIZE, startArchive } from './archive-parser.ts';
import { type BootConfig, beginsBootConfig } from './boot-config.ts';
import { ChainWarnings } from './chain-warnings.ts';
import { isEmptyTar, zerosNote } from './empty-tar.ts';
import { holesOf } from './expansion.ts';
import { MetadataSums } from './metadata-sums.ts';
import { type ReadLimits, readLimits } from './read-limits.ts';
import type { Warning } from './source.ts';

/** How much of an uncompressed archive is read at once. */
const READ_SIZE = 1024 * 1024;
/** Less where headers are far apart, so that most of what is read after the next one would be wasted. */
const SKIP_READ_SIZE = 16 * 1024;

export interface ArchiveEvents {
  readonly entry: (entry: ArchiveEntry, segment: number) => void;
  /** A piece of the content of the latest entry; valid during the call only. */
  readonly data?: (bytes: Uint8Array) => void;
  /** Called before a member of the file is read; a compressed one may hold several archives. */
  readonly member?: (member: Member) => void;
  readonly start?: (start: ArchiveStart) => void;
  readonly end?: (end: ArchiveEnd) => void;
  /** The output of all compressed members, in order. */
  readonly decompressed?: (bytes: Uint8Array) => void;
  /** At the end, where the file has one. */
  readonly bootConfig?: (config: BootConfig) => void;
  /** Called at the end, even after an error: about the archives themselves, such as one without a trailer. */
  readonly warning?: (warning: Warning) => void;
}

export interface ReadOptions {
  readonly limits?: Partial<ReadLimits>;
  readonly signal?: AbortSignal;
  /** Whether a file without any archive, of no byte or of zeros, is one without entries. Default: an error. */
  readonly isEmptyAllowed?: boolean;
}

/** @throws source-missing, archive-malformed, archive-not-supported, archive-limit */
export async function readArchive(
  path: string,
  events: ArchiveEvents,
  options: ReadOptions = {},
): Promise<void> {
  const file = openArchiveFile(path, options.limits);
  try {
    await readArchiveFile(file, events, options);
  } finally {
    file.close();
  }
}

/** The same for a file that is already open, and stays open. */
export async function readArchiveFile(
  file: ArchiveFile,
  events: ArchiveEvents,
  options: ReadOptions = {},
): Promise<void> {
  await new ArchiveReader(file, events, options).run();
}

class ArchiveReader {
  readonly #file: ArchiveFile;
  readonly #events: ArchiveEvents;
  readonly #limits: ReadLimits;
  readonly #signal: AbortSignal | undefined;
  readonly #isEmptyAllowed: boolean;
  readonly #sums: MetadataSums;
  readonly #warnings = new ChainWarnings();
  #segment = 0;
  /** Undefined between two archives. */
  #current: ArchiveStart | undefined;
  /** Whether the previous archive had no trailer. */
  #isUnmarked = false;
  /** Nothing may follow a tar archive: no reader would look there. */
  #afterTar = false;

  constructor(file: ArchiveFile, events: ArchiveEvents, { limits, signal, isEmptyAllowed }: ReadOptions) {
    this.#file = file;
    this.#events = events;
    this.#limits = readLimits(limits);
    this.#sums = new MetadataSums(file.name, this.#limits);
    this.#signal = signal;
    this.#isEmptyAllowed = isEmptyAllowed === true;
  }

  async run(): Promise<void> {
    const { fault, bootConfig } = this.#file;
    try {
      await this.#readAll();
      if (fault !== undefined) throw fault;
      if (bootConfig !== undefined) this.#events.bootConfig?.(bootConfig);
    } catch (error) {
      // Its beginning is unknown then, and so is the end of the archives.
      const isBehind = error instanceof StillrootError && this.#segment > 0 && this.#current === undefined;
      throw fault !== undefined && isBehind ? fault : error;
    } finally {
      for (const warning of this.#warnings.list()) this.#events.warning?.(warning);
    }
  }

  async #readAll(): Promise<void> {
    if (this.#file.size === 0 && !this.#isEmptyAllowed) throw this.#malformed('is empty', 0);
    let offset = 0;
    for (;;) {
      const member = this.#file.memberAt(offset);
      if (member === undefined) break;
      this.#events.member?.(member);
      const random = member.compression === 'none' ? member.random() : undefined;
      offset =
        random?.kind === 'plain'
          ? await this.#readPlain(member, random.size)
          : await this.#readCompressed(member);
    }
    if (this.#segment > 0 || this.#isEmptyAllowed) return;
    const { end, bootConfig, fault } = this.#file;
    if (bootConfig !== undefined || fault !== undefined || !isEmptyTar(end)) {
      throw this.#malformed(`contains only zeros${zerosNote(end)}`, 0);
    }
    this.#emptyTar({ segment: 0, compression: 'none', fileOffset: 0, memberOffset: 0 });
  }

  /** @returns the offset after the archive */
  async #readPlain(member: Member, size: number): Promise<number> {
    const { offset: start } = member;
    const end = start + size;
    let offset = start;
    const parser = this.#start(this.#file.read(start, HEAD_SIZE), {
      segment: this.#segment,
      compression: 'none',
      fileOffset: start,
      memberOffset: 0,
    });
    const canSkip = this.#events.data === undefined;
    let readSize = SKIP_READ_SIZE;
    for (let turns = 1; offset < end; turns += 1) {
      const bytes = this.#file.read(offset, readSize);
      if (bytes.length === 0) break;
      const used = parser.push(bytes);
      offset += used;
      if (parser.ended && used < bytes.length) break;
      const unread = canSkip ? Math.min(parser.skippable, end - offset) : 0;
      parser.skip(unread);
      offset += unread;
      // Where nothing is skipped, larger reads are cheaper.
      readSize = unread > 0 ? SKIP_READ_SIZE : Math.min(READ_SIZE, readSize * 2);
      if (turns % TURN_READS === 0) await this.#takeTurn();
    }
    this.#finish(parser);
    return offset;
  }

  /** @returns where the next member may begin */
  async #readCompressed(member: Member): Promise<number> {
    const { offset: fileOffset, compression } = member;
    const firstSegment = this.#segment;
    const chain = new ArchiveChain({
      start: (head, memberOffset) =>
        this.#start(head, { segment: this.#segment, compression, fileOffset, memberOffset }),
      finish: (parser) => this.#finish(parser),
    });
    const pieces = member.stream();
    try {
      for (;;) {
        const { value, done } = await pieces.next();
        if (done === true) {
          const size = chain.finish();
          if (this.#segment > firstSegment || this.#isEmptyAllowed) return value.nextOffset;
          if (this.#segment > 0 || !isEmptyTar(size)) {
            const held = size === 0 ? 'nothing' : `nothing but zeros${zerosNote(size)}`;
            throw this.#malformed(`the ${compression} data hold ${held}`, fileOffset);
          }
          this.#emptyTar({ segment: 0, compression, fileOffset, memberOffset: 0 });
          return value.nextOffset;
        }
        this.#events.decompressed?.(value);
        try {
          chain.push(value);
        } catch (error) {
          throw (await damageIn(pieces, this.#signal)) ?? error;
        }
        this.#signal?.throwIfAborted();
      }
    } finally {
      // Where parsing has failed, the decoder is still waiting to continue.
      await pieces.return({ nextOffset: 0 });
    }
  }

  #start(head: Uint8Array, start: ArchiveStart): ArchiveParser {
    const { segment, fileOffset, memberOffset, compression } = start;
    const { entry, data } = this.#events;
    const name = archiveName(this.#file.name, start);
    let isFirst = true;
    const onEntry = (found: ArchiveEntry): void => {
      if (isFirst) this.#warnings.begun(start, parser?.format);
      isFirst = false;
      const where = `${name}: byte ${found.offset} of the archive`;
      this.#sums.add(found, where);
      if (data !== undefined) this.#file.expansion.addHoles(holesOf(found.size, found.segments), where);
      entry(found, segment);
    };
    const parser: ArchiveParser | undefined = startArchive(
      head,
      name,
      { entry: onEntry, ...(data === undefined ? {} : { data }) },
      this.#limits,
    );
    if (parser === undefined || this.#afterTar) {
      const place =
        compression === 'none'
          ? `${this.#file.name}: byte ${fileOffset}`
          : `${this.#file.name}: byte ${memberOffset} of what is compressed at byte ${fileOffset}`;
      if (segment === 0) {
        const isStart = fileOffset === 0 && memberOffset === 0;
        const what = `${compression === 'none' ? 'is' : `decompressed by ${compression}, is`} ${NEITHER}`;
        throw new StillrootError('archive-not-supported', isStart ? what : `${NEITHER} begins here`, {
          where: isStart ? this.#file.name : place,
          hint: KNOWN,
        });
      }
      const isConfig = compression === 'none' && beginsBootConfig(this.#file, fileOffset);
      const what = isConfig ? CONFIG_BETWEEN : this.#whatFollows();
      throw new StillrootError('archive-malformed', what, {
        where: place,
        hint: isConfig ? JOIN_FIRST : 'The file is damaged, or something was appended.',
      });
    }
    this.#segment += 1;
    this.#current = start;
    this.#events.start?.(start);
    return parser;
  }

  /** An archive without entries, which is only its end mark. */
  #emptyTar(start: ArchiveStart): void {
    this.#segment += 1;
    this.#afterTar = true;
    this.#events.start?.(start);
    this.#events.end?.({ segment: start.segment, format: 'tar', endMarked: true });
  }

  #whatFollows(): string {
    if (this.#afterTar) return 'unexpected data follows the end of the tar archive';
    return this.#isUnmarked ? NO_HEADER : GARBAGE;
  }

  #finish(parser: ArchiveParser): void {
    parser.finish();
    if (parser.format === 'tar') this.#afterTar = true;
    const { format, endMarked } = parser;
    this.#isUnmarked = !endMarked;
    const end: ArchiveEnd = { segment: this.#segment - 1, format, endMarked };
    if (this.#current !== undefined) this.#warnings.ended(this.#current, end);
    this.#current = undefined;
    this.#events.end?.(end);
  }

  /** Signals are delivered only between turns of the event loop. */
  async #takeTurn(): Promise<void> {
    await new Promise(setImmediate);
    this.#signal?.throwIfAborted();
  }

  #malformed(what: string, offset: number): StillrootError {
    return new StillrootError('archive-malformed', what, {
      where: offset === 0 ? this.#file.name : `${this.#file.name}: byte ${offset}`,
      hint: KNOWN,
    });
  }
}

/** How much is decompressed to find out why the bytes before are no archive. */
const DAMAGE_SEARCH_BYTES = 64 * 1024 * 1024;

/**
 * The damage that a check of the compressed data shows, after bytes that are no archive: those may come before the check.
 * Undefined where there is none, or none near.
 */
async function damageIn(
  pieces: AsyncGenerator<Uint8Array, unknown, undefined>,
  signal: AbortSignal | undefined,
): Promise<StillrootError | undefined> {
  try {
    for (let left = DAMAGE_SEARCH_BYTES; left > 0; ) {
      const { value, done } = await pieces.next();
      if (done === true) return undefined;
      left -= (value as Uint8Array).length;
      signal?.throwIfAborted();
    }
  } catch (error) {
    if (!(error instanceof StillrootError)) throw error;
    return error.code === 'archive-malformed' ? error : undefined;
  }
  return undefined;
}

/** Reads of an uncompressed archive between two turns of the event loop. */
const TURN_READS = 1024;
const NEITHER = 'neither a cpio nor a tar archive';
const CONFIG_BETWEEN =
  'a boot configuration with more behind it, and Linux looks for one at the very end of the file only';
const JOIN_FIRST =
  'Take it off (bootconfig -d FILE) before the archives are joined, and append one to the result with bootconfig -a CONFIG FILE.';
const GARBAGE = 'unexpected data follows the end of the archive: neither another archive nor zeros';
const NO_HEADER =
  'unexpected data follows the last entry: neither a header, another archive nor zeros; and the archive has no trailer';
const KNOWN =
  'stillroot reads cpio and tar archives, plain or compressed with xz, gzip, zstd, lz4 or bzip2, and container images.';

/** For messages: offsets in them are counted from the beginning of the archive, even if it is not the first in its file. */
export function archiveName(file: string, { segment, fileOffset, memberOffset }: ArchiveStart): string {
  if (segment === 0 && fileOffset === 0 && memberOffset === 0) return file;
  const inside = memberOffset > 0 ? `, ${memberOffset} bytes into its content` : '';
  return `${file}: archive ${segment + 1}, at byte ${fileOffset} of the file${inside}`;
}

export interface ChainEvents {
  /**
   * @param head at least HEAD_SIZE bytes, or all remaining ones
   * @param offset where it begins in the bytes pushed so far
   */
  readonly start: (head: Uint8Array, offset: number) => ArchiveParser;
  readonly finish: (parser: ArchiveParser) => void;
}

/** Consecutive archives in one stream of bytes, with zeros between them. */
class ArchiveChain {
  readonly #events: ChainEvents;
  #parser: ArchiveParser | undefined;
  /** Bytes after the last archive, until there are enough to tell what they are. */
  #pending: Uint8Array = NOTHING;
  #offset = 0;

  constructor(events: ChainEvents) {
    this.#events = events;
  }

  push(bytes: Uint8Array): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    this.#work(false);
    // The caller may reuse its bytes, and less than a head is held.
    if (this.#pending.length > 0) this.#pending = Uint8Array.from(this.#pending);
  }

  /** @returns total number of bytes pushed */
  finish(): number {
    this.#work(true);
    if (this.#parser !== undefined) this.#events.finish(this.#parser);
    return this.#offset;
  }

  #work(isLast: boolean): void {
    while (this.#pending.length > 0) {
      this.#parser ??= this.#begin(isLast);
      const parser = this.#parser;
      if (parser === undefined) return;
      this.#advance(parser.push(this.#pending));
      // The zeros after a tar archive belong to it, and more may follow.
      if (!parser.ended || (parser.format === 'tar' && this.#pending.length === 0)) return;
      this.#events.finish(parser);
      this.#parser = undefined;
    }
  }

  #begin(isLast: boolean): ArchiveParser | undefined {
    const zeros = firstNonZero(this.#pending);
    this.#advance(zeros === -1 ? this.#pending.length : zeros);
    if (this.#pending.length === 0 || (this.#pending.length < HEAD_SIZE && !isLast)) return undefined;
    return this.#events.start(this.#pending, this.#offset);
  }

  #advance(count: number): void {
    this.#offset += count;
    this.#pending = this.#pending.subarray(count);
  }
}

const NOTHING = new Uint8Array(0);
