/**
 * Reads cpio archives of any format, plain or in .xz, with an uncompressed early segment in front or
 * without.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CpioParser } from '../cpio/cpio-parser.ts';
import { startsCpio } from '../cpio/layouts.ts';
import type { ParsedEntry } from '../cpio/parsed-entry.ts';
import { StillrootError } from '../errors.ts';
import { readXz } from '../xz/reader.ts';
import { startsStream } from '../xz/stream-header.ts';

/** How much of an uncompressed archive is read at once. */
const READ_SIZE = 1024 * 1024;

export interface ArchiveEvents {
  /** @param segment 0 for the first archive of the file, 1 for the one behind it, ... */
  readonly entry: (entry: ParsedEntry, segment: number) => void;
  readonly data?: (bytes: Uint8Array) => void;
}

/** @throws source-missing, archive-malformed, archive-not-supported */
export async function readArchive(path: string, events: ArchiveEvents): Promise<void> {
  const descriptor = openArchive(path);
  try {
    await new ArchiveReader(path, descriptor, events).run();
  } finally {
    closeSync(descriptor);
  }
}

function openArchive(path: string): number {
  try {
    const descriptor = openSync(path, 'r');
    if (fstatSync(descriptor).isFile()) return descriptor;
    closeSync(descriptor);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StillrootError(
      'source-missing',
      code === 'ENOENT' ? 'no such file' : `cannot be opened (${code})`,
      {
        where: path,
        hint: 'Name a .cpio or .cpio.xz archive.',
        cause,
      },
    );
  }
  throw new StillrootError('source-not-supported', 'is not a regular file', {
    where: path,
    hint: 'Name a .cpio or .cpio.xz archive; write a stream to a file first.',
  });
}

class ArchiveReader {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #events: ArchiveEvents;
  readonly #size: number;
  #segment = 0;

  constructor(path: string, descriptor: number, events: ArchiveEvents) {
    this.#path = path;
    this.#descriptor = descriptor;
    this.#events = events;
    this.#size = fstatSync(descriptor).size;
  }

  async run(): Promise<void> {
    if (this.#size === 0) throw this.#unknown(0, 'the file is empty');
    let offset = 0;
    for (; offset < this.#size; this.#segment += 1) {
      const head = this.#read(offset, READ_SIZE);
      if (startsStream(head)) {
        await this.#readCompressed(offset);
        return;
      }
      if (!startsCpio(head)) {
        throw this.#unknown(offset, 'neither a cpio archive nor an .xz stream begins here');
      }
      offset = this.#skipZeros(this.#readPlain(offset));
    }
  }

  #parser(): CpioParser {
    const segment = this.#segment;
    const { entry, data } = this.#events;
    return new CpioParser(this.#path, {
      entry: (found) => entry(found, segment),
      ...(data === undefined ? {} : { data }),
    });
  }

  /** @returns the offset behind the trailer */
  #readPlain(start: number): number {
    const parser = this.#parser();
    let offset = start;
    while (!parser.ended) {
      const bytes = this.#read(offset, READ_SIZE);
      if (bytes.length === 0) break;
      offset += parser.push(bytes);
      if (this.#events.data !== undefined) continue;
      const unread = Math.min(parser.skippable, this.#size - offset);
      parser.skip(unread);
      offset += unread;
    }
    parser.finish();
    return offset;
  }

  async #readCompressed(start: number): Promise<void> {
    const file = readXz(
      { size: this.#size - start, read: (offset, length) => this.#read(start + offset, length) },
      this.#path,
    );
    const parser = this.#parser();
    for (const [index] of file.blocks.entries()) {
      for await (const bytes of file.streamBlock(index)) {
        const used = parser.push(bytes);
        if (parser.ended && bytes.subarray(used).some((byte) => byte !== 0)) {
          throw new StillrootError(
            'archive-not-supported',
            'a second archive follows in the same .xz stream',
            {
              where: this.#path,
            },
          );
        }
      }
    }
    parser.finish();
  }

  #skipZeros(start: number): number {
    for (let offset = start; offset < this.#size; offset += READ_SIZE) {
      const found = this.#read(offset, READ_SIZE).findIndex((byte) => byte !== 0);
      if (found !== -1) return offset + found;
    }
    return this.#size;
  }

  #read(offset: number, length: number): Uint8Array {
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.#size - offset)));
    let filled = 0;
    while (filled < buffer.length) {
      const count = readSync(this.#descriptor, buffer, filled, buffer.length - filled, offset + filled);
      if (count === 0) break;
      filled += count;
    }
    return buffer.subarray(0, filled);
  }

  #unknown(offset: number, what: string): StillrootError {
    return new StillrootError('archive-not-supported', what, {
      where: `${this.#path}: byte ${offset}`,
      hint: 'stillroot list reads .cpio and .cpio.xz files.',
    });
  }
}
