import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  imageTar,
  type LayerBytes,
  type LayerMember,
  layer,
  layerTar,
  ociImage,
  plainLayer,
} from '../../../fixtures/containers/image-bytes.ts';
import { concat, TAR_END, ustar } from '../../../fixtures/hostile/archive-bytes.ts';
import type { Warning } from '../../../src/source/source.ts';
import { rejects } from '../../support/rejects.ts';
import { Scratch } from '../../support/temporary.ts';
import { flattened, openedFile } from './flattened.ts';

const test = suite('container/layered-tree');
const scratch = new Scratch('layered-tree');
test.after(() => scratch.remove());

const of = (...layers: readonly LayerBytes[]): Promise<string[]> => flattened(scratch, ociImage(layers));
const WH = '.wh.';
const OPAQUE = '.wh..wh..opq';

test('an upper layer adds, replaces and keeps', async () => {
  assert.equal(
    await of(
      layer(['etc/'], ['etc/a', '1'], ['etc/b', '2']),
      layer(['etc/'], ['etc/b', 'two'], ['etc/c', '3']),
    ),
    ['etc/', 'etc/a=1', 'etc/b=two', 'etc/c=3'],
  );
});

test('a mark deletes a file, a whole directory, a symlink and not what it leads to', async () => {
  const lower = layer(
    ['d/'],
    ['d/x', 'x'],
    ['d/e/'],
    ['d/e/y', 'y'],
    ['f', 'f'],
    ['keep/'],
    ['keep/z', 'z'],
    ['l', '->keep'],
  );
  assert.equal(await of(lower, layer([`${WH}d`], [`${WH}f`], [`${WH}l`])), ['keep/', 'keep/z=z']);
  assert.equal(await of(lower, layer([`d/e/${WH}y`], [`d/${WH}nothing`], [`no/where/${WH}x`])), [
    'd/',
    'd/e/',
    'd/x=x',
    'f=f',
    'keep/',
    'keep/z=z',
    'l -> keep',
  ]);
});

test('a mark is only about lower layers, wherever it stands in its own', async () => {
  const lower = layer(['d/'], ['d/x', 'old'], ['d/y', 'old']);
  const pieces: readonly LayerMember[] = [['d/'], ['d/x', 'new'], [`d/${WH}x`], [`${WH}d`]];
  for (const order of [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [2, 0, 3, 1],
  ]) {
    const members = order.map((at) => pieces[at] as LayerMember);
    assert.equal(await of(lower, layer(...members)), ['d/', 'd/x=new'], String(order));
  }
  // In the layer above it is about both.
  assert.equal(await of(lower, layer(['d/'], ['d/x', 'new']), layer([`d/${WH}x`])), ['d/', 'd/y=old']);
});

test('an opaque directory has nothing of lower layers, and all of its own', async () => {
  const lower = layer(['d/'], ['d/x', 'old'], ['d/s/'], ['d/s/y', 'old'], ['e', 'e']);
  for (const upper of [
    layer(['d/'], [`d/${OPAQUE}`], ['d/new', 'new']),
    layer(['d/new', 'new'], [`d/${OPAQUE}`]),
  ]) {
    assert.equal(await of(lower, upper), ['d/', 'd/new=new', 'e=e']);
  }
  assert.equal(await of(lower, layer([OPAQUE], ['only', '1'])), ['only=1'], 'the root');
  // A third layer fills it again.
  assert.equal(await of(lower, layer([`d/${OPAQUE}`]), layer(['d/x', 'third'])), ['d/', 'd/x=third', 'e=e']);
});

test('marks in the lowest layer delete nothing and are no part of the tree', async () => {
  assert.equal(await of(layer(['d/'], [`d/${WH}x`], [`d/${OPAQUE}`], [`${WH}y`], ['d/z', 'z'])), [
    'd/',
    'd/z=z',
  ]);
});

