import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dracutBuildParameter } from '../../src/rewrite/dracut-build-parameter.ts';
import { apply, survivesDamage, textAfter } from './damage.ts';

const test = suite('dracut-build-parameter');

test('random parts of temporary names become X, as many as there were', () => {
  assert.is(
    textAfter(
      dracutBuildParameter,
      "--include '/tmp/tmp.AbC123dEf0' '/' --tmpdir /var/tmp/dracut.dAbC12x -f x\n",
    ),
    "--include '/tmp/tmp.XXXXXXXXXX' '/' --tmpdir /var/tmp/dracut.XXXXXXX -f x\n",
  );
});

test('other names stay', () => {
  for (const text of ['--include /tmp/mine /', "--kver '6.1.0-18-amd64'", '/tmp/tmp.', '/tmp/tmp.abc']) {
    assert.is(apply(dracutBuildParameter, text).outcome, 'unchanged', text);
  }
});

test('damage', () => {
  survivesDamage(dracutBuildParameter, Buffer.from('a /tmp/tmp.AbC123dEf0 b /tmp/dracut.AbC123 c\n'));
});

test.run();
