import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ManifestEntry } from '../../src/manifest/manifest.ts';
import { compareEntries } from '../../src/verify/verification.ts';

const test = suite('verify/compare-entries');

function file(path: string, fields: Partial<ManifestEntry> = {}): ManifestEntry {
  const digest = `sha256:${'0'.repeat(64)}`;
  return { path, type: 'file', mode: '0644', uid: 0, gid: 0, mtime: 5, size: 3, digest, ...fields };
}

test('equal lists differ in nothing', () => {
  const entries = [file('a'), file('b', { hardLink: 'a' })];
  assert.equal(compareEntries(entries, structuredClone(entries)), { missing: [], extra: [], different: [] });
});

test('every field counts', () => {
  const other: ManifestEntry = {
    path: 'a',
    type: 'symlink',
    mode: '0777',
    uid: 1,
    gid: 2,
    mtime: 6,
    size: 4,
    digest: `sha256:${'1'.repeat(64)}`,
    target: 'x',
    device: '1:3',
    hardLink: 'b',
  };
  for (const [field, found] of Object.entries(other)) {
    if (field === 'path') continue;
    const wanted = file('a');
    const { different } = compareEntries([wanted], [{ ...wanted, [field]: found }]);
    const before = wanted[field as keyof ManifestEntry] ?? null;
    assert.equal(different, [{ path: 'a', fields: [{ field, wanted: before, found }] }]);
  }
});

test('what is on one side only is missing or extra, in the order of its side', () => {
  const wanted = [file('a'), file('b'), file('c')];
  const found = [file('b'), file('d'), file('e')];
  assert.equal(compareEntries(wanted, found), { missing: ['a', 'c'], extra: ['d', 'e'], different: [] });
});

test('the entry of the root is no part of the tree', () => {
  const root = file('.', { type: 'directory' });
  const none = { missing: [], extra: [], different: [] };
  assert.equal(compareEntries([root, file('a')], [file('a')]), none);
  assert.equal(compareEntries([file('a')], [root, file('a')]), none);
  assert.equal(compareEntries([root], [{ ...root, mode: '0700' }]), none);
});

test('a path that a hostile manifest has twice is missing once', () => {
  assert.equal(compareEntries([file('a'), file('a')], [file('a')]).missing, ['a']);
});

test('names of the prototype are only names', () => {
  const names = ['__proto__', 'constructor', 'toString'];
  const found = compareEntries(
    names.map((name) => file(name)),
    [],
  );
  assert.equal(found.missing, names);
});

test.run();
