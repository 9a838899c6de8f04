/** Writes a planned tree with its contents as an archive to a sink. */
import { createHash, hash } from 'node:crypto';
import { StillrootError } from '../errors.ts';
import type { PlannedEntry } from '../plan/planned-entry.ts';
import type { Source } from '../source/source.ts';
import { ArchiveOutput, WriteBehind } from './archive-output.ts';
import {
  type AssembleOptions,
  archiveSize,
  assemble,
  EntriesInOrder,
  type LaterReader,
  type OnEntry,
  type RawBlock,
} from './assemble.ts';
import { blockCutter, type Cutter, plainCutter } from './block-cutter.ts';
import type { BlockEncoder, BlockSizes, BlockStore, Compressor, ReadyBlock } from './compressor.ts';
import { type ArchiveFormat, type FormatRow, rowOf } from './formats.ts';
import type { Level } from './levels.ts';
import { SLOT_SIZE } from './output-ring.ts';
import { OutputThread } from './output-thread.ts';
import type { PathHashes } from './path-hash.ts';
import type { Sink } from './sink.ts';

export interface PackOptions {
  readonly format: ArchiveFormat;
  /** Level of the compressor; required only for a compressed archive. */
  readonly level?: Level;
  /** Encoder threads, at least 1. Does not affect the output bytes. */
  readonly jobs: number;
  readonly hashes: PathHashes;
  /**
   * The entries once more, for a compressed archive whose header holds the size of the whole. Default: they are
   * collected in memory first.
   */
  readonly preview?: () => Iterable<PlannedEntry>;
  /** Written unchanged before the archive; see readEarlySegment. */
  readonly segment?: Uint8Array;
  /** Written unchanged after the archive; see encodeBootConfig. */
  readonly bootConfig?: Uint8Array;
  /** Blocks of earlier runs. Does not affect the output bytes. */
  readonly store?: BlockStore;
  readonly signal?: AbortSignal;
  /** Called with the bytes of the uncompressed archive written so far, and with those and what is being encoded. */
  readonly onProgress?: (done: number, begun: number) => void;
  /** If given, the contents are digested too. */
  readonly onEntry?: OnEntry;
  /** Called when everything is written and nothing is visible yet; an error thrown here aborts packing. */
  readonly beforeCommit?: (result: PackResult) => void;
}

/** A block as stored in the file. */
export interface PackedBlock extends BlockSizes {
  /** Bytes, padding included. */
  readonly size: number;
  /** SHA-256 in hex of the block including header, padding and check. */
  readonly digest: string;
}

export interface PackResult {
  readonly entries: number;
  /** Bytes of the uncompressed archive, without an early segment. */
  readonly payloadBytes: number;
  /** Bytes of the whole output. */
  readonly fileBytes: number;
  /** SHA-256 in hex, of the same two. */
  readonly payloadDigest: string;
  readonly fileDigest: string;
  /** Empty for an uncompressed archive. */
  readonly blocks: readonly PackedBlock[];
}

/** From this many bytes on, a thread for writing an uncompressed archive saves more time than it takes to start. */
const THREAD_THRESHOLD = 64 * 1024 * 1024;

/**
 * Writes an archive and commits the sink; on any failure the sink is aborted and nothing is left behind.
 *
 * @param entries in tree order
 * @throws StillrootError; the reason with which `signal` was aborted
 */
export async function pack(
  entries: Iterable<PlannedEntry>,
  source: Source,
  sink: Sink,
  options: PackOptions,
): Promise<PackResult> {
  const packer = new Packer(source, sink, options);
  try {
    const result = await packer.run(entries);
    await packer.writeBehind.finish();
    options.signal?.throwIfAborted();
    options.beforeCommit?.(result);
    sink.commit();
    return result;
  } finally {
    // After a failure it has nothing more to say.
    await packer.writeBehind.finish().catch(() => {});
    sink.abort();
  }
}

