import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isOtherOwner, NO_ID, normalizeOwner, type OwnerSettings } from '../../src/normalize/owner.ts';
import { makeEntry } from '../support/entries.ts';

const test = suite('normalize/owner');

const ROOT: OwnerSettings = { policy: 'auto', uid: 0, gid: 0, mapUid: new Map(), mapGid: new Map() };
const USER: OwnerSettings = { ...ROOT, uid: 1000, gid: 100 };
const owned = (uid: number, gid: number) => makeEntry('f', 'file', { uid, gid });

test('auto: root keeps what is on disk', () => {
  assert.equal(normalizeOwner(owned(33, 1000), ROOT), { uid: 33, gid: 1000 });
  assert.equal(normalizeOwner(owned(33, 1000), { ...ROOT, gid: 1000 }), { uid: 33, gid: 1000 }, 'any group');
});

test("auto: without root, the user's own ids become root's and others stay", () => {
  assert.equal(normalizeOwner(owned(1000, 100), USER), { uid: 0, gid: 0 });
  assert.equal(normalizeOwner(owned(1000, 33), USER), { uid: 0, gid: 33 });
  assert.equal(normalizeOwner(owned(100, 1000), USER), { uid: 100, gid: 1000 });
});

test('keep and root', () => {
  assert.equal(normalizeOwner(owned(1000, 100), { ...USER, policy: 'keep' }), { uid: 1000, gid: 100 });
  assert.equal(normalizeOwner(owned(1000, 33), { ...USER, policy: 'root' }), { uid: 0, gid: 0 });
});

test('a rule goes over what is on disk, and --owner root over the rule', () => {
  assert.equal(normalizeOwner(owned(1000, 100), USER, { gid: 42 }), { uid: 0, gid: 42 });
  assert.equal(normalizeOwner(owned(1000, 100), { ...USER, policy: 'root' }, { gid: 42 }), {
    uid: 0,
    gid: 0,
  });
});

test('maps come last and each id is mapped once', () => {
  const mapUid = new Map([
    [0, 5],
    [5, 6],
  ]);
  assert.equal(normalizeOwner(owned(0, 0), { ...ROOT, mapUid }), { uid: 5, gid: 0 });
  assert.equal(normalizeOwner(owned(5, 0), { ...ROOT, mapUid }), { uid: 6, gid: 0 });
  assert.equal(normalizeOwner(owned(9, 9), { ...ROOT, mapGid: new Map([[42, 1]]) }, { gid: 42 }), {
    uid: 9,
    gid: 1,
  });
});

test('the id that chown takes for "no change" is refused, unless it is mapped away', () => {
  assert.throws(
    () => normalizeOwner(owned(NO_ID, 0), ROOT),
    /^f: uid is 4294967295, wanted 0 to 4294967294.*--map-uid/,
  );
  assert.throws(() => normalizeOwner(owned(0, NO_ID), ROOT), /gid/);
  assert.equal(normalizeOwner(owned(NO_ID, 0), { ...ROOT, mapUid: new Map([[NO_ID, 7]]) }), {
    uid: 7,
    gid: 0,
  });
});

test("without root, ids of one's own stand for root and are no other owner", () => {
  const mine = { policy: 'auto', uid: 1000, gid: 100, mapUid: new Map(), mapGid: new Map() } as const;
  assert.is(isOtherOwner({ uid: 1000, gid: 100 }, { uid: 0, gid: 0 }, mine), false);
  assert.is(isOtherOwner({ uid: 1000, gid: 101 }, { uid: 0, gid: 0 }, mine), true);
  assert.is(isOtherOwner({ uid: 1000, gid: 100 }, { uid: 0, gid: 42 }, mine), true);
  assert.is(isOtherOwner({ uid: 1000, gid: 100 }, { uid: 0, gid: 0 }, { ...mine, policy: 'root' }), true);
  assert.is(isOtherOwner({ uid: 0, gid: 5 }, { uid: 0, gid: 0 }, { ...mine, uid: 0, gid: 5 }), true);
});

test.run();
