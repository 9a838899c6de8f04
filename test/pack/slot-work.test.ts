import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import { allocateRing, OutputRing } from '../../src/pack/output-ring.ts';
import { SlotWork, WriteFailure } from '../../src/pack/slot-work.ts';
import type { SharedFiles } from '../../src/source/source.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('slot-work');
const scratch = new Scratch('slot-work');
test.after(() => scratch.remove());
const sha256 = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex');

const CONTENTS = new Map([
  ['a', 'content of a'],
  ['large', 'in three slots'],
  ['other', 'in two of'],
  ['plain', 'not digested'],
]);

const FILES: SharedFiles = {
  tree: { name: 'memory', root: -1 },
  readPart: ({ path }, position, target) => {
    const content = CONTENTS.get(path);
    if (content === undefined) throw new StillrootError('source-changed', 'vanished', { where: path });
    Buffer.from(content, 'latin1').copy(target, 0, position, position + target.length);
  },
};

/** A file, and which bytes of it. */
type Range = readonly [path: string, from: number, to: number, isDigested?: boolean];

/** Lays out a slot of `text` and these parts, each with a `]` behind it; returns what it has to become. */
function layOut(ring: OutputRing, text: string, ...ranges: readonly Range[]): string {
  const slot = ring.next();
  assert.ok(slot !== undefined);
  let wanted = text;
  let start = slot.bytes.write(text, 'latin1');
  for (const [path, from, to, isDigested = true] of ranges) {
    const content = CONTENTS.get(path) ?? '';
    const file = { path, size: content.length, mtime: 0, nanoseconds: 0 };
    slot.parts.add({ file, position: from, start, length: to - from, isDigested });
    start += to - from;
    start += slot.bytes.write(']', start, 'latin1');
    wanted += `${content.slice(from, to)}]`;
  }
  ring.pass(start);
  return wanted;
}

interface Sides {
  readonly ring: OutputRing;
  readonly one: SlotWork;
  readonly other: SlotWork;
  readonly descriptor: number;
  readonly path: string;
}

function sides(isNewFile: boolean, open?: (path: string) => number): Sides {
  const memory = allocateRing();
  const ring = new OutputRing(memory);
  const path = scratch.in(`out-${isNewFile}`);
  rmSync(path, { force: true });
  // What is written in order goes to the end of the file, wherever it should be written.
  const openOutput = open ?? ((each: string) => openSync(each, isNewFile ? 'w' : 'a'));
  const options = { descriptor: openOutput(path), isNewFile, files: FILES };
  const one = new SlotWork(ring, options);
  const other = new SlotWork(new OutputRing(memory), options);
  return { ring, one, other, path, descriptor: options.descriptor };
}

/** Who of the two does a step: all orders of the first steps, and then both in turn. */
const ORDERS = Array.from(
  { length: 64 },
  (_, bits) => (step: number) => (step < 6 ? (bits >> step) & 1 : step & 1),
);

for (const isNewFile of [true, false]) {
  test(`whoever does what, the same is written ${isNewFile ? 'at offsets' : 'in order'} and digested`, () => {
    for (const order of ORDERS) {
      const { ring, one, other, path, descriptor } = sides(isNewFile);
      const written = [
        layOut(ring, 'first ', ['a', 0, 12], ['large', 0, 3]),
        layOut(ring, '', ['large', 3, 9]),
        layOut(ring, '', ['large', 9, 14], ['plain', 0, 12, false], ['other', 0, 4]),
        layOut(ring, '', ['other', 4, 9]),
        layOut(ring, 'last ', ['plain', 0, 12, false]),
      ].join('');
      ring.end();
      for (let step = 0; !ring.isDone && step < 100; step += 1) (order(step) === 1 ? one : other).step();
      closeSync(descriptor);
      assert.ok(ring.isDone);
      assert.is(readFileSync(path, 'latin1'), written);
      const digests = [one.digest(), other.digest()].filter((each) => each !== undefined);
      assert.equal(digests, [sha256(written)], 'one of them has digested it');
      assert.equal(ring.takeDigests(), ['content of a', 'in three slots', 'in two of'].map(sha256));
    }
  });
}

test('slots that are used again without parts: those of their last use count no more', () => {
  const { ring, one, path, descriptor } = sides(true);
  let written = '';
  const digests: string[] = [];
  const work = (): void => {
    while (one.step());
    digests.push(...ring.takeDigests());
  };
  // In changing distances, so that each slot is used in every way.
  const layouts: (readonly Range[])[] = [];
  for (let round = 0; round < 40; round += 1) {
    layouts.push(
      [['large', 0, 3]],
      ...Array.from({ length: round % 3 }, () => []),
      [['large', 3, 9]],
      [['large', 9, 14]],
    );
  }
  for (const ranges of layouts) {
    written += layOut(ring, 'text ', ...ranges);
    work();
  }
  ring.end();
  work();
  closeSync(descriptor);
  assert.ok(ring.isDone);
  assert.is(readFileSync(path, 'latin1'), written);
  const files = layouts.filter(([range]) => range?.[1] === 0).length;
  assert.equal(digests, Array(files).fill(sha256('in three slots')));
});

test('where there is nothing to do it says so', () => {
  const { ring, one, other, descriptor } = sides(true);
  assert.not(one.step());
  layOut(ring, '', ['a', 0, 12]);
  const steps = [one.step(), one.step(), one.step(), one.step(), other.step()];
  assert.equal(steps, [true, true, true, false, false], 'filled, decided who digests, digested');
  assert.is(other.digest(), undefined);
  closeSync(descriptor);
});

test('a failure to read comes as it is, one to write as such', () => {
  const { ring, one, descriptor } = sides(true);
  layOut(ring, '', ['gone', 0, 0]);
  assert.throws(
    () => one.step(),
    (error: unknown) => error instanceof StillrootError && error.what === 'vanished',
  );
  closeSync(descriptor);
  for (const isNewFile of [true, false]) {
    const full = sides(isNewFile, () => openSync('/dev/full', 'w'));
    layOut(full.ring, '', ['a', 0, 12]);
    const work = (): void => {
      while (full.one.step());
    };
    assert.throws(work, (error: unknown) => error instanceof WriteFailure && error.cause.code === 'ENOSPC');
    closeSync(full.descriptor);
  }
});

test.run();