test('a file in place of a directory takes all of it, and a directory in place of a file is empty', async () => {
  assert.equal(
    await of(layer(['a/'], ['a/x', '1'], ['b', 'file']), layer(['a', 'file'], ['b/'], ['b/y', '2'])),
    ['a=file', 'b/', 'b/y=2'],
  );
  assert.equal(await of(layer(['a/'], ['a/x', '1']), layer(['a', '->etc']), layer(['a/'], ['a/y', '2'])), [
    'a/',
    'a/y=2',
  ]);
});

test('a directory that is named again gets new metadata and keeps what is in it', async () => {
  const lower = layer(['d/'], ['d/x', 'x']);
  const upper = plainLayer(
    concat(ustar('d/', '', { 100: '0000700\0', 108: '0000007\0', 156: '5' }), TAR_END),
  );
  await openedFile(scratch, imageTar(ociImage([lower, upper])), (source) => {
    const [directory, file] = source.tree.entries;
    assert.equal([directory?.mode, directory?.uid, file?.path], [0o700, 7, 'd/x']);
    assert.equal(source.warnings, [], 'it is not a duplicate');
  });
});

test('hard links reach into lower layers, and a new file under one name leaves the others', async () => {
  const lower = layer(['a', 'content'], ['b', '=>a']);
  assert.equal(await of(lower), ['a=content', 'b = a']);
  assert.equal(await of(lower, layer(['c', '=>a'])), ['a=content', 'b = a', 'c = a']);
  assert.equal(await of(lower, layer(['a', 'other'])), ['a=other', 'b=content']);
  assert.equal(await of(lower, layer([`${WH}a`])), ['b=content']);
  // A file that is renamed: the order within a layer does not matter.
  assert.equal(await of(lower, layer(['z', '=>a'], [`${WH}a`], [`${WH}b`])), ['z=content']);
  assert.equal(await of(lower, layer([`${WH}a`], [`${WH}b`], ['z', '=>a'])), ['z=content']);
  const deep = layer(['d/'], ['d/e/'], ['d/e/f', 'deep']);
  assert.equal(await of(deep, layer([`${WH}d`], ['g', '=>d/e/f'])), ['g=deep']);
  assert.equal(await of(deep, layer([`d/${OPAQUE}`], ['g', '=>d/e/f'])), ['d/', 'g=deep']);
});

test('a hard link leads through the links among its directories, and to a link itself', async () => {
  const lower = layer(['usr/'], ['usr/x', 'x'], ['l', '->usr'], ['s', '->usr/x']);
  assert.equal(await of(lower, layer(['a', '=>l/x'], ['b', '=>s'])), [
    'a=x',
    'b -> usr/x',
    'l -> usr',
    's = b',
    'usr/',
    'usr/x = a',
  ]);
});

test('files that AUFS kept aside are targets of hard links, and nothing else of it is there', async () => {
  const aufs = layer(
    ['.wh..wh.plnk/'],
    ['.wh..wh.plnk/5.7', 'linked'],
    ['.wh..wh.aufs', ''],
    ['a', '=>.wh..wh.plnk/5.7'],
    ['b', '=>.wh..wh.plnk/5.7'],
  );
  assert.equal(await of(layer(['x', 'x']), aufs), ['a=linked', 'b = a', 'x=x']);
});

test('missing directories are made, with a warning where no layer names them', async () => {
  const files = ociImage([layer(['a/b/c', '1']), layer(['a/b/'])]);
  await openedFile(scratch, imageTar(files), ({ tree, warnings }) => {
    assert.equal(
      tree.entries.map(({ path, mode }) => [path, mode]),
      [
        ['a', 0o755],
        ['a/b', 0o755],
        ['a/b/c', 0o644],
      ],
    );
    assert.equal(
      warnings.map(({ code, path }: Warning) => `${code} ${path}`),
      ['implied-directory a'],
    );
  });
});

