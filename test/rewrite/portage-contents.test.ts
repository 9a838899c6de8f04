import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { portageBuildTime } from '../../src/rewrite/portage-build-time.ts';
import { portageContents } from '../../src/rewrite/portage-contents.ts';
import { apply, faultAt, lookUpIn, survivesDamage, textAfter } from './damage.ts';

const test = suite('portage-contents');

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
const contents = (program: string, link: string): string =>
  `dir /usr\ndir /usr/bin\nobj /usr/bin/a program ${MD5} ${program}\n` +
  `sym /usr/bin/link -> a program ${link}\nobj /usr/bin/stale ${MD5} 1600000000\nfif /run/x\n`;
const context = {
  epoch: 1_650_000_000,
  lookUp: lookUpIn({
    'usr/bin/a program': { mtime: 1_700_000_000, finalMtime: 1_650_000_000 },
    'usr/bin/stale': { mtime: 1_700_000_000, finalMtime: 1_650_000_000 },
  }),
};

test('a file gets the time that it will have, a symlink at most the epoch', () => {
  assert.is(
    textAfter(portageContents, contents('1700000000', '1700000000'), context),
    contents('1650000000', '1650000000'),
  );
});

test('what did not fit before, files that are gone and earlier links stay', () => {
  assert.is(apply(portageContents, contents('1640000000', '1640000000'), context).outcome, 'unchanged');
  assert.is(
    apply(portageContents, contents('1700000000', '5'), { epoch: 1_650_000_000 }).outcome,
    'unchanged',
  );
});

test('damage', () => {
  survivesDamage(portageContents, Buffer.from(contents('1700000000', '1700000000')), { context });
});

test('build times after the epoch become the epoch', () => {
  assert.is(textAfter(portageBuildTime, '1700000000\n', context), '1650000000\n');
  assert.is(textAfter(portageBuildTime, '1700000000', context), '1650000000');
  assert.is(apply(portageBuildTime, '1600000000\n', context).outcome, 'unchanged');
  faultAt(portageBuildTime, 'today\n', 0, /today/);
  survivesDamage(portageBuildTime, Buffer.from('1700000000\n'), { context, sameSize: false });
});

test.run();
