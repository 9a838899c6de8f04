import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { numberHardLinks } from '../../src/normalize/hard-links.ts';
import type { HardLinkGroup } from '../../src/tree/entry.ts';

const test = suite('normalize/hard-links');

const group = (...paths: string[]): readonly [HardLinkGroup, readonly string[]] => [
  { paths, outside: 0 },
  paths,
];
const lengthHash = (path: string): number => path.length;

test('a group has the number of its first path, and its data on its last name, or on its first', () => {
  const [links, paths] = group('bin/a', 'bin/b', 'usr/c');
  const numbers = numberHardLinks([[links, paths]], lengthHash);
  assert.equal(numbers.get(links), { inode: 5, nlink: 3, dataPath: 'usr/c' });
  const first = numberHardLinks([[links, paths]], lengthHash, 'first');
  assert.equal(first.get(links), { inode: 5, nlink: 3, dataPath: 'bin/a' });
});

test('what keeps one name is no group', () => {
  const [links] = group('a', 'b');
  assert.is(
    numberHardLinks(
      [
        [links, ['b']],
        [group()[0], []],
      ],
      lengthHash,
    ).size,
    0,
  );
});

test('collisions go to the next free number in tree order, and 0 is never used', () => {
  const groups = [group('ab', 'x'), group('cd', 'y'), group('', 'z')];
  const inodes = [...numberHardLinks(groups, lengthHash).values()].map(({ inode }) => inode);
  assert.equal(inodes, [2, 3, 1]);
  const top = numberHardLinks([group('p', 'q'), group('r', 's')], () => 0xffffffff);
  assert.equal(
    [...top.values()].map(({ inode }) => inode),
    [0xffffffff, 1],
  );
});

test('numbers are unsigned, whatever the hash gives and however they collide', () => {
  const inodes = (hash: number): number[] => {
    const groups = [group('p', 'q'), group('r', 's')];
    return [...numberHardLinks(groups, () => hash).values()].map(({ inode }) => inode);
  };
  assert.equal(inodes(0x7fff_ffff), [0x7fff_ffff, 0x8000_0000]);
  assert.equal(inodes(-2), [0xffff_fffe, 0xffff_ffff]);
});

test('a group added elsewhere does not renumber the others', () => {
  const hash = (path: string): number => path.charCodeAt(0);
  const [b, d] = [group('b', 'c'), group('d', 'e')];
  const before = numberHardLinks([b, d], hash);
  const after = numberHardLinks([group('a', 'z'), b, d], hash);
  for (const [links] of [b, d]) assert.equal(after.get(links), before.get(links));
});

test.run();
