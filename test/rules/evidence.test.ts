import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { TRIED_WITH, untriedRules } from '../../src/rules/evidence.ts';
import { TABLES } from '../../src/rules/tables/index.ts';

const test = suite('rules/evidence');

test('every layer but those that tests of Debian try has a row', () => {
  assert.equal(
    Object.keys(TABLES).filter((layer) => !Object.hasOwn(TRIED_WITH, layer)),
    ['common', 'dpkg', 'debian'],
  );
  for (const layer of Object.keys(TRIED_WITH)) assert.ok(Object.hasOwn(TABLES, layer), layer);
});

test('a whole layer is named once, single rules by id, and those of Debian and of users never', () => {
  const { common = [], dpkg = [], debian = [], xbps = [], portage = [], void: voidLinux = [] } = TABLES;
  assert.equal(untriedRules([...common, ...dpkg, ...debian, { id: 'user/nix' }]), []);
  assert.equal(untriedRules([...common, ...xbps, ...voidLinux]), [
    'xbps/repository-indexes',
    'xbps/cache',
    'void/*',
  ]);
  assert.equal(untriedRules(portage), ['portage/binary-package-digests', 'portage/archives']);
  assert.equal(untriedRules(xbps.filter(({ id }) => id === 'xbps/package-dates')), []);
});

test.run();