test('an entry for the root is that of the last layer that has one', async () => {
  const root = (mode: string): LayerBytes =>
    plainLayer(concat(ustar('./', '', { 100: mode, 156: '5' }), ustar('./x', 'x'), TAR_END));
  await openedFile(
    scratch,
    imageTar(ociImage([root('0000700\0'), root('0001777\0'), layer(['y', 'y'])])),
    (source) => {
      assert.is(source.hasRoot, true);
      assert.is(source.tree.root.mode, 0o1777);
      assert.equal(
        source.tree.entries.map(({ path }) => path),
        ['x', 'y'],
      );
    },
  );
  await openedFile(scratch, imageTar(ociImage([layer(['x', 'x'])])), (source) =>
    assert.is(source.hasRoot, false),
  );
});

test('a path that one layer has twice is a warning, and one that a layer replaces is none', async () => {
  const warningsOf = (...layers: readonly LayerBytes[]): Promise<string[]> =>
    openedFile(scratch, imageTar(ociImage(layers)), ({ warnings }) =>
      warnings.map(({ code, path: at }) => `${code} ${at}`),
    );
  assert.equal(await warningsOf(layer(['a', '1']), layer(['a', '2'])), []);
  assert.equal(await warningsOf(layer(['a', '1'], ['a', '2'])), ['duplicate-entry a']);
});

test('a hard link that has content of its own gives it to all names', async () => {
  const link = concat(ustar('a', 'old'), ustar('b', 'new', { 156: '1', 157: 'a' }), TAR_END);
  assert.equal(await of(plainLayer(link)), ['a=new', 'b = a']);
});

test('which layer a path comes from, and which one removed it', async () => {
  const files = ociImage([
    layer(['d/'], ['d/a', '1'], ['d/b', '1'], ['e/'], ['e/f', '1'], ['g/'], ['g/h', '1']),
    layer(['d/a', '2'], [`e/${OPAQUE}`], ['g', 'file']),
    layer([`d/${WH}b`]),
  ]);
  await openedFile(scratch, imageTar(files), ({ tree, image }) => {
    const layerOf = (path: string): number | undefined => {
      const entry = tree.get(path);
      return entry && image?.layerOf(entry);
    };
    assert.equal(['d', 'd/a', 'e', 'g'].map(layerOf), [0, 1, 0, 1]);
    assert.equal(
      ['d/b', 'e/f', 'g/h', 'd/never', 'd/b/below'].map((path) => image?.removedIn(path)),
      [2, 1, 1, undefined, 2],
    );
  });
});

test('what no tree can have is refused with layer and byte', async () => {
  const lower = layer(['etc/'], ['etc/passwd', 'p'], ['f', 'f'], ['loop', '->loop']);
  const cases: readonly (readonly [LayerMember[], RegExp])[] = [
    [[['f/x', 'x']], /layer 2 of 2: byte 0 of the layer: "f\/x" lies below "f", which is not a directory/],
    [[['loop/x', 'x']], /"loop" leads through a symlink that loops/],
    [[['a', '=>nothing']], /"a" is a hard link to "nothing", which is in no layer before it/],
    [[['a', '=>etc']], /hard link to "etc", which is a directory/],
    [[['f', '=>f']], /hard link to "f", which it replaces/],
    [[['etc', '=>etc/passwd']], /hard link to "etc\/passwd", which it replaces/],
    [[['a', '=>../etc/passwd']], /contains "\.\."/],
    [[['../a', 'x']], /contains "\.\."/],
  ];
  for (const [members, words] of cases) {
    const error = await rejects(() => of(lower, layer(...members)), 'archive-malformed', words);
    assert.match(error.where ?? '', /layer 2 of 2: byte \d+ of the layer$/);
  }
});

