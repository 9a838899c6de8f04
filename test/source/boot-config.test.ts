import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ArchivesEnd,
  beginsBootConfig,
  encodeBootConfig,
  findBootConfig,
} from '../../src/source/boot-config.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('boot-config');

/** As the kernel's tools/bootconfig writes it, after `front` bytes: padded so that the total is a multiple of four. */
function appended(front: number, text: string, lies: { size?: number; sum?: number } = {}): Buffer {
  const data = Buffer.from(`${text}\0`, 'latin1');
  const padding = (4 - ((front + data.length + 20) % 4)) % 4;
  const config = Buffer.concat([data, Buffer.alloc(padding)]);
  const footer = Buffer.alloc(8);
  footer.writeUInt32LE(lies.size ?? config.length, 0);
  footer.writeUInt32LE(lies.sum ?? data.reduce((sum, byte) => sum + byte, 0), 4);
  return Buffer.concat([Buffer.alloc(front, 'x'), config, footer, Buffer.from('#BOOTCONFIG\n')]);
}

function found(bytes: Buffer): ArchivesEnd {
  const read = (offset: number, length: number): Buffer => bytes.subarray(offset, offset + length);
  return findBootConfig({ size: bytes.length, read }, 'initrd.img');
}

const textOf = ({ bootConfig }: ArchivesEnd): string | undefined =>
  bootConfig && Buffer.from(bootConfig.text).toString('latin1');

test('it is found behind a file of any size, and up to three bytes before the end', () => {
  for (const front of [0, 1, 2, 3, 4, 1000, 1001]) {
    for (const behind of [0, 1, 2, 3]) {
      const end = found(Buffer.concat([appended(front, 'kernel.foo = 1\n'), Buffer.alloc(behind)]));
      assert.equal([end.end, textOf(end), end.fault], [front, 'kernel.foo = 1\n', undefined]);
    }
  }
});

test('a file without one, or with one somewhere else, ends where it ends', () => {
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('#BOOTCONFIG\n'),
    Buffer.alloc(100, 'x'),
    Buffer.concat([appended(8, 'a = 1'), Buffer.alloc(4)]),
    appended(8, 'a = 1').subarray(0, -1),
  ]) {
    assert.equal(found(bytes), { end: bytes.length });
  }
});

test('one whose size or checksum is wrong is a fault that says so', () => {
  for (const [bytes, said, end] of [
    [appended(8, 'abc', { size: 0xffff_fff0 }), /claims 4294967280 bytes, but only 12 precede/, 12],
    [appended(8, 'abc', { size: 13 }), /claims 13 bytes, but only 12 precede/, 12],
    [appended(8, 'abc', { sum: 0xffff_ffff }), /has the checksum 294, but claims 4294967295/, 8],
    [appended(8, 'abc', { sum: 0 }), /has the checksum 294, but claims 0/, 8],
    [appended(8, 'abc', { size: 8 }), /has the checksum \d+, but claims/, 4],
    [appended(8, 'x'.repeat(32_764)), /has 32768 bytes, but Linux accepts at most 32766/, 8],
  ] as const) {
    const { fault, bootConfig, ...rest } = found(bytes);
    assert.equal([rest.end, bootConfig, fault?.code], [end, undefined, 'archive-malformed']);
    assert.match(fault?.message ?? '', said);
    assert.match(fault?.where ?? '', /^initrd\.img: byte \d+$/);
    assert.match(fault?.hint ?? '', /bootconfig -d FILE/);
  }
});

test('two of them: where the first begins, and to take off both', () => {
  const first = appended(8, 'kernel.a = 1\n');
  for (const between of [0, 1, 3]) {
    const front = Buffer.concat([first, Buffer.alloc(between)]);
    const bytes = Buffer.concat([front, appended(front.length, 'kernel.b = 2\n').subarray(front.length)]);
    const { end, fault } = found(bytes);
    assert.is(end, 8);
    assert.match(fault?.message ?? '', /follows another one at byte 8, and Linux reads the last one only/);
    assert.match(fault?.hint ?? '', /^Take off both \(bootconfig -d FILE, twice\)/);
  }
});

test('one that begins at an offset is told from other bytes', () => {
  const bytes = Buffer.concat([appended(8, 'kernel.a = 1\n'), Buffer.alloc(100_000, 'y')]);
  const input = { read: (offset: number, length: number) => bytes.subarray(offset, offset + length) };
  assert.is(beginsBootConfig(input, 8), true);
  for (const offset of [0, 7, 9, 12, 60, 200_000])
    assert.is(beginsBootConfig(input, offset), false, `${offset}`);
});

test('it is written as tools/bootconfig writes it', async () => {
  for (const text of ['', 'a', 'ab', 'abc', 'abcd', 'kernel.foo = 1\n', 'x'.repeat(32_763)]) {
    const bytes = encodeBootConfig(Buffer.from(text, 'latin1'));
    assert.ok(bytes.equals(appended(0, text)), `${text.length}`);
    assert.is(textOf(found(bytes)), text);
  }
  await rejects(() => encodeBootConfig(Buffer.alloc(32_764, 'x')), 'archive-malformed', /has 32768 bytes/);
});

test.run();
