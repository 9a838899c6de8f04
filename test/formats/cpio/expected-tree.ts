/** What an archive of a tree of specifications has to hold, whichever program wrote it. */
import * as assert from 'uvu/assert';
import type { CpioWriter } from '../../../fixtures/cpio/writers.ts';
import type { Spec } from '../../../fixtures/materialize.ts';
import { parse } from './sample.ts';

const TYPE_BITS = {
  fifo: 0o010000,
  character: 0o020000,
  directory: 0o040000,
  block: 0o060000,
  file: 0o100000,
  symlink: 0o120000,
  socket: 0o140000,
};

function contentOf(spec: Spec): string {
  if (spec.type !== 'file') return '';
  const bytes = Buffer.alloc(spec.size);
  for (const piece of spec.pieces) bytes.set(piece.bytes, piece.offset);
  return bytes.toString('latin1');
}

/** The name of a hard-link group that is not a link to another. */
function firstName(specs: readonly Spec[], spec: Spec): Spec {
  if (spec.type !== 'link') return spec;
  return specs.find(({ path }) => path === spec.to) as Spec;
}

/** Every field of every entry against the specification; both names of a hard link are one inode. */
export function expectTree(bytes: Buffer, specs: readonly Spec[], writer: CpioWriter): void {
  const { entries, lines, parser } = parse(bytes, [bytes.length]);
  assert.ok(parser.ended);
  const wanted = new Map(
    specs
      .filter(({ type }) => !writer.lacks.includes(type))
      .map((spec) => [spec.path === '' ? '.' : spec.path, spec]),
  );
  const names = entries.map(({ name }) => name);
  assert.equal([...names].sort(), [...wanted.keys()].sort());
  const contents = new Map(entries.map(({ name }, index) => [name, dataOf(lines[index] ?? '')]));
  for (const { name, header, target } of entries) {
    const spec = firstName(specs, wanted.get(name) as Spec);
    if (spec.type === 'link' || spec.type === 'outside-link') throw new Error(`${name}: no such entry`);
    const device = spec.type === 'block' || spec.type === 'character';
    const [major, minor] = device ? [spec.major, spec.minor] : [0, 0];
    const names = namesOf(specs, spec).length;
    assert.is(header.format, writer.format, name);
    assert.is(header.mode, TYPE_BITS[spec.type] | spec.mode, name);
    assert.equal([header.uid, header.gid, header.mtime], [spec.uid, spec.gid, spec.mtime], name);
    if (device) assert.equal([header.rdeviceMajor, header.rdeviceMinor], [major, minor], name);
    assert.is(target, spec.type === 'symlink' ? spec.target : '', name);
    assert.is(header.nameSize, name.length + 1, name);
    if (spec.type === 'directory') continue;
    assert.is(header.nlink, names, name);
    if (names > 1) continue;
    assert.is(contents.get(name), contentOf(spec), name);
    assert.is(header.fileSize, contentOf(spec).length + target.length, name);
  }
  for (const spec of specs.filter(({ type }) => type === 'file')) {
    const names = namesOf(specs, spec);
    if (names.length === 1) continue;
    const group = entries.filter(({ name }) => names.includes(name));
    assert.is(group.length, names.length);
    assert.is(new Set(group.map(({ header }) => header.inode)).size, 1);
    const everyName = writer.format === 'odc' || writer.format === 'binary-little';
    const before = names.slice(1).map(() => (everyName ? contentOf(spec) : ''));
    const data = group.map(({ name }) => contents.get(name));
    assert.equal(data, [...before, contentOf(spec)], 'on the last name, or on each');
  }
}

function namesOf(specs: readonly Spec[], spec: Spec): string[] {
  const others = specs.filter((other) => other.type === 'link' && other.to === spec.path);
  return [spec, ...others].map(({ path }) => path);
}

/** Data after the line of an entry; no name or target of the tree contains a bar. */
function dataOf(line: string): string {
  return line.slice(line.indexOf('|') + 1);
}

/** The same archive as a machine of the other byte order would write it: the words of every header swapped. */
export function swapBinary(bytes: Buffer): Buffer {
  const swapped = Buffer.from(bytes);
  const { entries } = parse(bytes, [bytes.length]);
  const last = entries.at(-1);
  const end = last === undefined ? 0 : last.dataOffset + last.header.fileSize + (last.header.fileSize % 2);
  for (const offset of [...entries.map((entry) => entry.offset), end]) {
    swapped.subarray(offset, offset + 26).swap16();
  }
  return swapped;
}
