/** Early archives of two initramfs images: which of their files differ. They hold microcode and tables, a few files. */
import { createHash } from 'node:crypto';
import {
  decodeHeader,
  FILE_TYPE_BITS,
  HEADER_SIZE,
  headerSpan,
  MAGIC,
  paddingAfter,
  TRAILER_NAME,
  TYPE_MASK,
} from '../formats/cpio/newc.ts';

/** Files shown. */
const SHOWN = 5;

interface EarlyEntry {
  /** Number of its archive, from 1. */
  readonly archive: number;
  /** Byte string. */
  readonly name: string;
  /** Which of the entries of that name in that archive it is: the kernel takes the first. */
  readonly occurrence: number;
  readonly isDirectory: boolean;
  /** All that pack keeps about it. */
  readonly text: string;
}

/**
 * What differs, as lines with `-` and `+`.
 *
 * @param a newc archives as packedEarly gives them; a boot configuration may follow
 */
export function earlyLines(a: Uint8Array, b: Uint8Array): readonly string[] {
  const [left, right] = [earlyEntries(a), earlyEntries(b)];
  const [byKeyA, byKeyB] = [byKey(left), byKey(right)];
  const keys = [...new Set([...byKeyA.keys(), ...byKeyB.keys()])];
  const differing = keys.filter((key) => byKeyA.get(key)?.text !== byKeyB.get(key)?.text);
  const files = differing.filter((key) => !(byKeyA.get(key) ?? byKeyB.get(key))?.isDirectory);
  const chosen = files.length > 0 ? files : differing;
  const isOne = [...left, ...right].every(({ archive }) => archive === 1);
  const lines = chosen.slice(0, SHOWN).flatMap((key) => {
    const [x, y] = [byKeyA.get(key), byKeyB.get(key)];
    const { archive, name, occurrence } = (x ?? y) as EarlyEntry;
    const again = occurrence > 1 ? ` (${occurrence} of that name)` : '';
    const label = `${isOne ? '' : `archive ${archive}, `}${name}${again}`;
    return [`-${label}: ${x?.text ?? 'none'}`, `+${label}: ${y?.text ?? 'none'}`];
  });
  if (chosen.length > SHOWN) return [...lines, `@ and ${chosen.length - SHOWN} more`];
  if (lines.length > 0) return lines;
  const [orderA, orderB] = [[...byKeyA.keys()], [...byKeyB.keys()]];
  const at = orderA.findIndex((key, i) => key !== orderB[i]);
  if (at !== -1) {
    const from = (order: readonly string[], entries: ReadonlyMap<string, EarlyEntry>): string =>
      order
        .slice(at, at + SHOWN)
        .map((key) => entries.get(key)?.name)
        .join(', ');
    return [`-in this order: ${from(orderA, byKeyA)}`, `+in this order: ${from(orderB, byKeyB)}`];
  }
  return [
    `-${a.length} bytes with padding and boot configuration`,
    `+${b.length} bytes with padding and boot configuration`,
  ];
}

/** Paths of all entries. */
export function earlyNames(packed: Uint8Array): readonly string[] {
  return earlyEntries(packed).map(({ name }) => pathOf(name));
}

/** Of an entry, from the root, by the name that the archive gives it. */
export function pathOf(name: string): string {
  return name.replace(/^(?:\.?\/)+(?=.)/, '').replace(/\/$/, '');
}

function byKey(entries: readonly EarlyEntry[]): ReadonlyMap<string, EarlyEntry> {
  return new Map(entries.map((entry) => [`${entry.archive} ${entry.occurrence} ${entry.name}`, entry]));
}

function earlyEntries(packed: Uint8Array): readonly EarlyEntry[] {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  const found: EarlyEntry[] = [];
  let seen = new Map<string, number>();
  let archive = 1;
  let at = 0;
  while (at + HEADER_SIZE <= bytes.length) {
    // Zeros fill up each archive.
    if (bytes[at] === 0) {
      at += 1;
      continue;
    }
    if (bytes.toString('latin1', at, at + MAGIC.length) !== MAGIC) break;
    const { mode, uid, gid, fileSize, nameSize } = decodeHeader(bytes, at, 'the archives in front');
    const name = bytes.toString('latin1', at + HEADER_SIZE, at + HEADER_SIZE + nameSize - 1);
    const start = at + headerSpan(nameSize - 1);
    at = start + fileSize + paddingAfter(fileSize);
    if (name === TRAILER_NAME) {
      archive += 1;
      seen = new Map();
      continue;
    }
    const occurrence = (seen.get(name) ?? 0) + 1;
    seen.set(name, occurrence);
    const isDirectory = (mode & TYPE_MASK) === FILE_TYPE_BITS.directory;
    const digest = createHash('sha256').update(bytes.subarray(start, start + fileSize));
    const owner = uid === 0 && gid === 0 ? '' : `, owner ${uid}:${gid}`;
    const text = isDirectory
      ? `directory${owner}`
      : `size ${fileSize}, sha256 ${digest.digest('hex').slice(0, 12)}${owner}`;
    found.push({ archive, name, occurrence, isDirectory, text });
  }
  return found;
}
