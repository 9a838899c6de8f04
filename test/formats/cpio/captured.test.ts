/** Archives that GNU cpio, libarchive and busybox wrote, against the tree they wrote. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedArchive } from '../../../fixtures/cpio/read.ts';
import { SMALL_TREE } from '../../../fixtures/cpio/small-tree.ts';
import { WRITERS } from '../../../fixtures/cpio/writers.ts';
import { expectTree, swapBinary } from './expected-tree.ts';
import { parse } from './sample.ts';

const test = suite('formats/cpio/captured');

for (const writer of WRITERS) {
  test(`${writer.name}: every field of every entry is that of the tree`, () => {
    expectTree(capturedArchive(writer.name), SMALL_TREE, writer);
  });

  test(`${writer.name}: the same in pieces`, () => {
    const bytes = capturedArchive(writer.name);
    const whole = parse(bytes, [bytes.length]);
    for (const pieces of [[1], [511], [3, 4000, 26]]) {
      const { lines, used } = parse(bytes, pieces);
      assert.equal(lines, whole.lines);
      assert.is(used, whole.used);
    }
    assert.ok(bytes.subarray(whole.used).every((byte) => byte === 0));
  });
}

test('the old binary format of the other byte order', () => {
  for (const writer of WRITERS.filter(({ format }) => format === 'binary-little')) {
    const swapped = swapBinary(capturedArchive(writer.name));
    const { entries, lines } = parse(swapped, [700]);
    assert.ok(entries.every(({ header }) => header.format === 'binary-big'));
    const original = capturedArchive(writer.name);
    assert.equal(lines, parse(original, [original.length]).lines);
  }
});

test.run();
