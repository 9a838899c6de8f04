// Damaged archives by the thousand: the parser gives members or a StillrootError, the same however they are split.
import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../../src/errors.ts';
import { isHeader } from '../../../src/formats/tar/header.ts';
import { TarParser } from '../../../src/formats/tar/tar-parser.ts';
import { runsOf } from '../../support/thorough.ts';
import { archive, base256, GNU, globalPax, header, longName, member, pax, V7 } from './build.ts';

const test = suite('formats/tar/fuzz');

const ROUNDS = runsOf(20_000, 5_000);
/** A damaged number may promise any size of a hole. */
const MAX_CONTENT = 256 * 1024;

class Enough extends Error {}

/** All that a parser says, in one text. */
function outcome(bytes: Buffer, nextPiece: () => number): string {
  const events: string[] = [];
  const hash = createHash('sha1');
  let total = 0;
  const parser = new TarParser('fuzz.tar', {
    entry: (entry) => events.push(JSON.stringify(entry)),
    data: (piece) => {
      total += piece.length;
      if (total > MAX_CONTENT) throw new Enough();
      hash.update(piece);
    },
  });
  try {
    let used = 0;
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + nextPiece());
      used += parser.push(piece);
      at += piece.length;
    }
    parser.finish();
    return `${events.join('\n')}\n${total} ${hash.digest('hex')} ${used} ${parser.endMarked}`;
  } catch (error) {
    if (error instanceof Enough) return `${events.join('\n')}\ntoo much`;
    if (!(error instanceof StillrootError) || !error.code.startsWith('archive-')) throw error;
    return `${events.join('\n')}\n${error.message}`;
  }
}

const sparseOld = { 386: '00000000002\x0000000000001\x0000000000004\x0000000000002\0', 483: '00000000011\0' };
const sparse10 = [
  ['GNU.sparse.major', '1'],
  ['GNU.sparse.minor', '0'],
  ['GNU.sparse.name', 's10'],
  ['GNU.sparse.realsize', '20'],
] as const;

/** Every kind of block that the parser knows. */
const CORPUS: readonly Buffer[] = [
  archive(
    ...[member({ name: 'v7', magic: V7 }, 'data'), header({ name: 'dir/', magic: V7 })],
    header({ name: 'link', type: '1', linkName: 'v7', magic: V7, size: 4 }),
  ),
  archive(
    ...[longName('L', 'n'.repeat(150)), longName('K', 't'.repeat(150)), header({ type: '2', magic: GNU })],
    ...[member({ type: 'S', magic: GNU, at: sparseOld }, 'abc'), member({ type: 'D', magic: GNU }, 'Yx\0\0')],
    header({ type: '4', magic: GNU, major: base256(8n, 8), minor: '0000001\0', mtime: base256(-1n, 12) }),
  ),
  archive(
    ...[globalPax(['gid', '5'], ['comment', 'x']), pax(['path', 'p'.repeat(120)], ['mtime', '-1.25'])],
    ...[member({}, 'x'.repeat(513)), pax(['SCHILY.xattr.user.a', '\0\n'], ['size', '3']), member({}, 'abc')],
    header({ type: '1', linkName: 'a' }),
  ),
  archive(
    ...[
      pax(['GNU.sparse.size', '9'], ['GNU.sparse.offset', '2'], ['GNU.sparse.numbytes', '3']),
      member({}, 'abc'),
    ],
    ...[pax(['GNU.sparse.size', '9'], ['GNU.sparse.map', '0,1,4,2']), member({}, 'abc')],
    ...[pax(...sparse10), member({}, `2\n0\n1\n5\n2\n${'\0'.repeat(502)}abc`)],
  ),
  archive(
    header({ name: 'undecided', type: '1', linkName: 'a', size: 5 }),
    ...[Buffer.alloc(512, 'data'), header({ name: 'undecided', type: '1', linkName: 'a', size: 5 })],
  ),
];

/** A linear congruential generator: the same inputs each time. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What numbers, names and records are made of, where a random byte would mostly be refused at once. */
const TELLING = Buffer.from('0123456789 \n=,-./\0\x01\x7f\x80\xff\xfe1xgLKSDVM567', 'latin1');

function damage(original: Buffer, next: (below: number) => number): Buffer {
  let bytes = Buffer.from(original);
  for (let times = 1 + next(3); times > 0; times -= 1) {
    const kind = next(10);
    const block = 512 * next(bytes.length / 512);
    const other = 512 * next(bytes.length / 512);
    if (kind < 6) {
      const at = block + next(next(2) === 0 ? 160 : 512);
      bytes[at] = next(3) === 0 ? next(256) : (TELLING[next(TELLING.length)] as number);
    } else if (kind === 6) bytes.copy(bytes, block, other, other + 512);
    else if (kind === 7) bytes = Buffer.concat([bytes.subarray(0, block), bytes.subarray(block + 512)]);
    else if (kind === 8) {
      bytes = Buffer.concat([
        bytes.subarray(0, block),
        bytes.subarray(other, other + 512),
        bytes.subarray(block),
      ]);
    } else if (next(4) === 0) bytes = bytes.subarray(0, next(bytes.length));
    if (bytes.length < 512) return bytes;
  }
  // Mostly as a malicious writer would, with sums that are right.
  return next(8) === 0 ? bytes : withRightChecksums(bytes);
}

function withRightChecksums(bytes: Buffer): Buffer {
  for (let at = 0; at + 512 <= bytes.length; at += 512) {
    const block = bytes.subarray(at, at + 512);
    if (block[155] !== 0x20 || block[156 - 2] !== 0 || isHeader(block)) continue;
    block.write('        ', 148, 'latin1');
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  }
  return bytes;
}

test('the corpus itself is read', () => {
  for (const bytes of CORPUS) {
    assert.not.match(
      outcome(bytes, () => bytes.length),
      /fuzz\.tar|too much/,
    );
  }
});

test(`${ROUNDS} damaged archives: members or a StillrootError, the same whole and in pieces`, () => {
  const next = random(20_240_229);
  const seen = { read: 0, refused: 0 };
  const messages = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const bytes = damage(CORPUS[next(CORPUS.length)] as Buffer, next);
    const whole = outcome(bytes, () => bytes.length);
    assert.is(
      outcome(bytes, () => 1 + next(1200)),
      whole,
      `round ${round}`,
    );
    const [, message] = /byte \d+ of the tar archive: (.{12})/.exec(whole) ?? [];
    if (message === undefined) seen.read += 1;
    else {
      seen.refused += 1;
      messages.add(message);
    }
  }
  // Both outcomes are common, or the damage is none, or only skin deep.
  assert.ok(seen.read > ROUNDS / 10 && seen.refused > ROUNDS / 10, JSON.stringify(seen));
  assert.ok(messages.size > 30, `${messages.size} different messages`);
});

test.run();
