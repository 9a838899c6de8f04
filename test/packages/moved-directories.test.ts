import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MOVES, movedPlaces, originalPath } from '../../src/packages/moved-directories.ts';
import { Glob } from '../../src/rules/glob.ts';
import { ruleGlob } from '../../src/rules/rule-set.ts';

const test = suite('moved-directories');

test('where a path may be, and where what was moved is when the system runs', () => {
  assert.equal(movedPlaces('etc/machine-id'), [
    'etc/machine-id',
    'usr/etc/machine-id',
    'usr/share/factory/etc/machine-id',
  ]);
  assert.equal(movedPlaces('var/lib/pacman/local'), [
    'var/lib/pacman/local',
    'usr/share/factory/var/lib/pacman/local',
    'usr/lib/sysimage/lib/pacman/local',
    'usr/lib/pacman/local',
    'usr/share/pacman/local',
    'usr/lib/sysimage/pacman/local',
  ]);
  assert.equal(movedPlaces('usr/lib/x'), ['usr/lib/x']);
  assert.equal(movedPlaces('etcetera'), ['etcetera']);
  assert.is(originalPath('usr/etc/passwd'), 'etc/passwd');
  assert.is(originalPath('sysroot/ostree/deploy/os/deploy/0.0/etc/passwd'), 'etc/passwd');
  assert.is(originalPath('usr/share/dpkg/database/status'), 'var/lib/dpkg/status');
  for (const path of ['etc/passwd', 'usr/etcetera/x', 'usr/etc', 'opt/usr/etc/x', 'ostree/deploy/os/etc/x'])
    assert.is(originalPath(path), undefined, path);
});

test('a pattern of the tables counts in every place, one of a user where it says', () => {
  const table = ruleGlob({ id: 'common/x' }, '{etc,var/lib}/x*');
  const user = ruleGlob({ id: 'user/x' }, '{etc,var/lib}/x*');
  for (const path of ['etc/xy', 'var/lib/x']) assert.ok(table.matches(path) && user.matches(path), path);
  for (const path of ['usr/etc/xy', 'usr/lib/sysimage/lib/x', 'var/lib/confexts/mine/etc/x']) {
    assert.ok(table.matches(path), path);
    assert.not(user.matches(path), path);
  }
  for (const path of ['usr/etc/y', 'usr/etc/x/y', 'opt/etc/x']) assert.not(table.matches(path), path);
});

test('only what is in the directory moves, by its whole name', () => {
  assert.not(new Glob('etc', 'path', MOVES).matches('usr/etc'));
  assert.not(new Glob('*/x', 'path', MOVES).matches('usr/etc/x'));
  assert.ok(new Glob('etc/**', 'path', MOVES).matches('usr/etc/a/b'));
});

test('a pattern that counts in several places names no single path', () => {
  assert.is(new Glob('etc/x', 'path', MOVES).literal, undefined);
  assert.is(new Glob('etc/x').literal, 'etc/x');
  assert.is(new Glob('opt/x', 'path', MOVES).literal, 'opt/x');
});

test.run();
