import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fontconfigCache } from '../../src/rewrite/fontconfig-cache.ts';
import type { Neighbour, RewriteContext } from '../../src/rewrite/rewrite.ts';
import { after, apply, differingBytes, faultAt, lookUpIn, sample, survivesDamage } from './damage.ts';

const test = suite('fontconfig-cache');

const FINAL = 1_650_000_000;
/** What the sample was made for. */
const FONTS = { isFile: false, mtime: 1_700_000_000, nanoseconds: 123_456_789, finalMtime: FINAL };
const REAL = sample('3830d5c3ddfd5cd38a049b759396e72e-le64.cache-8');

function context(directory: Partial<Neighbour> = {}): Partial<RewriteContext> {
  return {
    path: 'var/cache/fontconfig/x',
    lookUp: lookUpIn({ 'usr/share/fonts': { ...FONTS, ...directory } }),
  };
}

test('time and nanoseconds of the directory follow it', () => {
  const result = after(fontconfigCache, REAL, context());
  assert.is(REAL.readInt32LE(48), FONTS.mtime);
  assert.is(REAL.readBigInt64LE(56), BigInt(FONTS.nanoseconds));
  assert.is(result.readInt32LE(48), FINAL);
  assert.is(result.readBigInt64LE(56), 0n);
  assert.ok(differingBytes(REAL, result).every((at) => at >= 48 && at < 64));
});

test('nanoseconds go even where the second stays', () => {
  const result = after(fontconfigCache, REAL, context({ finalMtime: FONTS.mtime }));
  assert.is(result.readInt32LE(48), FONTS.mtime);
  assert.is(result.readBigInt64LE(56), 0n);
});

test('one made under SOURCE_DATE_EPOCH fits already, though the directory has another time now', () => {
  const made = Buffer.from(REAL);
  made.writeInt32LE(FINAL, 48);
  made.writeBigInt64LE(0n, 56);
  assert.is(apply(fontconfigCache, made, { ...context(), owned: () => false }).outcome, 'unchanged');
});

test('a directory of time 0 fits every cache', () => {
  const result = after(fontconfigCache, REAL, context({ mtime: 0, nanoseconds: 0, finalMtime: 0 }));
  assert.is(result.readInt32LE(48), 0);
});

test('a cache that did not fit is of no use; it goes where no package has it', () => {
  for (const directory of [{ mtime: 1_700_000_001 }, { nanoseconds: 0 }]) {
    const stale = context(directory);
    assert.is(apply(fontconfigCache, REAL, stale).outcome, 'unchanged');
    assert.is(apply(fontconfigCache, REAL, { ...stale, owned: () => true }).outcome, 'unchanged');
    assert.is(apply(fontconfigCache, REAL, { ...stale, owned: () => false }).outcome, 'obsolete');
  }
  const gone = { lookUp: () => undefined, owned: () => false };
  assert.is(apply(fontconfigCache, REAL, gone).outcome, 'obsolete');
});

/** The same header as other machines have it, built from the layout of fcint.h: no tool here makes one. */
function foreign(is64: boolean, littleEndian: boolean, version: number): Buffer {
  const name = '/usr/share/fonts\0';
  const header = is64 ? 64 : 40;
  const bytes = Buffer.alloc(header + name.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const pointer = (at: number, value: number): void =>
    is64 ? view.setBigInt64(at, BigInt(value), littleEndian) : view.setInt32(at, value, littleEndian);
  view.setUint32(0, 0xfc02fc04, littleEndian);
  view.setInt32(4, version, littleEndian);
  pointer(8, bytes.length);
  pointer(is64 ? 16 : 12, header);
  view.setInt32(is64 ? 48 : 28, FONTS.mtime, littleEndian);
  view.setBigInt64(is64 ? 56 : 32, BigInt(FONTS.nanoseconds), littleEndian);
  bytes.write(name, header, 'latin1');
  return bytes;
}

for (const is64 of [true, false]) {
  for (const littleEndian of [true, false]) {
    const name = `${is64 ? 64 : 32} bits, ${littleEndian ? 'little' : 'big'} endian`;
    test(name, () => {
      for (const version of [7, 8, 9]) {
        const before = foreign(is64, littleEndian, version);
        const result = after(fontconfigCache, before, context());
        const view = new DataView(result.buffer, result.byteOffset);
        assert.is(view.getInt32(is64 ? 48 : 28, littleEndian), FINAL);
        assert.is(view.getBigInt64(is64 ? 56 : 32, littleEndian), 0n);
        assert.is(differingBytes(before, result).length > 0, true);
      }
      survivesDamage(fontconfigCache, foreign(is64, littleEndian, 9), { context: context() });
    });
  }
}

test('versions that are not known are reported', () => {
  for (const version of [0, 6, 10, -1]) {
    faultAt(fontconfigCache, foreign(true, true, version), 4, /cache version/, context());
  }
});

test('another size, another file and a name that leads nowhere are reported', () => {
  faultAt(fontconfigCache, REAL.subarray(0, REAL.length - 1), 8, /size 104/, context());
  faultAt(fontconfigCache, Buffer.alloc(64, 'text'), 0, /74657874/, context());
  faultAt(fontconfigCache, REAL.subarray(0, 10), 0, /end of the file at 10/, context());
  const relative = Buffer.from(REAL);
  relative.write('u', 64, 'latin1');
  faultAt(fontconfigCache, relative, 64, /uusr/, context());
  const outside = Buffer.from(REAL);
  outside.writeBigInt64LE(1000n, 16);
  faultAt(fontconfigCache, outside, REAL.length, /end of the file/, context());
});

test('damage', () => {
  survivesDamage(fontconfigCache, REAL, { context: context() });
  survivesDamage(fontconfigCache, REAL, { context: { ...context(), owned: () => false } });
});

test.run();
