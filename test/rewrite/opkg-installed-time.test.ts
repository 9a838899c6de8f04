import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { opkgInstalledTime } from '../../src/rewrite/opkg-installed-time.ts';
import { apply, faultAt, survivesDamage, textAfter } from './damage.ts';

const test = suite('opkg-installed-time');

const status = (first: string, second: string): string =>
  `Package: base-files\nVersion: 3.0.14\nStatus: install ok installed\nInstalled-Time: ${first}\n\n` +
  `Package: busybox\nStatus: install user installed\nInstalled-Time: ${second}\n`;

test('later times become the epoch', () => {
  const context = { epoch: 1_650_000_000 };
  assert.is(
    textAfter(opkgInstalledTime, status('1700000000', '1600000000'), context),
    status('1650000000', '1600000000'),
  );
});

test('nothing later, nothing changes', () => {
  assert.is(apply(opkgInstalledTime, status('5', '6'), { epoch: 6 }).outcome, 'unchanged');
  assert.is(apply(opkgInstalledTime, 'Package: x\nX-Installed-Time: 9\n', { epoch: 6 }).outcome, 'unchanged');
});

test('what is no number is reported where it stands', () => {
  const text = status('5', 'yesterday');
  faultAt(opkgInstalledTime, text, text.lastIndexOf('Installed-Time'), /yesterday/);
  faultAt(opkgInstalledTime, 'Installed-Time:\n', 0, /Installed-Time:/);
});

test('damage', () => {
  survivesDamage(opkgInstalledTime, Buffer.from(status('1700000000', '8')), {
    context: { epoch: 1000 },
    sameSize: false,
  });
});

test.run();
