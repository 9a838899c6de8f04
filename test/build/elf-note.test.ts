// The note that makes a single executable application of Node. That the result runs is tested by executable.system.ts.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withElfNote } from '../../.ci/build/elf-note.ts';

const test = suite('build/elf-note');

const [PT_LOAD, PT_INTERP, PT_NOTE, PT_PHDR] = [1, 3, 4, 6];
const BASE = 0x400000;
const INTERPRETER = '/lib/ld.so\0';
/** One note: sizes of name and content, type, name, content. */
const NOTE = Buffer.concat([
  Buffer.from([4, 0, 0, 0, 40, 0, 0, 0, 3, 0, 0, 0]),
  Buffer.from('GNU\0'),
  Buffer.alloc(40, 7),
]);
const CODE = 'what the program does';

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
  readonly memory: number;
}

function table(bytes: Buffer): Entry[] {
  return Array.from({ length: bytes.readUInt16LE(56) }, (_, at) => {
    const entry = 64 + 56 * at;
    const word = (index: number): number => Number(bytes.readBigUInt64LE(entry + 8 + 8 * index));
    return {
      ...{ type: bytes.readUInt32LE(entry), offset: word(0), address: word(1) },
      ...{ size: word(3), memory: word(4) },
    };
  });
}

/** As linkers arrange it: header, table, interpreter, notes, all else. */
function program({ interpreter = INTERPRETER, note = NOTE, gap = 0, memory = 0x20000 } = {}): Buffer {
  const types = [PT_PHDR, PT_INTERP, PT_LOAD, PT_LOAD, PT_NOTE];
  const tableEnd = 64 + 56 * types.length;
  const interpreterAt = tableEnd + gap;
  const noteAt = (interpreterAt + interpreter.length + 3) & ~3;
  const codeAt = noteAt + note.length;
  const bytes = Buffer.alloc(codeAt + CODE.length);
  bytes.write('\x7fELF\x02\x01', 'latin1');
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(types.length, 56);
  const places: Record<number, [offset: number, size: number, memory?: number]> = {
    0: [64, tableEnd - 64],
    1: [interpreterAt, interpreter.length],
    2: [0, codeAt],
    3: [codeAt, CODE.length, memory],
    4: [noteAt, note.length],
  };
  for (const [at, type] of types.entries()) {
    const [offset, size, inMemory = size] = places[at]!;
    bytes.writeUInt32LE(type, 64 + 56 * at);
    for (const [index, word] of [offset, BASE + offset, BASE + offset, size, inMemory, 8].entries()) {
      bytes.writeBigUInt64LE(BigInt(word), 64 + 56 * at + 8 + 8 * index);
    }
  }
  bytes.write(interpreter, interpreterAt, 'latin1');
  note.copy(bytes, noteAt);
  bytes.write(CODE, codeAt, 'latin1');
  return bytes;
}

const contentOf = (bytes: Buffer, { offset, size }: Entry): Buffer => bytes.subarray(offset, offset + size);

test('the note and what made room for it are in a segment behind all others', () => {
  const before = program();
  const bytes = withElfNote(before, 'NODE_SEA_BLOB', Buffer.from('blob!'));
  const entries = table(bytes);
  assert.equal(
    entries.map(({ type }) => type),
    [PT_PHDR, PT_INTERP, PT_LOAD, PT_LOAD, PT_LOAD, PT_NOTE],
  );
  const [header, interpreter, first, code, added, notes] = entries as [
    Entry,
    Entry,
    Entry,
    Entry,
    Entry,
    Entry,
  ];
  assert.is(header.size, 6 * 56);
  assert.is(contentOf(bytes, interpreter).toString('latin1'), INTERPRETER);
  const blob = Buffer.concat([
    Buffer.from([14, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0]),
    Buffer.from('NODE_SEA_BLOB\0\0\0blob!\0\0\0'),
  ]);
  assert.ok(contentOf(bytes, notes).equals(Buffer.concat([NOTE, blob])));
  // Everything else is where it was.
  assert.equal([first, code], [table(before)[2], table(before)[3]]);
  assert.is(contentOf(bytes, code).toString('latin1'), CODE);
  // The new segment is beyond what the others take in memory, on pages of its own, and holds both.
  assert.ok(added.address >= code.address + code.memory);
  assert.equal([added.offset % 0x10000, added.address % 0x10000], [0, 0]);
  assert.is(added.offset + added.size, bytes.length);
  for (const { offset, address, size } of [interpreter, notes]) {
    assert.ok(offset >= added.offset && offset + size <= bytes.length);
    assert.is(address - added.address, offset - added.offset);
  }
});

test('made twice it is the same, and what was given stays as it was', () => {
  const before = program();
  const copy = Buffer.from(before);
  const [first, second] = [1, 2].map(() => withElfNote(before, 'name', Buffer.from('x')));
  assert.ok(first?.equals(second as Buffer));
  assert.ok(before.equals(copy));
});

test('what is arranged in another way is refused', () => {
  const note = (bytes: Buffer) => () => withElfNote(bytes, 'name', Buffer.from('x'));
  assert.throws(note(program({ interpreter: '/l\0', note: NOTE.subarray(0, 20) })), /no room/);
  assert.throws(note(program({ gap: 16 })), /no room/);
  assert.throws(note(Buffer.from('#!/bin/sh\n'.repeat(20))), /not a 64-bit little-endian ELF/);
  assert.throws(note(Buffer.alloc(10)), /not a 64-bit little-endian ELF/);
  const big = program();
  big[5] = 2;
  assert.throws(note(big), /not a 64-bit little-endian ELF/);
  const moved = program();
  moved.writeBigUInt64LE(128n, 32);
  assert.throws(note(moved), /not behind its header/);
  // A program that has no interpreter is linked statically.
  const statically = program();
  statically.writeUInt32LE(0, 64 + 56);
  assert.throws(note(statically), /not one segment of type 3/);
  // A second note, by another tool.
  assert.throws(note(withNote(program())), /not one segment of type 4/);
});

function withNote(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(PT_NOTE, 64 + 56 * 3);
  return bytes;
}

test.run();
