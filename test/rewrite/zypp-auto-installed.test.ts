import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { zyppAutoInstalled } from '../../src/rewrite/zypp-auto-installed.ts';
import { apply, survivesDamage, textAfter } from './damage.ts';

const test = suite('zypp-auto-installed');

const BODY = 'aaa_base\nlibzypp\n';

test('the comment with the date goes, the marks stay', () => {
  assert.is(
    textAfter(zyppAutoInstalled, `# AutoInstalled generated Mon Nov 20 10:00:00 2023\n${BODY}`),
    BODY,
  );
});

test('a comment that was copied goes too, so that a second run finds nothing', () => {
  const line = '# AutoInstalled generated Mon Nov 20 10:00:00 2023\n';
  assert.is(textAfter(zyppAutoInstalled, line + line + BODY), BODY);
});

test('without the comment, or with another, the file stays', () => {
  for (const text of [BODY, `# a comment\n${BODY}`, `${BODY}# AutoInstalled generated today\n`]) {
    assert.is(apply(zyppAutoInstalled, text).outcome, 'unchanged');
  }
});

test('damage', () => {
  const whole = Buffer.from(`# AutoInstalled generated Mon Nov 20 10:00:00 2023\n${BODY}`);
  survivesDamage(zyppAutoInstalled, whole, { sameSize: false });
});

test.run();
