import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hostsOwnName } from '../../src/rewrite/hosts-own-name.ts';
import { apply, survivesDamage, textAfter } from './damage.ts';

const test = suite('hosts-own-name');

test('the line of the own name goes, in the middle and at the end', () => {
  assert.is(
    textAfter(hostsOwnName, '127.0.0.1\tlocalhost\n127.0.1.1\tbuilder.example builder\n::1 localhost\n'),
    '127.0.0.1\tlocalhost\n::1 localhost\n',
  );
  assert.is(textAfter(hostsOwnName, '127.0.0.1 localhost\n127.0.1.1 builder'), '127.0.0.1 localhost\n');
});

test('other addresses and comments stay', () => {
  for (const text of ['127.0.0.1 localhost\n', '127.0.1.10 x\n', '#127.0.1.1 x\n', '10.127.0.1.1 x\n']) {
    assert.is(apply(hostsOwnName, text).outcome, 'unchanged', text);
  }
});

test('damage', () => {
  survivesDamage(hostsOwnName, Buffer.from('127.0.0.1\tlocalhost\n127.0.1.1\tb\n'), { sameSize: false });
});

test.run();
