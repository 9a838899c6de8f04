/** A sink that wraps the initramfs written to it in an OS package. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { centralDirectory, localHeader, requireZipSize, type StoredMember } from '../formats/zip.ts';
import {
  BOOT_DIRECTORY,
  initramfsName,
  KERNEL_NAME,
  MANIFEST_NAME,
  type OsPackage,
  osPackageManifest,
} from '../ospkg/os-package.ts';
import type { Placement } from './placement.ts';
import { commitTogether, type FileOutput } from './sink.ts';

const NO_BYTES = new Uint8Array(0);
const READ_BYTES = 4 * 1024 * 1024;

export interface OsPackageFile {
  /** Bytes. */
  readonly size: number;
  /** SHA-256 in hex: what stboot's signatures cover. */
  readonly digest: string;
}

/**
 * The zip archive is written in one pass: size and checksum of the initramfs are filled into its header at the end,
 * so the underlying sink must be a file.
 */
export class OsPackageSink implements FileOutput {
  /** All writes must pass through here, so no thread may write directly. */
  readonly descriptor = undefined;
  readonly #sink: FileOutput;
  readonly #file: number;
  readonly #format: string;
  readonly #osPackage: OsPackage;
  readonly #members: StoredMember[] = [];
  /** Offset of the header of the initramfs in the file. */
  readonly #headerOffset: number;
  #bytes = 0;
  #size = 0;
  #crc = 0;
  #finished: OsPackageFile | undefined;

  /** @param sink has a descriptor that can be written at any offset */
  constructor(sink: FileOutput, kernel: Uint8Array, osPackage: OsPackage, format: string) {
    if (sink.descriptor === undefined) throw new TypeError('an OS package needs a file to be written to');
    this.#sink = sink;
    this.#file = sink.descriptor;
    this.#osPackage = osPackage;
    this.#format = format;
    this.#add(BOOT_DIRECTORY, NO_BYTES);
    this.#add(KERNEL_NAME, kernel);
    this.#headerOffset = this.#bytes;
    this.#put(localHeader(this.#initramfs()));
  }

  write(bytes: Uint8Array): void {
    this.#size += bytes.length;
    // Fails at once, not after writing gigabytes for nothing.
    requireZipSize(this.#size);
    this.#crc = crc32(bytes, this.#crc);
    this.#put(bytes);
  }

  /**
   * Completes the archive, once. It is not visible before `commit`.
   *
   * @throws file-too-large, output-failed
   */
  finish(): OsPackageFile {
    this.#finished ??= this.#complete();
    return this.#finished;
  }

  failure(cause: unknown): unknown {
    return this.#sink.failure(cause);
  }

  seal(): void {
    this.finish();
    this.#sink.seal();
  }

  get placement(): Placement | undefined {
    return this.#sink.placement;
  }

  commit(): void {
    commitTogether([this]);
  }

  abort(): void {
    this.#sink.abort();
  }

  #complete(): OsPackageFile {
    const initramfs = this.#initramfs();
    const header = localHeader(initramfs);
    this.#members.push(initramfs);
    const manifest = osPackageManifest(this.#osPackage, this.#format);
    this.#add(MANIFEST_NAME, Buffer.from(manifest, 'utf8'));
    this.#put(centralDirectory(this.#members));
    try {
      // Size and checksum fields have a fixed length.
      writeSync(this.#file, header, 0, header.length, this.#headerOffset);
      return { size: this.#bytes, digest: digestOf(this.#file) };
    } catch (cause) {
      throw this.#sink.failure(cause);
    }
  }

  #initramfs(): StoredMember {
    return { name: initramfsName(this.#format), size: this.#size, crc: this.#crc };
  }

  #add(name: string, content: Uint8Array): void {
    const member = { name, size: content.length, crc: crc32(content) };
    this.#members.push(member);
    this.#put(localHeader(member));
    this.#put(content);
  }

  #put(bytes: Uint8Array): void {
    this.#sink.write(bytes);
    this.#bytes += bytes.length;
  }
}

/** Digest of a file that is open only for writing. */
function digestOf(descriptor: number): string {
  const hash = createHash('sha256');
  const file = openSync(`/proc/self/fd/${descriptor}`, 'r');
  try {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    for (;;) {
      const count = readSync(file, buffer);
      if (count === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}
