import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { styleText as nodeStyleText } from 'node:util';
import { crc32 } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { GZIP_COMPRESSOR, XZ_COMPRESSOR, ZSTD_COMPRESSOR } from '../../src/single-file/left-out.ts';
import { ownCrc32, styleText } from '../../src/single-file/node.ts';
import { OutputThread } from '../../src/single-file/output-thread.ts';
import type { SharedFiles } from '../../src/source/source.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('single-file/stand-ins');
const scratch = new Scratch('stand-ins');
test.after(() => scratch.remove());

test('CRC-32 without that of Node', () => {
  // The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
  assert.is(ownCrc32('123456789'), 0xcbf43926);
  assert.is(ownCrc32(''), 0);
  for (const length of [1, 3, 255, 4096]) {
    const bytes = Buffer.from(Array.from({ length }, (_, index) => (index * 7 + length) & 255));
    assert.is(ownCrc32(bytes), crc32(bytes), `${length} bytes`);
    const half = length >> 1;
    assert.is(
      ownCrc32(bytes.subarray(half), ownCrc32(bytes.subarray(0, half))),
      crc32(bytes),
      `${length}, in two`,
    );
  }
});

test('styles as Node has them', () => {
  for (const style of ['bold', 'dim', 'red', 'green', 'yellow'] as const) {
    assert.is(styleText(style, 'x'), nodeStyleText(style, 'x', { validateStream: false }));
  }
});

test('an output that is written on the same thread', async () => {
  const descriptor = openSync(scratch.in('out'), 'w');
  const output = new OutputThread(descriptor);
  const wanted: Buffer[] = [];
  for (const size of [5, 1, 1024 * 1024, 3]) {
    const slot = output.next();
    assert.ok(slot !== undefined && slot.length >= size);
    const piece = Buffer.alloc(size, `piece ${size} `);
    piece.copy(slot);
    output.pass(size);
    await output.makeRoom();
    wanted.push(piece);
  }
  const whole = Buffer.concat(wanted);
  assert.is(await output.finish(), createHash('sha256').update(whole).digest('hex'));
  await output.close();
  closeSync(descriptor);
  assert.ok(readFileSync(scratch.in('out')).equals(whole));
});

test('files are read on the same thread, and digested', async () => {
  const descriptor = openSync(scratch.in('read'), 'w');
  const readPart: SharedFiles['readPart'] = ({ path }, position, target) =>
    void Buffer.from(`in ${path}`).copy(target, 0, position, position + target.length);
  const output = new OutputThread(descriptor, true, { tree: { name: '', root: -1 }, readPart });
  for (const path of ['a', 'b']) {
    output.next()?.write('<.....>');
    assert.ok(output.hasRoomFor(path));
    const file = { path, size: 4, mtime: 0, nanoseconds: 0 };
    output.add({ file, position: 0, start: 1, length: 4, isDigested: true });
    output.pass(6);
    await output.makeRoom();
  }
  assert.is(await output.finish(), createHash('sha256').update('<in a.<in b.').digest('hex'));
  const digests = ['in a', 'in b'].map((content) => createHash('sha256').update(content).digest('hex'));
  assert.equal(output.takeDigests(), digests);
  closeSync(descriptor);
  assert.is(readFileSync(scratch.in('read'), 'latin1'), '<in a.<in b.');
});

test('writing that fails is said at the end, and nothing is asked for any more', async () => {
  const descriptor = openSync('/dev/null', 'r');
  const output = new OutputThread(descriptor);
  output.next()?.fill(1);
  output.pass(10);
  await output.makeRoom();
  assert.ok(output.hasFailed);
  assert.is(output.next(), undefined);
  output.pass(10);
  try {
    await output.finish();
    assert.unreachable();
  } catch (error) {
    assert.is((error as NodeJS.ErrnoException).code, 'EBADF');
  }
  closeSync(descriptor);
});

test('there are no encoders', () => {
  for (const { assertUsable } of [XZ_COMPRESSOR, ZSTD_COMPRESSOR, GZIP_COMPRESSOR])
    assert.throws(assertUsable, /no encoders/);
});

test.run();