class Packer {
  readonly writeBehind: WriteBehind;
  readonly #source: Source;
  readonly #sink: Sink;
  readonly #output: ArchiveOutput;
  readonly #options: PackOptions;
  readonly #row: FormatRow;
  readonly #payload = createHash('sha256');
  readonly #onEntry: OnEntry = (entry, content) => {
    this.#entries += 1;
    this.#options.onEntry?.(entry, content);
  };
  #payloadBytes = 0;
  /** Of the archive, written or with an encoder. */
  #begunBytes = 0;
  #entries = 0;

  constructor(source: Source, sink: Sink, options: PackOptions) {
    this.#source = source;
    this.#sink = sink;
    this.writeBehind = new WriteBehind(sink);
    this.#output = new ArchiveOutput(sink, this.writeBehind);
    this.#options = options;
    this.#row = rowOf(options.format);
  }

  async run(entries: Iterable<PlannedEntry>): Promise<PackResult> {
    const { segment, bootConfig } = this.#options;
    const { compression } = this.#row;
    const { descriptor } = this.#sink;
    const isAlone = segment === undefined && bootConfig === undefined;
    if (compression === undefined && isAlone && descriptor !== undefined && this.#isLarge()) {
      return this.#threaded(entries, descriptor);
    }
    if (segment !== undefined) this.#output.write(segment);
    // Without compression and anything before or after the archive both digests cover the same bytes: one is enough.
    const isPayload = compression === undefined && isAlone;
    const blocks =
      compression === undefined
        ? await this.#plain(entries, isPayload)
        : await this.#compressed(entries, await compression.load());
    if (bootConfig !== undefined) this.#output.write(bootConfig);
    const fileDigest = this.#output.digest();
    const payloadDigest = isPayload ? fileDigest : this.#payload.digest('hex');
    return this.#result(this.#output.bytes, payloadDigest, fileDigest, blocks);
  }

  #result(fileBytes: number, payloadDigest: string, fileDigest: string, blocks: PackedBlock[]): PackResult {
    const { payloadBytes, entries } = { payloadBytes: this.#payloadBytes, entries: this.#entries };
    return { entries, payloadBytes, fileBytes, payloadDigest, fileDigest, blocks };
  }

  /** Whether the contents are large enough for a second thread. */
  #isLarge(): boolean {
    let bytes = 0;
    for (const { size } of this.#source.tree.entries) bytes += size;
    return bytes >= THREAD_THRESHOLD;
  }

  /** Lays out the archive on this thread; reads, digests and writes on this and another one. */
  async #threaded(entries: Iterable<PlannedEntry>, descriptor: number): Promise<PackResult> {
    const { files } = this.#source;
    const thread = new OutputThread(descriptor, this.#sink.isNewFile, files);
    try {
      const plain = plainCutter(SLOT_SIZE, this.#row.writer);
      const cutter: Cutter = {
        ...plain,
        cutsBefore: (path, span, size) => !thread.hasRoomFor(path) || plain.cutsBefore(path, span, size),
      };
      // Where anything has failed, the rest up to the next block goes into a throw-away buffer.
      const allocate = (): Buffer => thread.next() ?? Buffer.alloc(SLOT_SIZE);
      let sinceTurn = 0;
      const inOrder = new EntriesInOrder(this.#onEntry);
      const later: LaterReader = {
        add: (part) => thread.add(part),
        onDigestedLater: (entry) => inOrder.addPending(entry),
      };
      const onEntry: OnEntry = (entry, content) => inOrder.add(entry, content);
      const options = { cutter, allocate, onEntry, ...(files === undefined ? {} : { later }) };
      for (const block of this.#assemble(entries, options)) {
        thread.pass(block.length);
        await thread.makeRoom();
        if (thread.hasFailed) break;
        this.writeBehind.wrote(block.length);
        inOrder.digested(thread.takeDigests());
        this.#advance(block.length);
        sinceTurn = await this.#takeTurn(sinceTurn + block.length);
      }
      const digest = await thread.finish().catch((cause: unknown) => {
        throw this.#sink.failure(cause);
      });
      inOrder.digested(thread.takeDigests());
      return this.#result(this.#payloadBytes, digest, digest, []);
    } finally {
      await thread.close();
    }
  }

  async #plain(entries: Iterable<PlannedEntry>, isPayload: boolean): Promise<PackedBlock[]> {
    const cutter = plainCutter(SLOT_SIZE, this.#row.writer);
    // One buffer for all: its bytes are written before the next block begins.
    const buffer = Buffer.alloc(cutter.capacity);
    const allocate = (): Buffer => buffer;
    let sinceTurn = 0;
    for (const block of this.#assemble(entries, { cutter, allocate })) {
      const bytes = block.buffer.subarray(0, block.length);
      if (!isPayload) this.#payload.update(bytes);
      this.#output.write(bytes);
      this.#advance(block.length);
      sinceTurn = await this.#takeTurn(sinceTurn + block.length);
    }
    return [];
  }

  /** Signals are delivered only between turns of the event loop. */
  async #takeTurn(sinceTurn: number): Promise<number> {
    if (sinceTurn < TURN_BYTES) return sinceTurn;
    await new Promise(setImmediate);
    this.#options.signal?.throwIfAborted();
    return 0;
  }

  async #compressed(entries: Iterable<PlannedEntry>, compressor: Compressor): Promise<PackedBlock[]> {
    const { level, jobs, hashes, preview, signal } = this.#options;
    if (level === undefined) throw new TypeError('a compressed archive needs a level');
    const collected = preview === undefined ? [...entries] : entries;
    let planned: number | undefined;
    const size = (): number => {
      planned ??= archiveSize(preview?.() ?? collected, this.#row.writer);
      return planned;
    };
    const encoder = compressor.open({ jobs, level, size });
    const onAbort = (): void => void encoder.close();
    signal?.addEventListener('abort', onAbort, { once: true });
    const spare: Uint8Array<ArrayBuffer>[] = [];
    const pending = new PendingBlocks(jobs);
    const blocks: PackedBlock[] = [];
    const cutter = blockCutter(level, hashes.forCut, this.#row.writer);
    const allocate = (): Buffer => {
      const bytes = spare.pop() ?? new Uint8Array(cutter.capacity);
      return Buffer.from(bytes.buffer);
    };
    const writeOldest = async (): Promise<void> => {
      const block = await pending.shift();
      this.#output.write(block.bytes);
      const { unpaddedSize, uncompressedSize, digest } = block;
      blocks.push({ size: block.bytes.length, unpaddedSize, uncompressedSize, digest });
      // Freed now: left to the garbage collector, written blocks would add up to many megabytes.
      block.bytes.buffer.transfer(0);
      this.#advance(uncompressedSize);
    };
    try {
      this.#output.write(encoder.head);
      for (const block of this.#assemble(collected, { cutter, allocate })) {
        encoder.see?.(block.buffer.subarray(0, block.length));
        pending.push(this.#submit(encoder, block, spare));
        this.#begunBytes += block.length;
        this.#tellProgress();
        while (pending.areMany) await writeOldest();
        await encoder.whenFree();
        // Signals are delivered only between turns of the event loop.
        await new Promise(setImmediate);
        signal?.throwIfAborted();
      }
      while (!pending.isEmpty) await writeOldest();
      if (planned !== undefined && this.#payloadBytes !== planned) {
        throw new StillrootError('internal', `the archive has ${this.#payloadBytes} bytes, not ${planned}`);
      }
      this.#output.write(encoder.tail(blocks));
      return blocks;
    } catch (error) {
      // The encoder's error about being closed is not the cause.
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      await encoder.close();
    }
  }

  /**
   * Takes the block from the store, or encodes it. The raw buffer is returned as soon as its block is ready, even while
   * the block waits for an older one.
   */
  #submit(
    encoder: BlockEncoder,
    { buffer, length }: RawBlock,
    spare: Uint8Array<ArrayBuffer>[],
  ): ReadyBlock | Promise<ReadyBlock> {
    const { store } = this.#options;
    const content = buffer.subarray(0, length);
    this.#payload.update(content);
    const raw = new Uint8Array(buffer.buffer as ArrayBuffer);
    const key = store?.keyOf(content);
    const known = key && store?.find(key, content);
    if (known !== undefined) {
      spare.push(raw);
      return known;
    }
    return encoder.submit(raw, length).then((encoded) => {
      spare.push(encoded.buffer);
      const block: ReadyBlock = { ...encoded, digest: hash('sha256', encoded.bytes) };
      if (key !== undefined) store?.store(key, block);
      return block;
    });
  }

  #assemble(
    entries: Iterable<PlannedEntry>,
    options: Omit<AssembleOptions, 'digestsContents'>,
  ): ReturnType<typeof assemble> {
    const digestsContents = this.#options.onEntry !== undefined;
    return assemble(entries, this.#source, {
      writer: this.#row.writer,
      onEntry: this.#onEntry,
      ...options,
      digestsContents,
    });
  }

  #advance(bytes: number): void {
    this.#payloadBytes += bytes;
    this.#tellProgress();
  }

  #tellProgress(): void {
    const done = this.#payloadBytes;
    this.#options.onProgress?.(done, Math.max(done, this.#begunBytes));
  }
}

