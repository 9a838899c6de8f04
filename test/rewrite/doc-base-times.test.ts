import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { docBaseTimes } from '../../src/rewrite/doc-base-times.ts';
import { apply, survivesDamage, textAfter } from './damage.ts';

const test = suite('doc-base-times');
const EPOCH = 1_650_000_000;
/** As YAML::Tiny writes what doc-base gives it. */
const REGISTER = (first: number, second: number): string =>
  `---\n/usr/share/doc-base/findutils.findutils:\n  CT: ${first}\n  ID: findutils\n/usr/share/doc-base/users-and-groups:\n  CT: ${second}\n  ID: users-and-groups\n`;

test('later change times become the epoch, and earlier ones stay', () => {
  const [a, b] = [REGISTER(1_700_000_000, 1_700_000_001), REGISTER(1_703_900_000, 1_703_900_009)];
  assert.is.not(a, b);
  assert.is(textAfter(docBaseTimes, a, { epoch: EPOCH }), REGISTER(EPOCH, EPOCH));
  assert.is(textAfter(docBaseTimes, b, { epoch: EPOCH }), REGISTER(EPOCH, EPOCH));
  assert.is(apply(docBaseTimes, REGISTER(1_600_000_000, EPOCH), { epoch: EPOCH }).outcome, 'unchanged');
});

test('other keys stay', () => {
  for (const text of ['  ACT: 1700000000\n', '  CTX: 1700000000\n', '  ID: CT 1700000000\n', '']) {
    assert.is(apply(docBaseTimes, text, { epoch: EPOCH }).outcome, 'unchanged', text);
  }
});

test('damage', () => {
  survivesDamage(docBaseTimes, Buffer.from(REGISTER(1_700_000_000, 1_700_000_001)), {
    context: { epoch: EPOCH },
    sameSize: false,
  });
});

test.run();
