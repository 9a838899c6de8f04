/** Damaged archives of every format: entries or a StillrootError, the same however they are fed. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedArchive } from '../../../fixtures/cpio/read.ts';
import { StillrootError } from '../../../src/errors.ts';
import { CpioParser } from '../../../src/formats/cpio/cpio-parser.ts';
import { runsOf } from '../../support/thorough.ts';
import { archive, FORMATS, lineOf, parse } from './sample.ts';

const test = suite('formats/cpio/fuzz');

const MUTANTS = runsOf(20_000, 5_000);
/** Captured archives are long because of their one big file; the entries are before and after it. */
const SEEDS: readonly Buffer[] = [
  ...FORMATS.map(archive),
  ...['gnu-newc', 'gnu-crc', 'gnu-odc', 'gnu-bin', 'bsd-odc', 'bsd-pwb', 'busybox-newc'].map((name) =>
    capturedArchive(name).subarray(0, 900),
  ),
];

/** xorshift32: the same numbers at every run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state >>> 0;
  }
}

const stream = numbers(0x5eed);
const below = (limit: number): number => stream.next().value % limit;
const DIGITS = Buffer.from('0123456789abcdefABCDEF7777FFFF', 'latin1');

/** One to four changes: a bit, a digit, a run of one byte, a piece removed, doubled or moved from another archive. */
function mutant(): Buffer {
  let bytes = Buffer.from(SEEDS[below(SEEDS.length)] as Buffer);
  for (let turn = below(4); turn >= 0; turn -= 1) {
    const at = below(bytes.length);
    const length = 1 + below(12);
    const kind = below(6);
    if (kind === 0) bytes[at] = (bytes[at] as number) ^ (1 << below(8));
    else if (kind === 1) bytes[at] = DIGITS[below(DIGITS.length)] as number;
    else if (kind === 2) bytes.fill(below(2) * 0xff, at, Math.min(at + length, bytes.length));
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    else if (kind === 4) bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    else {
      const other = SEEDS[below(SEEDS.length)] as Buffer;
      bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(below(other.length))]);
    }
    if (bytes.length === 0) return bytes;
  }
  return bytes;
}

/** The result as text. Anything thrown other than a StillrootError is passed on. */
function outcome(body: (lines: string[]) => CpioParser): string {
  const lines: string[] = [];
  try {
    body(lines).finish();
    return `${lines.join('\n')}\nwhole`;
  } catch (error) {
    if (!(error instanceof StillrootError)) throw error;
    assert.match(error.code, /^archive-(malformed|not-supported|limit)$/, error.message);
    assert.match(error.message, /^\P{C}*$/u);
    return `${lines.join('\n')}\n${error.message}`;
  }
}

function fed(bytes: Buffer, pieces: readonly number[]): string {
  return outcome((lines) => {
    const parser = new CpioParser('test.cpio', { entry: (entry) => lines.push(lineOf(entry)) });
    for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
      const end = at + (pieces[turn % pieces.length] as number);
      parser.push(bytes.subarray(at, end));
      at = end;
    }
    return parser;
  });
}

function skipped(bytes: Buffer): string {
  return outcome((lines) => {
    const parser = new CpioParser('test.cpio', { entry: (entry) => lines.push(lineOf(entry)) });
    for (let at = 0; at < bytes.length && !parser.ended; ) {
      const count = Math.min(parser.skippable, bytes.length - at);
      parser.skip(count);
      at += count;
      at += parser.push(bytes.subarray(at, at + 40));
    }
    return parser;
  });
}

test('the seeds are read', () => {
  for (const format of FORMATS) assert.is(parse(archive(format), [64]).entries.length, 9);
  for (const seed of SEEDS) assert.ok(fed(seed, [seed.length]).split('\n').length > 4);
});

test(`${MUTANTS} damaged archives: errors of ours, the same whole, in pieces and with skips`, () => {
  let whole = 0;
  let entries = 0;
  for (let turn = 0; turn < MUTANTS; turn += 1) {
    const bytes = mutant();
    const found = fed(bytes, [bytes.length + 1]);
    if (found.endsWith('whole')) whole += 1;
    entries += found.split('\n').length - 1;
    const hex = (): string => bytes.toString('hex');
    assert.is(fed(bytes, [1 + below(60), 1 + below(9)]), found, hex());
    assert.is(skipped(bytes), found, hex());
  }
  // Neither all refused nor all read, or the mutants would be no test.
  assert.ok(whole > MUTANTS / 50 && whole < MUTANTS * 0.9, `${whole} read whole`);
  assert.ok(entries > MUTANTS, `${entries} entries`);
});

test.run();
