/**
 * Changes of the content. An archive that stays the same under one of these has lost what changed, so these show that
 * equal digests elsewhere mean something.
 */

import type { Entry } from '../../tree/entry.ts';
import type { Tree } from '../../tree/tree.ts';
import { type Dimension, lackingRoot } from '../dimension.ts';

/** One in the middle: neither the first nor the last thing that a packer meets. */
function middleFile({ entries }: Tree): Entry | undefined {
  const files = entries.filter(({ type, links }) => type === 'file' && links === null);
  return files[files.length >> 1];
}

const needsFile = (_host: unknown, { tree }: { readonly tree: Tree }): string | undefined =>
  middleFile(tree) === undefined ? 'the tree has no file with one name' : undefined;

export const CONTENT: readonly Dimension[] = [
  {
    id: 'content/one-byte',
    kind: 'tree',
    about: 'one byte more in one file',
    how: 'an x at its end',
    equality: 'changes',
    quick: true,
    lacking: needsFile,
    vary: ({ tree: setup }, { tree }) => {
      setup.make = { ...setup.make, grown: middleFile(tree)?.path };
    },
  },
  {
    id: 'content/mode',
    kind: 'tree',
    about: 'mode of one file',
    how: 'its bits for execution are turned round',
    equality: 'changes',
    lacking: needsFile,
    vary: ({ tree: setup }, { tree }) => {
      const path = middleFile(tree)?.path;
      const change = (entry: Entry): Entry =>
        entry.path === path ? { ...entry, mode: entry.mode ^ 0o111 } : entry;
      setup.make = { ...setup.make, change: [...setup.make.change, change] };
    },
  },
  {
    id: 'content/owner',
    kind: 'tree',
    about: 'owner of one file',
    how: 'user and group 12345',
    equality: 'changes',
    lacking: (host, facts) => lackingRoot(host) ?? needsFile(host, facts),
    vary: ({ tree: setup }, { tree }) => {
      const path = middleFile(tree)?.path;
      const change = (entry: Entry): Entry =>
        entry.path === path ? { ...entry, uid: 12345, gid: 12345 } : entry;
      setup.make = { ...setup.make, change: [...setup.make.change, change] };
    },
  },
  {
    id: 'content/hard-links',
    kind: 'tree',
    about: 'names of one file become files of their own',
    how: 'copies instead of hard links',
    equality: 'changes',
    lacking: (_host, { tree }) =>
      tree.entries.some(({ links }) => links !== null && links.paths.length > 1)
        ? undefined
        : 'the tree has no hard links',
    vary: ({ tree }) => {
      tree.make = { ...tree.make, linksAsCopies: true };
    },
  },
];
