/**
 * The boot configuration that `bootconfig -a` of the kernel appends to an initrd: text, NUL up to a multiple of four
 * bytes of the whole file, then its size and the sum of its bytes (32 bits each, little endian) and the word
 * `#BOOTCONFIG\n`. The kernel removes it before it unpacks the archives. Documentation/admin-guide/bootconfig.rst
 */
import { StillrootError } from '../errors.ts';
import type { ByteInput } from '../formats/input.ts';

export interface BootConfig {
  /** Where it begins in the file, and so where the archives end. */
  readonly offset: number;
  /** Its text, without the trailing NUL. */
  readonly text: Uint8Array;
}

/** Where the archives of a file end. */
export interface ArchivesEnd {
  readonly end: number;
  readonly bootConfig?: BootConfig;
  /** What is wrong with the boot configuration, for callers that have read the archives before it. */
  readonly fault?: StillrootError;
}

const MAGIC = Buffer.from('#BOOTCONFIG\n', 'latin1');
const FOOTER_BYTES = 8 + MAGIC.length;
/** A boot loader may have padded the size to a multiple of four, so the kernel looks for the word up to this far before the end. */
const BEHIND_MAX = 3;
/** XBC_DATA_MAX of the kernel, which ignores anything as long or longer. Bytes. */
const SIZE_LIMIT = 32 * 1024 - 1;
const ALIGNMENT = 4;

const APPEND_AGAIN =
  'Linux ignores it; remove it with bootconfig -d FILE, and append it again with bootconfig -a CONFIG FILE.';

/** @param name of the file, for messages */
export function findBootConfig(input: ByteInput, name: string): ArchivesEnd {
  const start = Math.max(0, input.size - FOOTER_BYTES - BEHIND_MAX);
  const tail = Buffer.from(input.read(start, FOOTER_BYTES + BEHIND_MAX));
  const at = tail.lastIndexOf(MAGIC);
  if (at < 8) return { end: input.size };
  const footer = start + at - 8;
  const size = tail.readUInt32LE(at - 8);
  const sum = tail.readUInt32LE(at - 4);
  const fault = (what: string, end: number, hint: string = APPEND_AGAIN): ArchivesEnd => ({
    end,
    fault: new StillrootError('archive-malformed', `the boot configuration at the end ${what}`, {
      where: `${name}: byte ${footer}`,
      hint,
    }),
  });
  if (size > footer) {
    return fault(`claims ${size} bytes, but only ${footer} precede its size field`, footer);
  }
  const offset = footer - size;
  if (size >= SIZE_LIMIT) {
    return fault(`has ${size} bytes, but Linux accepts at most ${SIZE_LIMIT - 1}`, offset);
  }
  const bytes = input.read(offset, size);
  const found = sumOf(bytes);
  if (found !== sum) return fault(`has the checksum ${found}, but claims ${sum}`, offset);
  // Tools that concatenate finished images leave one before another.
  const before = findBootConfig({ size: offset, read: (from, length) => input.read(from, length) }, name);
  if (before.bootConfig !== undefined || before.fault !== undefined) {
    return fault(
      `follows another one at byte ${before.end}, and Linux reads the last one only`,
      before.end,
      'Take off both (bootconfig -d FILE, twice), and append one that has the settings of both with bootconfig -a CONFIG FILE.',
    );
  }
  return { end: offset, bootConfig: { offset, text: withoutNul(bytes) } };
}

/** Whether a boot configuration begins here, before further archives, where Linux does not look for one. */
export function beginsBootConfig(input: Pick<ByteInput, 'read'>, offset: number): boolean {
  const bytes = Buffer.from(input.read(offset, SIZE_LIMIT + FOOTER_BYTES + BEHIND_MAX));
  for (let at = bytes.indexOf(MAGIC); at !== -1; at = bytes.indexOf(MAGIC, at + 1)) {
    if (at >= 8 && bytes.readUInt32LE(at - 8) === at - 8) return true;
  }
  return false;
}

/**
 * As the kernel wants it after a file whose size is a multiple of four, as in every archive that stillroot writes.
 *
 * @throws archive-malformed where the trailing NUL makes it too long
 */
export function encodeBootConfig(text: Uint8Array): Buffer {
  const size = text.length + 1 + ((ALIGNMENT - ((text.length + 1) % ALIGNMENT)) % ALIGNMENT);
  if (size >= SIZE_LIMIT) {
    throw new StillrootError(
      'archive-malformed',
      `the boot configuration has ${size} bytes with its final NUL, but Linux accepts at most ${SIZE_LIMIT - 1}`,
      { hint: 'Shorten it, or remove it with bootconfig -d FILE.' },
    );
  }
  const bytes = Buffer.alloc(size + FOOTER_BYTES);
  bytes.set(text);
  bytes.writeUInt32LE(size, size);
  bytes.writeUInt32LE(sumOf(text), size + 4);
  bytes.set(MAGIC, size + 8);
  return bytes;
}

/** Of at most 32,766 bytes, so the sum stays below 2^32. */
function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum + byte, 0);
}

function withoutNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  return bytes.subarray(0, end);
}
