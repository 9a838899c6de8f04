/** Where blocks are cut, from lengths alone: no content is copied and none encoded, so that thousands of cuts take no time. */
import { assemble } from '../../src/pack/assemble.ts';
import { blockCutter } from '../../src/pack/block-cutter.ts';
import type { Level } from '../../src/pack/levels.ts';
import type { PlannedEntry } from '../../src/plan/planned-entry.ts';
import type { OpenFile } from '../../src/source/source.ts';
import { makeEntry } from '../support/entries.ts';
import { MemorySource, memorySource } from '../support/memory-source.ts';
import { planned } from '../support/plain-plan.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const FILES = 24_000;

/** Some 15 GB, of sizes as a root filesystem has them: nearly all files are small, and few need several blocks. */
function* files(): Generator<PlannedEntry> {
  let state = 1;
  const random = (limit: number): number => {
    // The generator of C's `rand` in POSIX, whose high bits are good enough for sizes.
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let number = 0; number < FILES; number += 1) {
    const kind = random(1000);
    const limit = kind < 3 ? 150 * MIB : kind < 90 ? 8 * MIB : 64 * KIB;
    const path = `${String(number).padStart(5, '0')}-${'x'.repeat(random(60))}`;
    yield planned(makeEntry(path, 'file', { size: random(limit) }));
  }
}

/** Its files are as long as their entries say, and reading one leaves the buffer as it is. */
class LengthsOnly extends MemorySource {
  override open({ size }: { readonly size: number }): OpenFile {
    let left = size;
    const read = ({ length }: Uint8Array): number => {
      const count = Math.min(length, left);
      left -= count;
      return count;
    };
    return { read, verify: () => {}, close: () => {} };
  }
}

/** Bytes of each block, in order. */
export function blockLengths(level: Level, hash: (path: string) => number): number[] {
  const cutter = blockCutter(level, hash);
  const buffer = Buffer.allocUnsafe(cutter.capacity);
  const source = new LengthsOnly(memorySource([]).tree, new Map());
  return Array.from(assemble(files(), source, { cutter, allocate: () => buffer }), ({ length }) => length);
}
