/** Where the tree and the archive lie, and how the packer is told. */
import { type Dimension, probed } from '../dimension.ts';

const anywhere = (): undefined => undefined;

/** Path of the tree itself. */
const inParents = (id: string, about: string, how: string, parents: readonly string[]): Dimension => ({
  id,
  kind: 'tree',
  about,
  how,
  equality: 'required',
  slot: 'path',
  facts: ['path of the root'],
  lacking: anywhere,
  vary: ({ tree }) => {
    tree.parents = [...parents];
  },
});

export const PATHS: readonly Dimension[] = [
  inParents('tree/path', 'path of the tree', 'it lies two directories deeper', ['elsewhere', 'below']),
  inParents('tree/long-path', 'a path of more than 1,000 bytes', 'five directories with long names', [
    ...Array.from({ length: 5 }, (_, at) => `${at}${'long'.repeat(55)}`),
  ]),
  inParents(
    'tree/odd-path',
    'a path that shells and programs trip over',
    'spaces, quotes, a newline, UTF-8',
    [' a "directory"\n$HOME \'*\' \u00fc\u{1f427}'],
  ),
  {
    id: 'process/working-directory',
    kind: 'process',
    about: 'working directory',
    how: 'the packer starts in / instead of its own directory',
    equality: 'required',
    slot: 'directory',
    lacking: anywhere,
    vary: ({ run }) => {
      run.cwd = 'root';
    },
    check: probed('pwd', /^\/$/),
  },
  {
    id: 'process/relative-path',
    kind: 'process',
    about: 'the tree is named by a relative path',
    how: 'as `.`, from inside of it',
    equality: 'required',
    slot: 'directory',
    lacking: anywhere,
    vary: ({ run }) => {
      run.cwd = 'tree';
      run.spelling = 'relative';
    },
    check: probed('pwd', /\/tree$/),
  },
  {
    id: 'process/trailing-slash',
    kind: 'process',
    about: 'the tree is named with a slash at the end',
    how: '`tree/` instead of `tree`',
    equality: 'required',
    slot: 'directory',
    lacking: anywhere,
    vary: ({ run }) => {
      run.spelling = 'slash';
    },
    check: probed('printf %s "$STILLROOT_LAB_TREE"', /\/$/),
  },
  {
    id: 'process/path-through-a-link',
    kind: 'process',
    about: 'the tree is reached through a symlink above it',
    how: 'a link to the directory in which it lies',
    equality: 'required',
    slot: 'directory',
    lacking: anywhere,
    vary: ({ run }) => {
      run.spelling = 'link';
    },
    check: probed('dirname "$STILLROOT_LAB_TREE" | xargs readlink', /./),
  },
  {
    id: 'process/output-path',
    kind: 'process',
    about: 'name and directory of the archive',
    how: 'another directory and a longer name',
    equality: 'required',
    lacking: anywhere,
    vary: ({ run }) => {
      run.output = 'elsewhere';
    },
    check: probed('printf %s "$STILLROOT_LAB_OUT"', /elsewhere/),
  },
];
