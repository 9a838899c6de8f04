import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import { Damage } from '../../src/formats/damage.ts';
import { Claims } from '../../src/packages/claims.ts';
import { makeTree, symlink } from '../support/entries.ts';

const test = suite('packages/claims');
const tree = makeTree([symlink('lib', 'usr/lib'), symlink('usr/bin/sh', '/usr/bin/dash')]);

test('owners in the order in which they came, each once', () => {
  const claims = new Claims(tree);
  const [a, b, again] = ['a', 'b', 'a'].map((name) => claims.addOwner(name)) as [number, number, number];
  claims.add('usr', a);
  claims.add('usr', a);
  claims.add('usr', b);
  claims.add('usr', again);
  claims.add('etc/x', b);
  assert.equal(claims.ownersOf('usr'), ['a', 'b']);
  assert.equal(claims.ownersOf('etc/x'), ['b']);
  assert.equal(claims.ownersOf('etc'), []);
  assert.equal([claims.has('usr'), claims.has('etc')], [true, false]);
});

test('parents are resolved, the last component is not', () => {
  const claims = new Claims(tree);
  const owner = claims.addOwner('a');
  claims.add('lib/libc.so', owner);
  claims.add('usr/bin/sh', owner);
  claims.addAll('lib/x', ['one', 'two'], owner);
  claims.addAll('', ['etc'], owner);
  for (const path of ['usr/lib/libc.so', 'usr/bin/sh', 'usr/lib/x/one', 'usr/lib/x/two', 'etc']) {
    assert.ok(claims.has(path), path);
  }
  for (const path of ['lib/libc.so', 'usr/bin/dash', 'usr/lib/x', 'lib'])
    assert.not.ok(claims.has(path), path);
});

test('more claims than the limit are damage; the same path again is not one more', () => {
  const claims = new Claims(tree, 2);
  const owner = claims.addOwner('a');
  for (const path of ['a', 'b', 'a', 'b']) claims.add(path, owner);
  try {
    claims.addAll('d', ['x'], owner);
    assert.unreachable();
  } catch (error) {
    if (!(error instanceof StillrootError)) throw error;
    assert.is(error.code, 'source-unreadable');
    assert.instance(error.cause, Damage);
    assert.match(error.message, 'packages own more than 2 paths');
  }
});

test.run();
