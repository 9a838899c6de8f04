// What programs say about a packed tree, beside what they say of the tree before packing.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareChecks } from '../../bench/twin-checks.ts';

const test = suite('checks of twins');

test('the same failure before packing is no fault of the rules; another, or none, may be', () => {
  const good = { name: 'dpkg --audit', isGood: true, output: '' };
  const bad = { name: 'dpkg --verify', isGood: false, output: 'missing /etc/a' };
  const compared = (...before: (typeof bad)[]) => compareChecks([good, bad], before);
  assert.equal(compared(bad), [good, { ...bad, isSameUntouched: true }]);
  assert.equal(compared({ ...bad, output: 'missing /etc/b' }), [good, { ...bad, isSameUntouched: false }]);
  assert.equal(compared({ ...bad, isGood: true, output: '' }), [good, { ...bad, isSameUntouched: false }]);
  assert.equal(compared({ ...bad, name: 'slapd' }), [good, { ...bad, isSameUntouched: false }]);
});

test.run();
