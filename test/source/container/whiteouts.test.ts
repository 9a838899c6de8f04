import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { deletionOf, isAufsMetadata } from '../../../src/source/container/whiteouts.ts';
import { rejects } from '../../support/rejects.ts';

const test = suite('container/whiteouts');

test('what a name deletes', () => {
  assert.equal(deletionOf('.wh.a', ''), { kind: 'name', directory: '', name: 'a' });
  assert.equal(deletionOf('d/e/.wh.a b', ''), { kind: 'name', directory: 'd/e', name: 'a b' });
  assert.equal(deletionOf('d/.wh..hidden', ''), { kind: 'name', directory: 'd', name: '.hidden' });
  assert.equal(deletionOf('.wh....', ''), { kind: 'name', directory: '', name: '...' });
  assert.equal(deletionOf('.wh..wh..opq', ''), { kind: 'opaque', directory: '' });
  assert.equal(deletionOf('d/.wh..wh..opq', ''), { kind: 'opaque', directory: 'd' });
});

test('names that only look like one', () => {
  for (const path of ['', 'a', 'a.wh.b', 'd/x.wh.', 'wh.a', '.wha', '.WH.a', '.wh', 'd.wh./a']) {
    assert.is(deletionOf(path, ''), undefined, path);
  }
});

test('a mark that would delete its own directory, or one above it, is refused', async () => {
  for (const path of ['.wh.', '.wh..', 'd/.wh.', 'd/.wh..']) {
    await rejects(
      () => deletionOf(path, 'here'),
      'archive-malformed',
      /^here: ".*" would delete the directory that it is in/,
    );
  }
  for (const path of ['.wh...', 'd/e/.wh...']) {
    await rejects(() => deletionOf(path, ''), 'archive-malformed', /would delete a directory above its own/);
  }
});

test('nothing lies below a mark', async () => {
  for (const path of ['.wh.a/b', 'd/.wh.a/b/c', 'd/.wh..wh..opq/x', '.wh.a/.wh.b']) {
    await rejects(() => deletionOf(path, ''), 'archive-malformed', /lies below a deletion mark/);
  }
});

test('what AUFS keeps in the root of a layer is neither', () => {
  for (const path of ['.wh..wh.plnk', '.wh..wh.plnk/5.7', '.wh..wh.aufs', '.wh..wh.orph', '.wh..wh.orph/x']) {
    assert.ok(isAufsMetadata(path), path);
    assert.is(deletionOf(path, ''), undefined, path);
  }
  for (const path of ['.wh..wh..opq', 'd/.wh..wh.plnk', '.wh.a', '.wh..wha'])
    assert.not(isAufsMetadata(path), path);
});

test.run();
