/** The bytes of an archive file, whatever its compression, member by member as the kernel reads them. */

import type { StillrootError } from '../errors.ts';
import { type Compression, detectCompression, type Format } from '../formats/compression.ts';
import type { DecoderInput } from '../formats/decoder.ts';
import type { FileBlocks } from '../formats/file-blocks.ts';
import { cachedInput, firstNonZero } from '../formats/input.ts';
import { type BootConfig, findBootConfig } from './boot-config.ts';
import { Expansion } from './expansion.ts';
import { type InputFile, openInputFile } from './input-file.ts';
import { type ReadLimits, readLimits } from './read-limits.ts';

export type { Compression };

export interface ArchiveFile {
  /** As the user named it; for messages. */
  readonly name: string;
  /** Bytes of the file. */
  readonly size: number;
  /** Counts what has come out of it. */
  readonly expansion: Expansion;
  /** Where its archives end: before the boot configuration, if it has one. */
  readonly end: number;
  readonly bootConfig: BootConfig | undefined;
  /** What is wrong with the boot configuration; to be thrown once the archives before it have been read. */
  readonly fault: StillrootError | undefined;
  /**
   * What begins at `offset` of the file or after zeros there; undefined where nothing but zeros follows.
   * @throws archive-not-supported for an unsupported compression
   */
  memberAt(offset: number): Member | undefined;
  /** Raw bytes of the file; fewer than `length` only at its end. */
  read(offset: number, length: number): Uint8Array;
  /** Like `read`, but into reusable memory. @returns how many bytes; fewer than `target` has only at the end */
  readInto(target: Uint8Array, offset: number): number;
  close(): void;
}

export interface Member {
  /** Where it begins in the file. */
  readonly offset: number;
  readonly compression: Compression;
  /**
   * The uncompressed bytes in order. Pieces may be yielded before the check after them has been compared, so
   * nothing is certain until the generator has finished. It returns where the next member may begin.
   * A piece is valid until the next one is requested.
   * @throws archive-malformed, archive-not-supported, archive-limit
   */
  stream(): AsyncGenerator<Uint8Array, MemberEnd, undefined>;
  /**
   * Reads a part without the bytes before it. Undefined where the format does not allow it.
   * @throws archive-malformed and the like: the headers of all blocks, and for .xz the index, are read now
   */
  random(): PlainAccess | BlockAccess | undefined;
}

export interface MemberEnd {
  readonly nextOffset: number;
}

/** An uncompressed member: the rest of the file. */
export interface PlainAccess {
  readonly kind: 'plain';
  /** Bytes from the member's offset to the end of the file. */
  readonly size: number;
  /** Fewer than `length` bytes only at the end. @param offset from the start of the member */
  read(offset: number, length: number): Uint8Array;
}

/**
 * A member of one or several blocks that can be decoded alone: .xz, and .zst as stillroot writes it.
 *
 * Two blocks whose bytes in the file are equal (`ArchiveFile.read(offset, packedSize)`) and whose check is of the same
 * kind have equal content; about files made to mislead, see `reach`.
 */
export interface BlockAccess extends Omit<FileBlocks, 'uncompressedSize' | 'end'> {
  readonly kind: 'blocks';
  /** Uncompressed bytes. */
  readonly size: number;
  /** Where the next member may begin. */
  readonly nextOffset: number;
}

/**
 * @param path the file as the user named it
 * @throws source-missing, source-not-supported where it is not a regular file
 */
export function openArchiveFile(path: string, limits: Partial<ReadLimits> = {}): ArchiveFile {
  const file = openInputFile(path);
  const expansion = new Expansion(path, file.size, readLimits(limits));
  return archiveFileOf(path, file, expansion, findBootConfig(file, path));
}

/**
 * A file that is open already, or that is inside another one.
 *
 * @param name for messages
 * @param behind what follows the archives; nothing by default
 */
export function archiveFileOf(
  name: string,
  file: InputFile,
  expansion: Expansion,
  behind: ReturnType<typeof findBootConfig> = { end: file.size },
): ArchiveFile {
  const { end, bootConfig, fault } = behind;
  const archives = upTo(file, end);
  const input = cachedInput(archives);
  return {
    name,
    size: file.size,
    expansion,
    end,
    bootConfig,
    fault,
    read: (offset, length) => file.read(offset, length),
    readInto: (target, offset) => file.readInto(target, offset),
    close: () => file.close(),
    memberAt(offset) {
      const start = skipZeros(archives, offset);
      if (start === undefined) return undefined;
      const format = detectCompression(input, start, name);
      if (format === undefined) return plainMember(archives, start);
      const from = { input, offset: start, name, guard: expansion.guard(start) };
      return compressedMember(from, format);
    },
  };
}

/** The first `size` bytes of the file. */
function upTo(file: InputFile, size: number): InputFile {
  if (size === file.size) return file;
  return {
    ...file,
    size,
    read: (offset, length) => file.read(offset, Math.max(0, Math.min(length, size - offset))),
    readInto: (target, offset) => file.readInto(target.subarray(0, Math.max(0, size - offset)), offset),
  };
}

/** Uncompressed bytes are yielded in pieces of this size. */
const READ_BYTES = 1024 * 1024;

function skipZeros(file: InputFile, start: number): number | undefined {
  for (let offset = start; offset < file.size; offset += READ_BYTES) {
    const found = firstNonZero(file.read(offset, READ_BYTES));
    if (found !== -1) return offset + found;
  }
  return undefined;
}

function plainMember(file: InputFile, start: number): Member {
  return {
    offset: start,
    compression: 'none',
    async *stream() {
      for (let at = start; at < file.size; ) {
        const bytes = file.read(at, READ_BYTES);
        if (bytes.length === 0) break;
        at += bytes.length;
        yield bytes;
      }
      return { nextOffset: file.size };
    },
    random: () => ({
      kind: 'plain',
      size: file.size - start,
      read: (offset, length) => file.read(start + offset, length),
    }),
  };
}

function compressedMember(from: DecoderInput, { compression, decode, openBlocks }: Format): Member {
  let opened: FileBlocks | undefined;
  return {
    offset: from.offset,
    compression,
    async *stream() {
      // The blocks of a member that was already opened need not be searched again.
      if (opened !== undefined) {
        yield* opened.stream();
        return { nextOffset: opened.end };
      }
      return { nextOffset: yield* decode(from) };
    },
    random() {
      opened ??= openBlocks?.(from);
      return opened && blockAccess(opened);
    },
  };
}

function blockAccess({ uncompressedSize, end, ...blocks }: FileBlocks): BlockAccess {
  return { kind: 'blocks', ...blocks, size: uncompressedSize, nextOffset: end };
}
