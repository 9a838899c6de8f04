import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type LayerBytes,
  type LayerMember,
  layer,
  ociImage,
} from '../../../fixtures/containers/image-bytes.ts';
import { impliedDirectory } from '../../../src/source/archive-node.ts';
import { type Branch, childrenOf, collect, walk } from '../../../src/source/container/branch.ts';
import type { EntryType } from '../../../src/tree/entry.ts';
import { rejects } from '../../support/rejects.ts';
import { Scratch } from '../../support/temporary.ts';
import { flattened } from './flattened.ts';

const test = suite('container/branch');
const scratch = new Scratch('branch');
test.after(() => scratch.remove());

function branch(type: EntryType, target: string = ''): Branch {
  return { node: { ...impliedDirectory(), type, target }, layer: 0, children: childrenOf(type) };
}

/** A directory with these names: `->` and a target for a symlink, `file`, or what is inside a directory. */
interface Inside {
  readonly [name: string]: string | Inside;
}

function directory(inside: Inside): Branch {
  const made = branch('directory');
  for (const [name, each] of Object.entries(inside)) {
    const isLink = typeof each === 'string' && each.startsWith('->');
    const child =
      typeof each === 'object' ? directory(each) : isLink ? branch('symlink', each.slice(2)) : branch('file');
    made.children?.set(name, child);
  }
  return made;
}

test('a path leads through links, and never above the root', () => {
  const root = directory({ usr: { lib: {} }, lib: '->usr/lib', top: '->/', up: '->../../usr', file: 'file' });
  const ways = [
    ['', ''],
    ['usr/lib', 'usr/lib'],
    ['lib', 'usr/lib'],
    ['top/lib', 'usr/lib'],
    ['up/lib/..', 'usr'],
    ['usr/../../lib/.', 'usr/lib'],
  ] as const;
  for (const [path, wanted] of ways) {
    const place = walk(root, path, {});
    assert.is(typeof place === 'object' ? place.path : place, wanted, path);
    assert.is(typeof place === 'object' && place.branch?.node.type, 'directory', path);
  }
  assert.is(walk(root, 'usr/none', {}), undefined);
  assert.equal(walk(root, 'file', {}), { path: 'file', branch: undefined });
  assert.equal(walk(root, 'file/below', {}), { path: 'file', branch: undefined });
});

test('what is missing is made, with its path, also where a link leads nowhere', () => {
  const root = directory({ link: '->no/where' });
  const made: string[] = [];
  const make = (path: string, siblings: Map<string, Branch>): Branch => {
    const child = branch('directory');
    siblings.set(path.slice(path.lastIndexOf('/') + 1), child);
    made.push(path);
    return child;
  };
  assert.is((walk(root, 'link/x', { make }) as { path: string }).path, 'no/where/x');
  assert.equal(made, ['no', 'no/where', 'no/where/x']);
  const found: string[] = [];
  collect(root, '', (path) => void found.push(path));
  assert.equal(found, ['link', 'no', 'no/where', 'no/where/x']);
});

test('a blocked link leads nowhere, and only at its own path', () => {
  const root = directory({ a: { link: '->/d' }, link: '->d', d: {} });
  const blocked = new Set(['link']);
  assert.is(walk(root, 'link', { blocked }), undefined);
  assert.is((walk(root, 'a/link', { blocked }) as { path: string }).path, 'd');
});

test('forty links are followed, and paths up to PATH_MAX', () => {
  const chain = (length: number): Inside => ({
    ...Object.fromEntries(Array.from({ length }, (_, at) => [`l${at}`, `->l${at + 1}`])),
    [`l${length}`]: {},
  });
  assert.is((walk(directory(chain(40)), 'l0', {}) as { path: string }).path, 'l40');
  assert.is(walk(directory(chain(41)), 'l0', {}), 'loop');
  assert.is(walk(directory({ self: '->self' }), 'self', {}), 'loop');
  const make = (path: string, siblings: Map<string, Branch>): Branch => {
    const child = branch('directory');
    siblings.set(path, child);
    return child;
  };
  assert.is.not(walk(branch('directory'), 'x'.repeat(4096), { make }), 'loop');
  assert.is(walk(branch('directory'), 'x'.repeat(4097), { make }), 'loop');
});

// The same, through the layers of images.

const of = (...layers: readonly LayerBytes[]): Promise<string[]> => flattened(scratch, ociImage(layers));
const WH = '.wh.';

test('links among the directories of a name are followed inside the tree', async () => {
  const lower = layer(
    ['usr/'],
    ['usr/lib/'],
    ['usr/lib/a', 'a'],
    ['lib', '->usr/lib'],
    ['abs', '->/usr'],
    ['up', '->../../..'],
  );
  const upper = layer(['lib/b', 'b'], ['abs/lib/c', 'c'], ['up/d', 'd'], [`lib/${WH}a`]);
  assert.equal(await of(lower, upper), [
    'abs -> /usr',
    'd=d',
    'lib -> usr/lib',
    'up -> ../../..',
    'usr/',
    'usr/lib/',
    'usr/lib/b=b',
    'usr/lib/c=c',
  ]);
  // One that leads nowhere makes what it needs, as in umoci and containerd.
  assert.equal(await of(layer(['l', '->no/where']), layer(['l/x', 'x'])), [
    'l -> no/where',
    'no/',
    'no/where/',
    'no/where/x=x',
  ]);
});

test('the last component of a name is never followed', async () => {
  const lower = layer(['etc/'], ['etc/passwd', 'secret'], ['l', '->etc/passwd'], ['m', '->etc']);
  assert.equal(await of(lower, layer(['l', 'file'], ['m/'], ['m/x', 'x'])), [
    'etc/',
    'etc/passwd=secret',
    'l=file',
    'm/',
    'm/x=x',
  ]);
});

test('a mark below a link that its own layer makes, or replaces, deletes nothing', async () => {
  const lower = layer(['etc/'], ['etc/passwd', 'p'], ['l', '->etc']);
  assert.equal(await of(lower, layer(['n', '->etc'], [`n/${WH}passwd`])), [
    'etc/',
    'etc/passwd=p',
    'l -> etc',
    'n -> etc',
  ]);
  assert.equal(await of(lower, layer(['l/'], [`l/${WH}passwd`])), ['etc/', 'etc/passwd=p', 'l/']);
});

test('names that links make longer count too', async () => {
  const long = `${'x'.repeat(90)}/`;
  const files = ociImage([
    layer([long], ['l', `->${long}`]),
    layer(...Array.from({ length: 20 }, (_, at): LayerMember => [`l/${at}`, '1'])),
  ]);
  const limits = { metadataSize: 2000 };
  await rejects(
    () => flattened(scratch, files, { limits }),
    'archive-limit',
    /take \d+ bytes, the limit is 2000/,
  );
});

test.run();
