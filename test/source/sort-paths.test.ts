import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sortPaths } from '../../src/source/archive-tree.ts';
import { comparePaths } from '../../src/tree/path.ts';

const test = suite('sort-paths');

test('the same order as comparePaths', () => {
  const path = fc.string({ unit: fc.constantFrom('a', 'b', '/', '-', '\x01', '\xff'), minLength: 1 });
  fc.assert(
    fc.property(fc.uniqueArray(path), (paths) => {
      assert.equal(sortPaths(paths), [...paths].sort(comparePaths));
    }),
  );
});

test.run();
