import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { condaHistory } from '../../src/rewrite/conda-history.ts';
import { apply, survivesDamage, textAfter } from './damage.ts';

const test = suite('conda-history');
/** 2022-04-15 05:20:00 UTC */
const EPOCH = 1_650_000_000;
const HISTORY = (time: string): string =>
  `==> ${time} <==\n# cmd: /opt/conda/bin/conda create -n x python\n# conda version: 23.9.0\n+conda-forge/linux-64::python-3.11.6-h\n# update specs: ['python']\n`;

test('later times become the epoch, and nothing else changes', () => {
  const first = HISTORY('2023-11-14 22:13:20');
  const second = HISTORY('2023-12-30 01:33:20');
  assert.is.not(first, second);
  assert.is(textAfter(condaHistory, first, { epoch: EPOCH }), HISTORY('2022-04-15 05:20:00'));
  assert.is(textAfter(condaHistory, second, { epoch: EPOCH }), HISTORY('2022-04-15 05:20:00'));
});

test('each transaction has its own, and earlier ones stay', () => {
  const early = HISTORY('2020-01-01 00:00:00');
  const both = early + HISTORY('2023-11-14 22:13:20');
  assert.is(textAfter(condaHistory, both, { epoch: EPOCH }), early + HISTORY('2022-04-15 05:20:00'));
  assert.is(apply(condaHistory, early, { epoch: EPOCH }).outcome, 'unchanged');
});

test('what only looks like it stays', () => {
  for (const text of ['# ==> 2023-11-14 22:13:20 <==\n', '==> 2023-11-14 <==\n', '==> today <==\n', '']) {
    assert.is(apply(condaHistory, text, { epoch: EPOCH }).outcome, 'unchanged', text);
  }
});

test('damage', () => {
  survivesDamage(condaHistory, Buffer.from(HISTORY('2023-11-14 22:13:20')), { context: { epoch: EPOCH } });
});

test.run();
