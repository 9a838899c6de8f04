/**
 * Adds a note to an ELF program: where Node looks for the blob of a single executable application. What is in the program
 * stays where it is. A new segment behind all others holds the note, and with it the name of the program interpreter and
 * the old notes, which have to make room: their place, right behind the table of segments, is needed for its new entry.
 *
 * Specification: System V ABI, chapters 4 and 5; `postject-api.h` in Node's sources.
 */

const HEADER_SIZE = 64;
const ENTRY_SIZE = 56;
const PT_LOAD = 1;
const PT_INTERP = 3;
const PT_NOTE = 4;
const PT_PHDR = 6;
const READABLE = 4;
/** Of every page size that Linux has on these processors. */
const ALIGNMENT = 0x10000;

/** An entry of the table of segments. */
interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly physical: number;
  /** Bytes in the file, and in memory. */
  readonly size: number;
  readonly memory: number;
  readonly alignment: number;
}

/** In front of a note: sizes of name and content, type, name. */
function encodeNote(name: string, content: Uint8Array): Buffer {
  const nameBytes = Buffer.from(`${name}\0`);
  const head = Buffer.alloc(12);
  head.writeUInt32LE(nameBytes.length, 0);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, padded(nameBytes), padded(content)]);
}

/**
 * @param program a 64-bit little-endian ELF with an interpreter and notes, as linkers arrange it
 * @throws Error where it is anything else
 */
export function withElfNote(program: Uint8Array, name: string, content: Uint8Array): Buffer {
  const bytes = Buffer.from(program);
  const segments = readSegments(bytes);
  const interpreter = only(segments, PT_INTERP);
  const notes = only(segments, PT_NOTE);
  const loaded = segments.filter(({ type }) => type === PT_LOAD);
  const [first] = loaded;
  if (first === undefined || first.offset !== 0) throw new Error('the first segment is not loaded');
  makeSureOfRoom(segments, [interpreter, notes]);

  const offset = aligned(bytes.length);
  const address = aligned(Math.max(...loaded.map((segment) => segment.address + segment.memory)));
  const interpreterBytes = padded(contentOf(bytes, interpreter));
  const noteBytes = Buffer.concat([padded(contentOf(bytes, notes)), encodeNote(name, content)]);
  const added = Buffer.concat([interpreterBytes, noteBytes]);
  const moved = (segment: Segment, by: number, size: number): Segment => {
    const place = { offset: offset + by, address: address + by, physical: address + by };
    return { ...segment, ...place, size, memory: size };
  };
  const segmentAdded: Segment = {
    ...{ type: PT_LOAD, flags: READABLE, alignment: ALIGNMENT },
    ...{ offset, address, physical: address, size: added.length, memory: added.length },
  };
  const tableSize = (segments.length + 1) * ENTRY_SIZE;
  const table = segments.flatMap((segment) => {
    if (segment === interpreter) return [moved(segment, 0, segment.size)];
    if (segment === notes) return [moved(segment, interpreterBytes.length, noteBytes.length)];
    if (segment.type === PT_PHDR) return [{ ...segment, size: tableSize, memory: tableSize }];
    // Loaded segments are sorted by address.
    return segment === loaded.at(-1) ? [segment, segmentAdded] : [segment];
  });
  writeSegments(bytes, table);
  return Buffer.concat([bytes, Buffer.alloc(offset - bytes.length), added]);
}

function readSegments(bytes: Buffer): Segment[] {
  // 0 magic, 4 class: 64 bits, 5 data: little-endian; 32 offset of the table, 54 size of an entry, 56 number
  const isKnown = bytes.length >= HEADER_SIZE && bytes.readUInt32BE(0) === 0x7f454c46;
  if (!isKnown || bytes[4] !== 2 || bytes[5] !== 1) throw new Error('not a 64-bit little-endian ELF file');
  const start = Number(bytes.readBigUInt64LE(32));
  if (start !== HEADER_SIZE || bytes.readUInt16LE(54) !== ENTRY_SIZE) {
    throw new Error('its table of segments is not behind its header');
  }
  return Array.from({ length: bytes.readUInt16LE(56) }, (_, at) => {
    const entry = HEADER_SIZE + at * ENTRY_SIZE;
    const word = (index: number): number => Number(bytes.readBigUInt64LE(entry + 8 + 8 * index));
    return {
      ...{ type: bytes.readUInt32LE(entry), flags: bytes.readUInt32LE(entry + 4) },
      ...{ offset: word(0), address: word(1), physical: word(2) },
      ...{ size: word(3), memory: word(4), alignment: word(5) },
    };
  });
}

function writeSegments(bytes: Buffer, segments: readonly Segment[]): void {
  bytes.writeUInt16LE(segments.length, 56);
  for (const [at, { type, flags, ...words }] of segments.entries()) {
    const entry = HEADER_SIZE + at * ENTRY_SIZE;
    bytes.writeUInt32LE(type, entry);
    bytes.writeUInt32LE(flags, entry + 4);
    const { offset, address, physical, size, memory, alignment } = words;
    for (const [index, word] of [offset, address, physical, size, memory, alignment].entries()) {
      bytes.writeBigUInt64LE(BigInt(word), entry + 8 + 8 * index);
    }
  }
}

/** The new entry takes the place of what moves, which must begin where the table ends, and be long enough. */
function makeSureOfRoom(segments: readonly Segment[], moving: readonly Segment[]): void {
  let end = HEADER_SIZE + segments.length * ENTRY_SIZE;
  const wanted = end + ENTRY_SIZE;
  for (const { offset, size } of moving.toSorted((a, b) => a.offset - b.offset)) {
    if (offset > end + 8) break;
    end = offset + size;
  }
  if (end < wanted) throw new Error('there is no room for another segment');
}

function only(segments: readonly Segment[], type: number): Segment {
  const [found, ...others] = segments.filter((segment) => segment.type === type);
  if (found === undefined || others.length > 0) throw new Error(`not one segment of type ${type}`);
  return found;
}

function contentOf(bytes: Buffer, { offset, size }: Segment): Buffer {
  return bytes.subarray(offset, offset + size);
}

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}

function aligned(position: number): number {
  return Math.ceil(position / ALIGNMENT) * ALIGNMENT;
}