/** How much of an uncompressed archive is written before signals, and the end of a sync, get their turn. */
const TURN_BYTES = 32 * 1024 * 1024;

/**
 * Bytes of blocks from the store that may wait for one that is being encoded. Meanwhile reading continues this far, so
 * that a second block that must be encoded is found and started.
 */
const STORED_BYTES_MAX = 64 * 1024 * 1024;

interface Pending {
  readonly block: ReadyBlock | Promise<ReadyBlock>;
  /** Bytes of a block from the store; the size of one being encoded is not known yet. */
  readonly stored: number;
}

/** Blocks waiting to be written, in archive order: a finished one must wait for those before it. */
export class PendingBlocks {
  readonly #jobs: number;
  readonly #queue: Pending[] = [];
  #storedBytes = 0;
  #encoded = 0;

  /** @param jobs encoder threads */
  constructor(jobs: number) {
    this.#jobs = jobs;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  /** Whether the oldest must be written before another may be added: waiting blocks are in memory. */
  get areMany(): boolean {
    return this.#encoded > this.#jobs * 2 || this.#storedBytes > STORED_BYTES_MAX;
  }

  push(block: ReadyBlock | Promise<ReadyBlock>): void {
    const isPromise = block instanceof Promise;
    // Awaited in its turn; until then a failure must not count as unhandled.
    if (isPromise) block.catch(() => {});
    const stored = isPromise ? 0 : block.bytes.length;
    this.#encoded += isPromise ? 1 : 0;
    this.#storedBytes += stored;
    this.#queue.push({ block, stored });
  }

  /** @returns the oldest, once it is done */
  async shift(): Promise<ReadyBlock> {
    const oldest = this.#queue.shift();
    if (oldest === undefined) throw new RangeError('no block is pending');
    const { block, stored } = oldest;
    this.#storedBytes -= stored;
    this.#encoded -= block instanceof Promise ? 1 : 0;
    return await block;
  }
}