test('entries of all layers count together, and so do directories that they imply', async () => {
  // The image itself has ten.
  const limits = { entries: 12 };
  const seven = layer(...[...'abcdefg'].map((name): LayerMember => [name, '1']));
  assert.is((await flattened(scratch, ociImage([seven]), { limits })).length, 7);
  await rejects(
    () =>
      flattened(
        scratch,
        ociImage([seven, layer(['x', '1'], ...[...'abcde'].map((n): LayerMember => [n, '2']))]),
        { limits },
      ),
    'archive-limit',
    /image\.tar: has more than 12 entries\./,
  );
  const implied = ociImage([layer([`${'a/'.repeat(12)}f`, '1'])]);
  await rejects(
    () => flattened(scratch, implied, { limits }),
    'archive-limit',
    /with the directories they need/,
  );
});

// A model that knows nothing of the code above: a map of paths, changed as the specification says.

const NAMES = ['a', 'b', 'c'];
const path = fc
  .array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 })
  .map((names) => names.join('/'));
const change = fc.oneof(
  { weight: 3, arbitrary: path.map((at) => ({ kind: 'directory', at }) as const) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(path, fc.string({ minLength: 1, maxLength: 3, unit: 'binary-ascii' }))
      .map(([at, text]) => ({ kind: 'file', at, text }) as const),
  },
  { weight: 2, arbitrary: path.map((at) => ({ kind: 'delete', at }) as const) },
  { weight: 1, arbitrary: path.map((at) => ({ kind: 'opaque', at }) as const) },
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

class Model {
  /** Text of a file; undefined for a directory. */
  readonly paths = new Map<string, string | undefined>();

  remove(at: string, withItself: boolean): void {
    for (const each of [...this.paths.keys()]) {
      if (each.startsWith(`${at}/`) || (withItself && each === at)) this.paths.delete(each);
    }
  }

  /** Undefined where an entry would lie below a file. */
  apply(changes: readonly Change[]): LayerMember[] | undefined {
    const members: LayerMember[] = [];
    for (const { kind, at } of changes) {
      const slash = at.lastIndexOf('/');
      if (kind === 'delete') this.remove(at, true);
      if (kind === 'opaque') this.remove(at, false);
      if (kind === 'delete') members.push([`${at.slice(0, slash + 1)}${WH}${at.slice(slash + 1)}`]);
      if (kind === 'opaque') members.push([`${at}/${OPAQUE}`]);
    }
    for (const each of changes) {
      if (each.kind !== 'file' && each.kind !== 'directory') continue;
      const names = each.at.split('/');
      for (let depth = 1; depth < names.length; depth += 1) {
        const above = names.slice(0, depth).join('/');
        if (this.paths.get(above) !== undefined) return undefined;
        this.paths.set(above, undefined);
      }
      if (each.kind === 'directory' && this.paths.get(each.at) !== undefined) this.paths.delete(each.at);
      if (each.kind === 'file') this.remove(each.at, true);
      this.paths.set(each.at, each.kind === 'file' ? each.text : undefined);
      members.push(each.kind === 'file' ? [each.at, each.text] : [`${each.at}/`]);
    }
    return members;
  }

  list(): string[] {
    const key = (at: string): string => at.replaceAll('/', '\0');
    return [...this.paths]
      .sort(([x], [y]) => (key(x) < key(y) ? -1 : 1))
      .map(([at, text]) => (text === undefined ? `${at}/` : `${at}=${text}`));
  }
}

test('any layers make what the specification says, wherever their marks stand', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(change, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (changes, isMarkLast) => {
        const model = new Model();
        const layers: LayerBytes[] = [];
        for (const each of changes) {
          const members = model.apply(each);
          if (members === undefined) fc.pre(false);
          const isMark = ([name]: LayerMember): boolean => name.includes(WH);
          const marks = members?.filter(isMark) ?? [];
          const others = members?.filter((one) => !isMark(one)) ?? [];
          layers.push(plainLayer(layerTar(...(isMarkLast ? [...others, ...marks] : [...marks, ...others]))));
        }
        assert.equal(await of(...layers), model.list());
      },
    ),
    { numRuns: 60 },
  );
});

test.run();
