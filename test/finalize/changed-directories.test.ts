import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Operation } from '../../src/finalize/operation.ts';
import { changedDirectories } from '../../src/finalize/tree-writer.ts';

const test = suite('changed directories');
const staged = { number: 0, size: 0, sha256: '0'.repeat(64) };

const CASES: ReadonlyArray<readonly [operation: Operation, expected: readonly string[]]> = [
  [{ do: 'unlock', path: 'a/b', mode: 0o700 }, []],
  [{ do: 'remove', path: 'a/b', isDirectory: false }, ['a']],
  [{ do: 'remove', path: 'a/b', isDirectory: true }, ['a']],
  [{ do: 'directory', path: 'a/b' }, ['a', 'a/b']],
  [{ do: 'symlink', path: 'a/b', target: 'c/d' }, ['a']],
  [{ do: 'write', path: 'a/b', staged }, ['a']],
  [{ do: 'fill', path: 'a/b', staged, names: ['a/b', 'c/d'] }, []],
  [{ do: 'relink', path: 'a/b', to: 'c/d' }, ['a']],
  [{ do: 'set', path: 'a/b', mtime: 0 }, []],
];
for (const [operation, expected] of CASES) {
  test(operation.do, () => assert.equal(changedDirectories([operation]), expected));
}

test('each once, in byte order, the root among them', () => {
  const remove = (path: string): Operation => ({ do: 'remove', path, isDirectory: false });
  assert.equal(changedDirectories(['z/a', 'b', 'a/\xff/c', 'a/x', 'z/b'].map(remove)), [
    '',
    'a',
    'a/\xff',
    'z',
  ]);
});

test.run();
