import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AttributeThread, type Listed, listBatch } from '../../src/source/attribute-thread.ts';
import { DescriptorStack } from '../../src/source/descriptors.ts';
import { scanDirectory } from '../../src/source/directory.ts';
import { type AttributeReader, loadAttributeReader } from '../../src/source/extended-attributes.ts';
import { loadXattrPackage } from '../../src/source/xattr-package.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('attribute-thread');
const scratch = new Scratch('attribute-thread');
const root = scratch.in('root');
test.after(() => scratch.remove());

const FILES = 600;
/** Text names can be asked about, others cannot; so no filesystem with attributes is needed. */
const nameOf = (i: number): string => (i % 7 === 3 ? `caf\xe9-${i}` : `file-${i}`);
const paths = Array.from({ length: FILES }, (_, i) => `d${i % 3}/${nameOf(i)}`);

mkdirSync(root);
for (const directory of ['d0', 'd1', 'd2']) mkdirSync(`${root}/${directory}`);
for (const path of paths) writeFileSync(Buffer.from(`${root}/${path}`, 'latin1'), '');

const MARK: AttributeReader = { list: () => ['here'] };

function withThread<T>(reader: AttributeReader, use: (thread: AttributeThread) => T): T {
  const descriptor = openSync(root, 'r');
  const thread = new AttributeThread(descriptor, reader);
  try {
    return use(thread);
  } finally {
    thread.close();
    closeSync(descriptor);
  }
}

const expected = (all: readonly string[]): Listed[] =>
  all.flatMap((path, position): Listed[] => {
    if (path.includes('missing')) return [{ position, code: 'ENOENT' }];
    return path.includes('\xe9') ? [{ position, names: undefined }] : [];
  });

test('both threads together list each entry once, in the order in which they were added', () => {
  const reader = loadAttributeReader() as AttributeReader;
  const all = paths.flatMap((path, i) => (i % 100 === 50 ? [path, `d1/missing-${i}`] : [path]));
  const listed = withThread(reader, (thread) => {
    for (const path of all) assert.ok(thread.add(path));
    return thread.finish();
  });
  assert.equal(listed, expected(all));
});

test('what the other thread has listed is not listed here again', () => {
  const listed = withThread(MARK, (thread) => {
    // Two whole batches; the rest is sent at the end.
    for (const path of paths) thread.add(path);
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let tries = 0; thread.unlisted > 0 && tries < 6000; tries += 1) Atomics.wait(pause, 0, 0, 10);
    assert.is(thread.unlisted, 0, 'the thread does not work');
    return thread.finish();
  });
  assert.equal(
    listed.filter(({ position }) => position < 512),
    expected(paths.slice(0, 512)),
  );
});

test('a batch belongs to the first who takes it', () => {
  const descriptor = openSync(root, 'r');
  const descriptors = new DescriptorStack(descriptor);
  const work = { batch: 0, paths: paths[0] as string, shared: new Int32Array(1), reader: MARK, descriptors };
  const answers: (readonly Listed[])[] = [];
  listBatch(work, (answer) => answers.push(answer));
  listBatch(work, (answer) => answers.push(answer));
  descriptors.close();
  closeSync(descriptor);
  assert.equal(answers, [[{ position: 0, names: ['here'] }]]);
});

test('a scan says the same with and without the thread, in the same order', async () => {
  const tree = scratch.in('tree');
  mkdirSync(`${tree}/sub`, { recursive: true });
  for (const name of ['a', 'caf\xe9', 'm', 'sub/x', 'z'])
    writeFileSync(Buffer.from(`${tree}/${name}`, 'latin1'), name);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(`${tree}/b.socket`, resolve));
  let hasAttributes = true;
  try {
    for (const name of ['a', 'm', 'sub', 'sub/x', 'z'])
      loadXattrPackage()?.setAttributeSync(`${tree}/${name}`, 'user.label', Buffer.from('x'));
  } catch {
    hasAttributes = false;
  }
  const scanned = [Number.POSITIVE_INFINITY, 0, 2].map((threadFrom) => {
    const source = scanDirectory(tree, { threadFrom });
    const { warnings } = source;
    const attributes = source.tree.entries.map((entry) => [...(source.attributesOf?.(entry) ?? [])]);
    source.close();
    return { warnings, attributes };
  });
  server.close();
  const codes = scanned[0]?.warnings.map(({ code, path }) => `${code} ${path}`);
  const labelled = [
    'xattr a',
    'socket b.socket',
    'xattr m',
    'xattr sub',
    'xattr sub/x',
    'xattr z',
    'xattr-unchecked ',
  ];
  assert.equal(codes, hasAttributes ? labelled : ['socket b.socket', 'xattr-unchecked ']);
  assert.equal(scanned[1], scanned[0]);
  assert.equal(scanned[2], scanned[0]);
});

test('an entry that is gone when its attributes are listed is named', () => {
  const tree = scratch.in('gone');
  mkdirSync(tree);
  for (const name of ['a', 'b']) writeFileSync(`${tree}/${name}`, '');
  const descriptor = openSync(tree, 'r');
  const thread = new AttributeThread(descriptor, loadAttributeReader() as AttributeReader);
  for (const path of ['a', 'c', 'b', 'd/e']) thread.add(path);
  assert.equal(thread.finish(), [
    { position: 1, code: 'ENOENT' },
    { position: 3, code: 'ENOENT' },
  ]);
  thread.close();
  closeSync(descriptor);
});

test('a scan fails for an entry that is gone when its attributes are listed', () => {
  const tree = scratch.in('vanishing');
  mkdirSync(`${tree}/z`, { recursive: true });
  writeFileSync(`${tree}/a`, '');
  // The directory is listed after `a` was visited, and before its attributes are.
  const listNames = (descriptor: number): string[] => {
    const names = readdirSync(`/proc/self/fd/${descriptor}`, { encoding: 'latin1' });
    if (names.length === 0) rmSync(`${tree}/a`);
    return names;
  };
  assert.throws(
    () => scanDirectory(tree, { threadFrom: 0, listNames }),
    (error: Error) =>
      /vanishing\/a: vanished or was replaced while the tree was read \(ENOENT\)/.test(error.message),
  );
});

test.run();
