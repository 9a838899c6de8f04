import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DraftList } from '../../src/finalize/operation.ts';

const test = suite('draft-list');
const content = { bytes: null, origin: undefined, owner: [0, 0], mode: 0o644, mtime: 0 } as const;

test('an empty list', () => {
  const list = new DraftList();
  assert.ok(list.isEmpty);
  list.unlock('d', 0o755);
  // That alone changes nothing that has to be changed.
  assert.ok(list.isEmpty);
  assert.ok(list.isUnlocked('d') && !list.isUnlocked('e'));
});

test('the order: unlock, remove, contents, metadata, directories from the deepest', () => {
  const list = new DraftList();
  list.set({ do: 'set', path: 'd', mtime: 1 }, true);
  list.set({ do: 'set', path: 'd/e', mtime: 1 }, true);
  list.set({ do: 'set', path: 'd/f', mtime: 1 }, false);
  list.fill({ do: 'fill', path: 'g', content });
  list.make({ do: 'write', path: 'd/w', content });
  list.remove('d/e/z', false);
  list.remove('d/e/y', true);
  list.unlock('d', 0o755);
  assert.equal(
    list.inOrder().map(({ do: name, path }) => `${name} ${path}`),
    ['unlock d', 'remove d/e/z', 'remove d/e/y', 'fill g', 'write d/w', 'set d/f', 'set d/e', 'set d'],
  );
  assert.not.ok(list.isEmpty);
});

test('directories in which names come or go; a file filled in place moves none', () => {
  const list = new DraftList();
  list.remove('a/x', false);
  list.make({ do: 'directory', path: 'b/y' });
  list.fill({ do: 'fill', path: 'c/z', content });
  list.make({ do: 'relink', path: 'top', to: 'c/z' });
  assert.equal([...list.touched], ['a', 'b', '']);
  assert.equal([list.isMade('b/y'), list.isMade('c/z'), list.isFilled('c/z')], [true, false, true]);
});

test.run();
