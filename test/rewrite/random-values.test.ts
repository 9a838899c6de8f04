import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dracutBuildParameter, popularityContest } from '../../src/rewrite/random-values.ts';
import { apply, survivesDamage, textAfter } from './damage.ts';

const test = suite('random-values');

/** As postinst of popularity-contest 1.76 writes it. */
const CONFIGURATION = (id: string, day: string): string =>
  `# Config file for Debian's popularity-contest package.\n#\n# To change this file, use:\n#        dpkg-reconfigure popularity-contest\n\nMY_HOSTID="${id}"\nPARTICIPATE="yes"\nUSEHTTP="yes"\nDAY="${day}"\n`;
const BLANK = CONFIGURATION('', '').replaceAll('=""', '=');

test('popularity-contest: the random ID and day go, and the choice to take part stays', () => {
  const first = CONFIGURATION('0123456789abcdef0123456789abcdef', '3');
  const second = CONFIGURATION('fedcba9876543210fedcba9876543210', '5');
  assert.is.not(first, second);
  assert.is(textAfter(popularityContest, first), BLANK);
  assert.is(textAfter(popularityContest, second), BLANK);
  assert.match(textAfter(popularityContest, first), /^PARTICIPATE="yes"$/m);
});

test('popularity-contest: without quotes, indented, exported', () => {
  assert.is(textAfter(popularityContest, '  MY_HOSTID=0123\nexport DAY=3'), '  MY_HOSTID=\nexport DAY=');
});

test('popularity-contest: comments and other names stay', () => {
  for (const text of ['#MY_HOSTID="_ID_"\n', 'TODAY="3"\n', 'PARTICIPATE="no"\n', BLANK, '']) {
    assert.is(apply(popularityContest, text).outcome, 'unchanged', text);
  }
});

test('popularity-contest: damage', () => {
  const whole = Buffer.from(CONFIGURATION('0123456789abcdef0123456789abcdef', '3').replace(/^#.*\n/gm, ''));
  survivesDamage(popularityContest, whole, { sameSize: false });
});

test('dracut-build-parameter: random parts of temporary names become X, as many as there were', () => {
  assert.is(
    textAfter(
      dracutBuildParameter,
      "--include '/tmp/tmp.AbC123dEf0' '/' --tmpdir /var/tmp/dracut.dAbC12x -f x\n",
    ),
    "--include '/tmp/tmp.XXXXXXXXXX' '/' --tmpdir /var/tmp/dracut.XXXXXXX -f x\n",
  );
});

test('dracut-build-parameter: other names stay', () => {
  for (const text of ['--include /tmp/mine /', "--kver '6.1.0-18-amd64'", '/tmp/tmp.', '/tmp/tmp.abc']) {
    assert.is(apply(dracutBuildParameter, text).outcome, 'unchanged', text);
  }
});

test('dracut-build-parameter: damage', () => {
  survivesDamage(dracutBuildParameter, Buffer.from('a /tmp/tmp.AbC123dEf0 b /tmp/dracut.AbC123 c\n'));
});

test.run();
