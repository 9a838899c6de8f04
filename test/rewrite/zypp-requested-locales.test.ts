import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { zyppRequestedLocales } from '../../src/rewrite/zypp-requested-locales.ts';
import { apply, survivesDamage, textAfter } from './damage.ts';

const test = suite('zypp-requested-locales');

/** What zypper 1.14.42 wrote for the same five locales, added in two orders. */
const first = '# zypp::RequestedLocales generated Fri Mar  1 10:00:00 2024\n#\npt_BR\nja\nde\nfr\nsv\n#\n';
const second = '# zypp::RequestedLocales generated Fri May 17 23:11:07 2024\n#\nde\nja\nsv\npt_BR\nfr\n#\n';

test('two orders and two dates become one', () => {
  assert.is(textAfter(zyppRequestedLocales, first), '#\nde\nfr\nja\npt_BR\nsv\n#\n');
  assert.is(textAfter(zyppRequestedLocales, second), textAfter(zyppRequestedLocales, first));
});

test('bytes decide the order, not a locale', () => {
  assert.is(textAfter(zyppRequestedLocales, 'zh\nZH\n\xe9\na\n'), 'ZH\na\nzh\n\xe9\n');
});

test('comments between locales keep their place, and so does an end without a newline', () => {
  for (const text of ['sv\n# for the north\nde\n', 'sv\nde', '#\n#\n', '', 'de\n']) {
    assert.is(apply(zyppRequestedLocales, text).outcome, 'unchanged', JSON.stringify(text));
  }
});

test('damage', () => {
  survivesDamage(zyppRequestedLocales, Buffer.from(first), { sameSize: false });
});

test.run();
