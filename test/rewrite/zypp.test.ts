import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { zyppAutoInstalled, zyppRequestedLocales, zyppService } from '../../src/rewrite/zypp.ts';
import { apply, survivesDamage, textAfter } from './damage.ts';

const test = suite('zypp');

const BODY = 'aaa_base\nlibzypp\n';

test('zypp-auto-installed: the comment with the date goes, the marks stay', () => {
  assert.is(
    textAfter(zyppAutoInstalled, `# AutoInstalled generated Mon Nov 20 10:00:00 2023\n${BODY}`),
    BODY,
  );
});

test('zypp-auto-installed: a comment that was copied goes too, so that a second run finds nothing', () => {
  const line = '# AutoInstalled generated Mon Nov 20 10:00:00 2023\n';
  assert.is(textAfter(zyppAutoInstalled, line + line + BODY), BODY);
});

test('zypp-auto-installed: without the comment, or with another, the file stays', () => {
  for (const text of [BODY, `# a comment\n${BODY}`, `${BODY}# AutoInstalled generated today\n`]) {
    assert.is(apply(zyppAutoInstalled, text).outcome, 'unchanged');
  }
});

test('zypp-auto-installed: damage', () => {
  const whole = Buffer.from(`# AutoInstalled generated Mon Nov 20 10:00:00 2023\n${BODY}`);
  survivesDamage(zyppAutoInstalled, whole, { sameSize: false });
});

/** What zypper 1.14.42 wrote for the same five locales, added in two orders. */
const first = '# zypp::RequestedLocales generated Fri Mar  1 10:00:00 2024\n#\npt_BR\nja\nde\nfr\nsv\n#\n';
const second = '# zypp::RequestedLocales generated Fri May 17 23:11:07 2024\n#\nde\nja\nsv\npt_BR\nfr\n#\n';

test('zypp-requested-locales: two orders and two dates become one', () => {
  assert.is(textAfter(zyppRequestedLocales, first), '#\nde\nfr\nja\npt_BR\nsv\n#\n');
  assert.is(textAfter(zyppRequestedLocales, second), textAfter(zyppRequestedLocales, first));
});

test('zypp-requested-locales: bytes decide the order, not a locale', () => {
  assert.is(textAfter(zyppRequestedLocales, 'zh\nZH\n\xe9\na\n'), 'ZH\na\nzh\n\xe9\n');
});

test('zypp-requested-locales: comments between locales keep their place, and so does an end without a newline', () => {
  for (const text of ['sv\n# for the north\nde\n', 'sv\nde', '#\n#\n', '', 'de\n']) {
    assert.is(apply(zyppRequestedLocales, text).outcome, 'unchanged', JSON.stringify(text));
  }
});

test('zypp-requested-locales: damage', () => {
  survivesDamage(zyppRequestedLocales, Buffer.from(first), { sameSize: false });
});

/** What zypper 1.14.42 and 1.14.101 write. */
const service = (refreshed: string): string => `[openSUSE]
enabled=1
autorefresh=1
url = http://127.0.0.1/service
type = ris
ttl_sec = 86400
${refreshed}repo_1=openSUSE:main
repo_1_enabled=1
repo_1_autorefresh=1
`;

test('zypp-service: the time of the last refresh goes, all else stays', () => {
  assert.is(textAfter(zyppService, service('lrf_dat = 1709287200\n')), service(''));
});

test('zypp-service: of each service of the file, and however it is spaced', () => {
  const text = service(' lrf_dat=1709287200\n') + service('\tlrf_dat\t=\t17\n');
  assert.is(textAfter(zyppService, text), service('') + service(''));
  assert.is(textAfter(zyppService, '[a]\nlrf_dat = 1'), '[a]\n');
});

test('zypp-service: what only looks like it stays', () => {
  for (const text of [
    service(''),
    '[a]\n# lrf_dat = 1\n',
    '[lrf_dat]\n',
    '[a]\nlrf_data = 1\n',
    'x_lrf_dat = 1\n',
  ]) {
    assert.is(apply(zyppService, text).outcome, 'unchanged', text);
  }
});

test('zypp-service: damage', () => {
  survivesDamage(zyppService, Buffer.from(service('lrf_dat = 1709287200\n')), { sameSize: false });
});

test.run();
