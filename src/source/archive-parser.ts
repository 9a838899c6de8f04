/** Parses one archive of any format, detected by its first bytes. */
import { CpioParser } from '../formats/cpio/cpio-parser.ts';
import { startsCpio } from '../formats/cpio/old-formats.ts';
import { BLOCK_SIZE, isHeader } from '../formats/tar/header.ts';
import { TarParser } from '../formats/tar/tar-parser.ts';
import { type ArchiveEntry, type ArchiveFormatName, fromCpio, fromTar } from './archive-entry.ts';
import type { ReadLimits } from './read-limits.ts';

/** Number of bytes needed to detect the format; fewer only where nothing follows. */
export const HEAD_SIZE: number = BLOCK_SIZE;

/** What the parsers have in common; see their own files. */
export interface ArchiveParser {
  /** Known once the first entry has been parsed. */
  readonly format: ArchiveFormatName | undefined;
  readonly ended: boolean;
  /** False for a tar archive without an end mark and a cpio archive without a trailer. */
  readonly endMarked: boolean;
  readonly skippable: number;
  skip(count: number): void;
  push(bytes: Uint8Array): number;
  finish(): void;
}

export interface ArchiveParserEvents {
  readonly entry: (entry: ArchiveEntry) => void;
  readonly data?: (bytes: Uint8Array) => void;
}

/**
 * tar is tried first: it has a checksum, and the magic of old binary cpio is two bytes that a name can begin with.
 *
 * @param head the first HEAD_SIZE bytes; they must be pushed as well
 * @param name of the archive, for messages
 * @returns undefined where these bytes begin no known archive
 */
export function startArchive(
  head: Uint8Array,
  name: string,
  events: ArchiveParserEvents,
  limits: ReadLimits,
): ArchiveParser | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, HEAD_SIZE));
  if (bytes.length === HEAD_SIZE && isHeader(bytes)) return new TarArchive(name, events, limits);
  return startsCpio(bytes) ? new CpioArchive(name, events, limits) : undefined;
}

class CpioArchive extends CpioParser implements ArchiveParser {
  readonly #format: { name: ArchiveFormatName | undefined };

  constructor(name: string, { entry, data }: ArchiveParserEvents, limits: ReadLimits) {
    const format: { name: ArchiveFormatName | undefined } = { name: undefined };
    const onEntry = (parsed: Parameters<typeof fromCpio>[0]): void => {
      format.name = parsed.header.format;
      entry(fromCpio(parsed));
    };
    super(name, { entry: onEntry, ...(data === undefined ? {} : { data }) }, limits);
    this.#format = format;
  }

  get format(): ArchiveFormatName | undefined {
    return this.#format.name;
  }
}

class TarArchive extends TarParser implements ArchiveParser {
  readonly format = 'tar';

  constructor(name: string, { entry, data }: ArchiveParserEvents, limits: ReadLimits) {
    const { nameLength, targetLength, paxSize, sparseSegments } = limits;
    const tarLimits = { nameLength, targetLength, paxSize, sparseSegments };
    const events = { entry: (parsed: Parameters<typeof fromTar>[0]) => entry(fromTar(parsed)) };
    super(name, data === undefined ? events : { ...events, data }, tarLimits);
  }
}
