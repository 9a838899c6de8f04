import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { TRIED_WITH, UNTRIED, untriedRules } from '../../src/rules/evidence.ts';
import { Glob } from '../../src/rules/glob.ts';
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

/** `a/{b,c}` as `a/b` and `a/c`. */
function alternatives(pattern: string): string[] {
  const [, before = '', list, after = ''] = /^(.*)\{(.*)\}(.*)$/.exec(pattern) ?? [];
  return list === undefined ? [pattern] : list.split(',').map((each) => `${before}${each}${after}`);
}

test('each name of a rule that was never tried is that of a rule, so that none counts as tried for its new name', () => {
  const ids = Object.values(TABLES).flatMap((rules) => rules.map(({ id }) => id));
  for (const pattern of UNTRIED.flatMap(alternatives)) {
    const glob = new Glob(pattern);
    assert.ok(
      ids.some((id) => glob.matches(id)),
      pattern,
    );
    assert.is.not(TRIED_WITH[pattern.split('/')[0] ?? ''], undefined, pattern);
  }
});

test.run();
