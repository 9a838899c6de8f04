/** Against bzip2 and Python: what they write is what we read. */
import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { missing, testWhere } from '../../support/requires.ts';
import { decode } from '../compressed-samples.ts';
import { branchSoup, pseudoRandom, textLike } from '../xz/sample.ts';

const test = suite('bzip2 of the host');
const lacking = missing({ tools: ['bzip2', 'python3'] });

function bzip2(input: Uint8Array, ...args: string[]): Buffer {
  return execFileSync('bzip2', args, { input, maxBuffer: 2 ** 28 });
}

/** Runs, texts and noise, one behind the other. */
const content = fc
  .array(
    fc.oneof(
      fc
        .tuple(fc.nat(255), fc.integer({ min: 1, max: 2000 }))
        .map(([byte, size]) => Buffer.alloc(size, byte)),
      fc.string({ minLength: 1 }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => Buffer.concat(pieces));

testWhere(test, lacking, 'any content at any level', async () => {
  await fc.assert(
    fc.asyncProperty(content, fc.integer({ min: 1, max: 9 }), async (bytes, level) => {
      const found = await decode(bzip2(bytes, `-${level}`));
      assert.ok(found.content.equals(bytes));
    }),
    { numRuns: 60 },
  );
});

testWhere(test, lacking, 'megabytes, in many blocks and several streams', async () => {
  const pieces = [
    textLike(1_500_000, 1),
    branchSoup(700_000, 2),
    pseudoRandom(400_000, 3),
    new Uint8Array(2_000_000),
  ];
  const streams = pieces.map((bytes, at) => bzip2(bytes, ['-1', '-9', '-5', '-2'][at] as string));
  const { content: found, next } = await decode(Buffer.concat(streams));
  assert.ok(found.equals(Buffer.concat(pieces)));
  assert.is(
    next,
    streams.reduce((sum, { length }) => sum + length, 0),
  );
});

testWhere(test, lacking, 'Python writes it too', async () => {
  const bytes = textLike(300_000, 4);
  const script = 'import bz2,sys; sys.stdout.buffer.write(bz2.compress(sys.stdin.buffer.read(), 3))';
  const packed = execFileSync('python3', ['-c', script], { input: bytes, maxBuffer: 2 ** 28 });
  assert.ok((await decode(packed)).content.equals(bytes));
});

test.run();
