/**
 * Damaged files of every format, some thousands: only a typed error or a regular end may result, in bounded time.
 * Seeded, so failures can be repeated. STILLROOT_FUZZ_INPUTS sets a larger number; the long run over all readers is
 * fuzz/fuzz.system.ts.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COMPRESSED_FILES } from '../../fixtures/compressed/catalogue.ts';
import { StillrootError } from '../../src/errors.ts';
import { runsOf } from '../support/thorough.ts';
import { decode, fixture } from './compressed-samples.ts';

const test = suite('fuzz decoders');

/** Small files only: a thousand decodes of each take a second. */
const CORPUS = COMPRESSED_FILES.map(({ file }) => ({ file, bytes: fixture(file) })).filter(
  ({ bytes }) => bytes.length < 14_000,
);

/** Numbers of xorshift32 in 0..limit-1. */
function dice(seed: number): (limit: number) => number {
  let state = seed | 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const INTERESTING = [0, 1, 0x7f, 0x80, 0xff];

function mutate(bytes: Buffer, roll: (limit: number) => number): Buffer {
  let changed = Buffer.from(bytes);
  // Most fields are near the beginning or the end.
  const place = (): number => {
    const near = Math.min(changed.length, 64);
    const where = roll(4);
    if (changed.length === 0) return 0;
    return where === 0 ? roll(near) : where === 1 ? changed.length - 1 - roll(near) : roll(changed.length);
  };
  for (let count = 1 + roll(3); count > 0; count--) {
    const at = place();
    const kind = roll(6);
    if (kind === 0) changed = changed.subarray(0, at);
    else if (kind === 1)
      changed = Buffer.concat([changed.subarray(0, at), changed.subarray(at + 1 + roll(8))]);
    else if (kind === 2) {
      const from = place();
      changed = Buffer.concat([
        changed.subarray(0, at),
        changed.subarray(from, from + roll(64)),
        changed.subarray(at),
      ]);
    } else if (at < changed.length) {
      if (kind === 3) changed[at] = INTERESTING[roll(INTERESTING.length)]!;
      else if (kind === 4) changed[at]! ^= 1 << roll(8);
      else changed[at] = roll(256);
    }
  }
  return changed;
}

/** The most that a file of this size may honestly come to; a guard stops there. */
const OUTPUT_MAX = 64 * 1024 * 1024;
const GUARD = {
  window(bytes: number): void {
    if (bytes > 128 * 1024 * 1024) throw new StillrootError('archive-limit', 'window');
  },
  output(produced: number): void {
    if (produced > OUTPUT_MAX) throw new StillrootError('archive-limit', 'output');
  },
};

async function runOne(bytes: Buffer, what: string): Promise<'decoded' | 'refused'> {
  try {
    const { content, next } = await decode(bytes, 0, GUARD);
    assert.ok(next > 0 && next <= bytes.length, `${what}: ended at ${next} of ${bytes.length}`);
    assert.ok(content.length <= OUTPUT_MAX, what);
    return 'decoded';
  } catch (error) {
    if (error instanceof StillrootError) {
      assert.match(error.code, /^archive-(malformed|not-supported|limit)$/, what);
      return 'refused';
    }
    // What does not begin like any format is not passed to a decoder.
    if (error instanceof TypeError && error.message === 'not compressed') return 'refused';
    throw new Error(`${what}: ${String(error)}`, { cause: error });
  }
}

async function runMany(
  file: string,
  bytes: Buffer,
  seeds: number[],
  tally: Record<string, number>,
): Promise<void> {
  for (const seed of seeds) {
    const outcome = await runOne(mutate(bytes, dice(seed)), `${file} seed ${seed}`);
    tally[outcome] = (tally[outcome] ?? 0) + 1;
  }
}

const INPUTS = Number(process.env.STILLROOT_FUZZ_INPUTS ?? runsOf(6_000, 1_500));

test('nothing but typed errors', async () => {
  const tally: Record<string, number> = {};
  const each = Math.ceil(INPUTS / CORPUS.length);
  for (const [index, { file, bytes }] of CORPUS.entries()) {
    await runMany(
      file,
      bytes,
      Array.from({ length: each }, (_, count) => (index + 1) * 1_000_003 + count * 7919),
      tally,
    );
  }
  assert.ok(tally.refused! > INPUTS / 2, JSON.stringify(tally));
  assert.ok(tally.decoded! > INPUTS / 100, JSON.stringify(tally));
});

test.run();
