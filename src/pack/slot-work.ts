/** What either thread does with the slots of an output. */
import { createHash, type Hash, hash } from 'node:crypto';
import type { SharedFiles } from '../source/source.ts';
import { writeFully } from '../system/files.ts';
import type { OutputRing, Slot } from './output-ring.ts';
import type { SlotPart } from './slot-parts.ts';

export interface SlotWorkOptions {
  /** Of the output. */
  readonly descriptor: number;
  /** Whether it can be written at any offset: otherwise it is written in order. */
  readonly isNewFile: boolean;
  /** What parts are read from. Undefined where none has parts. */
  readonly files: SharedFiles | undefined;
}

/** A failure of writing, which only the owner of the output can explain. */
export class WriteFailure {
  readonly cause: NodeJS.ErrnoException;

  constructor(cause: unknown) {
    this.cause = cause as NodeJS.ErrnoException;
  }
}

export class SlotWork {
  readonly #ring: OutputRing;
  readonly #options: SlotWorkOptions;
  /** Of all slots, where this thread digests. */
  #hash: Hash | undefined;
  /** Of a file that several slots have parts of. */
  #fileHash: Hash | undefined;

  constructor(ring: OutputRing, options: SlotWorkOptions) {
    this.#ring = ring;
    this.#options = options;
  }

  /**
   * Does one thing that can be done now.
   *
   * @returns false where there is none
   * @throws StillrootError from the source; WriteFailure
   */
  step(): boolean {
    // First what frees a slot, then what is to be freed next.
    if (this.#hash !== undefined && this.#digestNext(this.#hash)) return true;
    const slot = this.#ring.takeToFill();
    if (slot !== undefined) {
      this.#fill(slot);
      return true;
    }
    if (this.#ring.toDigest() === undefined || !this.#ring.becomeDigester()) return false;
    this.#hash = createHash('sha256');
    return true;
  }

  /** SHA-256 of the output in hex, once everything is done; undefined where the other thread has digested it. */
  digest(): string | undefined {
    return this.#hash?.digest('hex');
  }

  #fill(slot: Slot): void {
    const { files, isNewFile } = this.#options;
    for (let index = 0; index < slot.partCount; index += 1) {
      const part = slot.parts.get(index);
      const target = slot.bytes.subarray(part.start, part.start + part.length);
      files?.readPart(part.file, part.position, target);
      if (part.isDigested && isWhole(part)) slot.parts.setDigest(index, hash('sha256', target));
    }
    if (isNewFile) this.#write(slot.bytes, slot.offset);
    this.#ring.filled(slot);
  }

  #digestNext(output: Hash): boolean {
    const slot = this.#ring.toDigest();
    if (slot === undefined) return false;
    output.update(slot.bytes);
    this.#digestLargeFiles(slot);
    if (!this.#options.isNewFile) this.#write(slot.bytes);
    this.#ring.digested(slot);
    return true;
  }

  /** Only here do their parts come in order. They are the first or the last of a slot. */
  #digestLargeFiles({ bytes, parts, partCount }: Slot): void {
    for (const index of partCount < 2 ? [0] : [0, partCount - 1]) {
      if (index >= partCount) continue;
      const part = parts.get(index);
      if (!part.isDigested || isWhole(part)) continue;
      if (part.position === 0) this.#fileHash = createHash('sha256');
      this.#fileHash?.update(bytes.subarray(part.start, part.start + part.length));
      if (part.position + part.length === part.file.size) {
        parts.setDigest(index, this.#fileHash?.digest('hex') as string);
        this.#fileHash = undefined;
      }
    }
  }

  #write(bytes: Buffer, offset?: number): void {
    try {
      writeFully(this.#options.descriptor, bytes, offset);
    } catch (cause) {
      throw new WriteFailure(cause);
    }
  }
}

function isWhole({ position, length, file }: SlotPart): boolean {
  return position === 0 && length === file.size;
}
