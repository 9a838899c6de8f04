import { writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openArchiveFile } from '../../src/source/archive-file.ts';
import { areSameBytes } from '../../src/source/same-bytes.ts';
import { pseudoRandom } from '../formats/xz/sample.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('same bytes');
const scratch = new Scratch('same-bytes');
test.after(() => scratch.remove());

test('two places of files, larger than one read', () => {
  const bytes = pseudoRandom(600_000, 1);
  const other = bytes.slice();
  other[599_990]! ^= 1;
  writeFileSync(scratch.in('a'), bytes);
  writeFileSync(scratch.in('b'), other);
  const a = openArchiveFile(scratch.in('a'));
  const b = openArchiveFile(scratch.in('b'));
  const same = (x: number, y: number, length: number): boolean =>
    areSameBytes({ file: a, offset: x }, { file: b, offset: y }, length);
  try {
    assert.is(same(0, 0, 599_990), true);
    assert.is(same(0, 0, 599_991), false);
    assert.is(same(7, 7, 599_983), true);
    assert.is(same(7, 8, 100), false);
    assert.is(same(0, 0, 0), true);
    assert.is(same(599_995, 599_995, 5), true);
    assert.is(same(599_995, 599_995, 6), false, 'beyond the end');
    assert.is(same(0, 599_990, 300_000), false, 'beyond the end of one of them');
    const buffer = new Uint8Array(10);
    assert.is(a.readInto(buffer, 599_995), 5);
    assert.equal(buffer.subarray(0, 5), bytes.subarray(599_995));
    assert.is(a.readInto(buffer, 700_000), 0);
  } finally {
    a.close();
    b.close();
  }
});

test.run();
