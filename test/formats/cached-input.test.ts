import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesInput, cachedInput } from '../../src/formats/input.ts';
import { pseudoRandom } from './xz/sample.ts';

const test = suite('cached input');

test('gives what the input gives, in any order of reads', () => {
  const bytes = pseudoRandom(20_000, 1);
  const plain = bytesInput(bytes);
  const read = fc.tuple(fc.nat(21_000), fc.oneof(fc.nat(20), fc.nat(3000), fc.nat(9000)));
  fc.assert(
    fc.property(fc.array(read, { maxLength: 30 }), (reads) => {
      const cached = cachedInput(plain);
      const answers = reads.map(([offset, length]) => cached.read(offset, length));
      for (const [index, [offset, length]] of reads.entries()) {
        assert.equal(Buffer.from(answers[index]!), Buffer.from(plain.read(offset, length)));
      }
    }),
  );
});

test('small reads close together are one read', () => {
  let reads = 0;
  const cached = cachedInput({
    size: 4000,
    read(offset, length) {
      reads += 1;
      return new Uint8Array(Math.max(0, Math.min(length, 4000 - offset)));
    },
  });
  for (let offset = 0; offset < 4000; offset += 5) cached.read(offset, 5);
  assert.is(reads, 1);
});

test.run();
