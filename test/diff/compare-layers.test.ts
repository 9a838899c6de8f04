import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ArchiveLayer, HeaderFacts } from '../../src/diff/archive-layer.ts';
import { layerClusters } from '../../src/diff/cluster.ts';
import {
  type Around,
  compareLayers,
  type LayerSide,
  NOTHING_AROUND,
  unchanged,
} from '../../src/diff/compare-layers.ts';
import { earlyArchive } from '../support/early-archive.ts';
import { makeEntry } from '../support/entries.ts';

const test = suite('compare layers');

function header(name: string, fields: Partial<HeaderFacts> = {}): HeaderFacts {
  return { name, inode: 0, nlink: 1, segment: 0, ...fields };
}

function side(layer: Partial<ArchiveLayer>, rest: Partial<LayerSide> = {}): LayerSide {
  return {
    layer: {
      fileSize: 100,
      members: [{ compression: 'xz', blocks: [10, 20] }],
      formats: ['newc'],
      headers: [header('a'), header('b')],
      payloadDigest: '1',
      fileDigest: '1',
      ...layer,
    },
    early: NOTHING_AROUND,
    root: undefined,
    ...rest,
  };
}

const A = side({});

function whats(b: LayerSide, a: LayerSide = A, isSameTree = true): string[] {
  return compareLayers(a, b, isSameTree).map(({ what }) => what);
}

test('equal archives', () => {
  assert.equal(whats(A), []);
});

test('the same archive in another compression, or in the same with other bytes', () => {
  const one = side({ members: [{ compression: 'xz', blocks: [30] }], fileDigest: '2' });
  const [difference] = compareLayers(A, one, true);
  assert.equal([difference?.cause, difference?.what], ['compressor', 'compression']);
  assert.equal(difference?.lines, [
    '-xz in 2 blocks, the largest of 20 bytes, 100 bytes',
    '+xz in one block, 100 bytes',
  ]);
  assert.equal(whats(side({ fileDigest: '2' })), ['compression']);
  assert.equal(whats(side({ members: [{ compression: 'gzip', blocks: undefined }], fileDigest: '2' })), [
    'compression',
  ]);
});

test('format, names, order, inode numbers, link counts', () => {
  const b = (fields: Partial<ArchiveLayer>): LayerSide =>
    side({ payloadDigest: '2', fileDigest: '2', ...fields });
  assert.equal(whats(b({ formats: ['odc'] })), ['format']);
  assert.equal(whats(b({ headers: [header('./a'), header('b')] })), ['names']);
  assert.equal(whats(b({ headers: [header('b'), header('a')] })), ['order']);
  assert.equal(whats(b({ headers: [header('a', { inode: 7 }), header('b')] })), ['inode']);
  assert.equal(whats(b({ headers: [header('a', { nlink: 2 }), header('b')] })), ['nlink']);
  assert.equal(whats(b({})), ['rest']);
  assert.equal(whats(b({}), A, false), [], 'another tree is another payload');
  const [inode] = compareLayers(A, b({ headers: [header('a', { inode: 7 }), header('b')] }), true);
  assert.equal([inode?.paths, inode?.lines], [['a'], ['-a: 0', '+a: 7']]);
  const only = b({ headers: [header('a'), header('new'), header('b')] });
  assert.equal(whats(only, A, false), [], 'one more entry is no other order');
});

