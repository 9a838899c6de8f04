import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { operationLines } from '../../src/app/finalize-tree.ts';
import type { DraftContent } from '../../src/finalize/operation.ts';

const test = suite('app/finalize-document');

const content = (bytes: DraftContent['bytes']): DraftContent => ({
  bytes,
  origin: undefined,
  owner: [0, 0],
  mode: 0o644,
  mtime: 0,
});

test('one line an operation', () => {
  const one = (): Uint8Array => new Uint8Array(1);
  assert.equal(
    operationLines([
      { do: 'unlock', path: 'etc', mode: 0o755 },
      { do: 'remove', path: 'var/log/x', isDirectory: false },
      { do: 'directory', path: 'new' },
      { do: 'symlink', path: 'etc/mtab', target: '../proc/mounts' },
      { do: 'write', path: 'etc/machine-id', content: content(one) },
      { do: 'write', path: 'own', content: content(null) },
      { do: 'fill', path: 'both', content: content(() => new Uint8Array(0)), names: ['both', 'other'] },
      { do: 'relink', path: 'a', to: 'b' },
      { do: 'set', path: 'a', owner: [1, 2], mode: 0o4755, mtime: 3 },
      { do: 'set', path: '', mtime: 3 },
    ]),
    [
      'unlock    etc mode=0755',
      'remove    var/log/x',
      'directory new',
      'symlink   etc/mtab -> ../proc/mounts',
      'write     etc/machine-id (1 byte)',
      'write     own (a separate copy)',
      'fill      both (0 bytes)',
      'relink    a = b',
      'set       a owner=1:2 mode=04755 mtime=3',
      'set       . mtime=3',
    ],
  );
});

test('no name and no target reaches a terminal raw', () => {
  const lines = operationLines([
    { do: 'symlink', path: 'a\n\x1b[31m', target: '\x07\xff' },
    { do: 'relink', path: 'x\ry', to: '\x9b' },
    { do: 'directory', path: 'back\\slash' },
  ]);
  assert.equal(lines, [
    'symlink   a\\x0a\\x1b[31m -> \\x07\\xff',
    'relink    x\\x0dy = \\x9b',
    'directory back\\\\slash',
  ]);
});

test('an owner of which one id stays as it is', () => {
  assert.equal(operationLines([{ do: 'set', path: 'a', owner: [5, 0xffff_ffff] }]), ['set       a owner=5:']);
});

test.run();
