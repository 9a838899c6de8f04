import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { zyppService } from '../../src/rewrite/zypp-service.ts';
import { apply, survivesDamage, textAfter } from './damage.ts';

const test = suite('zypp-service');

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

test('the time of the last refresh goes, all else stays', () => {
  assert.is(textAfter(zyppService, service('lrf_dat = 1709287200\n')), service(''));
});

test('of each service of the file, and however it is spaced', () => {
  const text = service(' lrf_dat=1709287200\n') + service('\tlrf_dat\t=\t17\n');
  assert.is(textAfter(zyppService, text), service('') + service(''));
  assert.is(textAfter(zyppService, '[a]\nlrf_dat = 1'), '[a]\n');
});

test('what only looks like it stays', () => {
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

test('damage', () => {
  survivesDamage(zyppService, Buffer.from(service('lrf_dat = 1709287200\n')), { sameSize: false });
});

test.run();