test('what headers say of how they were written, and padding', () => {
  const written = { dialects: ['gnu'], devices: ['254:0'], owners: ['root:root'] };
  const payload = { payloadDigest: '2', fileDigest: '2' };
  const a = side({ written, padding: 20 });
  const b = (fields: Partial<typeof written>): LayerSide =>
    side({ ...payload, written: { ...written, ...fields }, padding: 20 });
  assert.equal(whats(b({ dialects: ['pax'] }), a), ['format']);
  assert.equal(whats(b({ devices: ['0:0'] }), a), ['source-device']);
  assert.equal(whats(b({ owners: [] }), a), ['owner-names']);
  const many = b({ owners: ['a:a', 'b:b', 'c:c', 'd:d', 'e:e', 'f:f'] });
  assert.equal(compareLayers(a, many, true)[0]?.lines, ['-root:root', '+a:a, b:b, c:c, d:d, e:e and 1 more']);
  const [padding, ...rest] = compareLayers(a, side({ written, padding: 532, fileDigest: '2' }), true);
  assert.equal([padding?.what, padding?.lines, rest], ['padding', ['-20 bytes', '+532 bytes'], []]);
  const other = side({ ...payload, formats: ['odc'], written: { ...written, devices: ['5:5'] } });
  assert.equal(whats(other, a), ['format'], 'another format numbers devices in another way');
});

test('blocks that follow from the content are no other compression', () => {
  const xz = (blocks: readonly number[], parameters: readonly string[] = ['check crc32']): LayerSide =>
    side({
      members: [{ compression: 'xz', blocks, parameters }],
      payloadDigest: String(blocks),
      fileDigest: 'x',
    });
  assert.equal(whats(xz([10, 21, 5]), xz([10, 20]), false), []);
  assert.equal(whats(xz([10, 20]), xz([31]), false), ['compression']);
  assert.equal(whats(xz([10, 20], ['check crc64']), xz([10, 21]), false), ['compression']);
  assert.equal(compareLayers(xz([10, 20]), xz([31], []), false)[0]?.lines, [
    '-xz in 2 blocks, the largest of 20 bytes (check crc32), 100 bytes',
    '+xz in one block, 100 bytes',
  ]);
});

test('an entry for the root, and what stands in front', () => {
  const root = makeEntry('', 'directory', { mtime: 5 });
  assert.equal(whats(side({}, { root })), ['root']);
  assert.equal(whats(side({}, { root: { ...root, mtime: 6 } }), side({}, { root })), ['root']);
  assert.equal(whats(side({}, { early: unchanged(new Uint8Array(4)) })), ['segments']);
  const inPart = { found: new Uint8Array(4), packed: new Uint8Array(0) };
  assert.equal(whats(side({}, { early: inPart })), ['segment-headers']);
  assert.equal(whats(side({ bootConfig: 'kernel.foo = 1', fileDigest: 'other' })), ['boot-config']);
  const both = side(
    {
      members: [
        { compression: 'none', blocks: undefined },
        { compression: 'xz', blocks: [10, 20] },
      ],
      ...{ formats: ['newc', 'newc'], payloadDigest: '2', fileDigest: '2' },
    },
    { early: unchanged(new Uint8Array(4)) },
  );
  assert.equal(whats(both), ['segments'], 'one more in front is no other format, and no other compression');
});

test('another order of early entries is no order that pack makes the same', () => {
  const headers = [header('kernel/a'), header('kernel/b'), header('x'), header('y')];
  const early = (...names: readonly string[]): Around =>
    unchanged(earlyArchive(...names.map((name) => [name, ''] as const)));
  const one = side({ headers, payloadDigest: '1' }, { early: early('kernel/a', 'kernel/b') });
  const [a, b, x, y] = headers as [HeaderFacts, HeaderFacts, HeaderFacts, HeaderFacts];
  const other = { early: early('kernel/b', 'kernel/a') };
  assert.equal(whats(side({ headers: [b, a, x, y], payloadDigest: '2' }, other), one), ['segments']);
  assert.equal(whats(side({ headers: [b, a, y, x], payloadDigest: '2' }, other), one), ['order', 'segments']);
});

test('clusters of them say what to do', () => {
  const clusters = layerClusters(compareLayers(A, side({ fileDigest: '2' }), true));
  assert.equal(
    clusters.map(({ cause, remedy, example }) => [cause, remedy, example?.field]),
    [['compressor', 'built-in', 'archive']],
  );
  assert.match(clusters[0]?.advice ?? '', /the same compressor/);
});

test.run();
