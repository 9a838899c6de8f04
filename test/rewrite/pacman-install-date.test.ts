import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pacmanInstallDate } from '../../src/rewrite/pacman-install-date.ts';
import { apply, faultAt, survivesDamage, textAfter } from './damage.ts';

const test = suite('pacman-install-date');

const EPOCH = 1_650_000_000;
const desc = (date: string): string =>
  `%NAME%\nbash\n\n%VERSION%\n5.1.016-1\n\n%DESC%\nThe shell\n\n%BUILDDATE%\n1700000000\n\n%INSTALLDATE%\n${date}\n\n%LICENSE%\nGPL\n\n`;

test('a later time becomes the epoch, and the build date stays', () => {
  assert.is(textAfter(pacmanInstallDate, desc('1700000000'), { epoch: EPOCH }), desc(String(EPOCH)));
});

test('an earlier time, the epoch itself and a file without the field stay', () => {
  for (const text of [desc('1600000000'), desc(String(EPOCH)), desc('0'), '%NAME%\nbash\n\n']) {
    assert.is(apply(pacmanInstallDate, text, { epoch: EPOCH }).outcome, 'unchanged');
  }
});

test('numbers compare as numbers, whatever their length', () => {
  assert.is(textAfter(pacmanInstallDate, desc('99999999999999999999'), { epoch: 5 }), desc('5'));
  assert.is(textAfter(pacmanInstallDate, desc('10'), { epoch: 9 }), desc('9'));
  assert.is(apply(pacmanInstallDate, desc('0009'), { epoch: 10 }).outcome, 'unchanged');
});

test('only the header of a section counts', () => {
  const text = '%DESC%\n%INSTALLDATE%\n1700000000\n\n';
  assert.is(apply(pacmanInstallDate, text, { epoch: EPOCH }).outcome, 'unchanged');
});

test('what is no number is reported where it stands', () => {
  const start = desc('').indexOf('%INSTALLDATE%') + '%INSTALLDATE%\n'.length;
  faultAt(pacmanInstallDate, desc('Mon Nov 20'), start, /Mon Nov 20/);
  faultAt(pacmanInstallDate, '%INSTALLDATE%', 13, /""/);
});

test('damage', () => {
  survivesDamage(pacmanInstallDate, Buffer.from(desc('1700000000')), {
    context: { epoch: EPOCH },
    sameSize: false,
  });
});

test.run();
