import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildStamp } from '../../src/rewrite/build-stamp.ts';
import { apply, survivesDamage, textAfter } from './damage.ts';

const test = suite('build-stamp');
/** 2022-04-15 05:20:00 UTC */
const EPOCH = 1_650_000_000;

test('a later date becomes that of the epoch, with and without an end of line', () => {
  assert.is(textAfter(buildStamp, '20231114221320\n', { epoch: EPOCH }), '20220415052000\n');
  assert.is(textAfter(buildStamp, '20231114221320', { epoch: EPOCH }), '20220415052000');
  assert.is(textAfter(buildStamp, '20231114221320\n', { epoch: 0 }), '19700101000000\n');
});

test('earlier dates and the same one stay', () => {
  for (const text of ['20220415052000\n', '20220415051959\n', '19800101000000']) {
    assert.is(apply(buildStamp, text, { epoch: EPOCH }).outcome, 'unchanged', text);
  }
});

test('what is no date of fourteen digits is something else', () => {
  for (const text of [
    '',
    '4.2.1\n',
    '2023111422132\n',
    '202311142213200\n',
    '20231399999999\n',
    '20231114221320\nmore\n',
    ' 20231114221320\n',
    '99999999999999',
  ]) {
    assert.is(apply(buildStamp, text, { epoch: EPOCH }).outcome, 'unchanged', text);
  }
});

test('damage', () => {
  survivesDamage(buildStamp, Buffer.from('20231114221320\n'), { context: { epoch: EPOCH }, sameSize: true });
});

test.run();
