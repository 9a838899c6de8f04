import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { malformed, rewritten, UNCHANGED } from '../../src/rewrite/rewrite.ts';

const test = suite('rewrite');

test('the three outcomes', () => {
  const bytes = Uint8Array.of(1, 2);
  assert.equal(UNCHANGED, { outcome: 'unchanged' });
  assert.equal(rewritten(bytes), { outcome: 'rewritten', bytes });
  assert.equal(malformed(7, 'this', 'that'), {
    outcome: 'malformed',
    offset: 7,
    found: 'this',
    wanted: 'that',
  });
});

test.run();
