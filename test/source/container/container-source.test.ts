import { appendFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ImageFiles,
  imageTar,
  type LayerBytes,
  layer,
  layerTar,
  ociImage,
  plainLayer,
  savedImage,
  sha256,
} from '../../../fixtures/containers/image-bytes.ts';
import { openSource } from '../../../src/source/open-source.ts';
import { member, pax } from '../../formats/tar/build.ts';
import { xzFile } from '../../support/archive-bytes.ts';
import { rejects } from '../../support/rejects.ts';
import { Scratch } from '../../support/temporary.ts';
import { contents, flattened, openedFile } from './flattened.ts';

const test = suite('container/container-source');
const scratch = new Scratch('container-source');
test.after(() => scratch.remove());

const lower = layerTar(['etc/'], ['etc/a', 'lower'], ['etc/b', 'lower'], ['etc/c', '=>etc/b']);
const upper = layerTar(['etc/a', 'upper'], ['etc/.wh.b'], ['new', 'new']);
const FLAT = ['etc/', 'etc/a=upper', 'etc/c=lower', 'new=new'];

const compressed = (tar: Buffer, blob: Buffer, mediaType?: string): LayerBytes => ({
  ...plainLayer(tar),
  blob,
  ...(mediaType === undefined ? {} : { mediaType }),
});
const GZIP = 'application/vnd.oci.image.layer.v1.tar+gzip';
const ZSTD = 'application/vnd.oci.image.layer.v1.tar+zstd';

/** Writes the files of an image into a directory. */
function asDirectory(files: ImageFiles): string {
  const path = scratch.in('layout');
  rmSync(path, { recursive: true, force: true });
  for (const [name, bytes] of files) {
    mkdirSync(dirname(`${path}/${name}`), { recursive: true });
    writeFileSync(`${path}/${name}`, bytes);
  }
  return path;
}

async function flatDirectory(path: string): Promise<string[]> {
  const source = await openSource(path, { temporary: scratch.path });
  try {
    return contents(source);
  } finally {
    source.close();
  }
}

test('layers of every compression, whatever their media type says', async () => {
  const kinds: readonly (readonly [LayerBytes, LayerBytes])[] = [
    [plainLayer(lower), plainLayer(upper)],
    [compressed(lower, gzipSync(lower), GZIP), plainLayer(upper)],
    [compressed(lower, zstdCompressSync(lower), ZSTD), compressed(upper, gzipSync(upper), GZIP)],
    [compressed(lower, zstdCompressSync(lower), GZIP), compressed(upper, upper, ZSTD)],
    [compressed(lower, await xzFile(lower, [9, 300])), compressed(upper, gzipSync(upper))],
  ];
  for (const [at, layers] of kinds.entries()) {
    assert.equal(await flattened(scratch, ociImage(layers)), FLAT, `layout ${at}`);
    assert.equal(await flattened(scratch, savedImage(layers)), FLAT, `docker save ${at}`);
    assert.equal(await flatDirectory(asDirectory(ociImage(layers))), FLAT, `directory ${at}`);
  }
});

test('attributes of the layers, and only those that are wanted', async () => {
  const records = pax(['SCHILY.xattr.user.a', '1'], ['RHT.security.selinux', 'a:b:c']);
  const tar = Buffer.concat([records, member({ name: 'f' }), Buffer.alloc(1024)]);
  writeFileSync(scratch.in('attributes.tar'), imageTar(ociImage([plainLayer(tar)])));
  const source = await openSource(scratch.in('attributes.tar'), { temporary: scratch.path });
  try {
    const [entry] = source.tree.entries;
    const read = (isWanted?: (name: string) => boolean): unknown[] => [
      ...(source.attributesOf?.(entry!, isWanted) ?? []),
    ];
    const asked: string[] = [];
    const isUser = (name: string): boolean => asked.push(name) > 0 && name.startsWith('user.');
    assert.equal(read().sort(), [
      ['security.selinux', 'a:b:c'],
      ['user.a', '1'],
    ]);
    assert.equal([read(isUser), asked.sort()], [[['user.a', '1']], ['security.selinux', 'user.a']]);
  } finally {
    source.close();
  }
});

test('an image in a compressed archive', async () => {
  for (const files of [
    ociImage([plainLayer(lower), plainLayer(upper)]),
    savedImage([compressed(lower, gzipSync(lower)), plainLayer(upper)]),
  ]) {
    const tar = imageTar(files);
    for (const bytes of [gzipSync(tar), zstdCompressSync(tar), await xzFile(tar, [99, 3000])]) {
      assert.equal(await openedFile(scratch, bytes, contents), FLAT);
    }
  }
});

test('the order of the files in an archive does not matter', async () => {
  const files = [...ociImage([plainLayer(lower), plainLayer(upper)])];
  assert.equal(await flattened(scratch, new Map(files.reverse())), FLAT);
});

test('an archive that is both, as Docker 25 writes it, is read as a layout', async () => {
  const oci = ociImage([plainLayer(lower), plainLayer(upper)]);
  const saved = savedImage([plainLayer(lower)]);
  assert.equal(await flattened(scratch, new Map([...oci, ...saved])), FLAT);
});

test('layers that change nothing: of no byte, of zeros, and the same, compressed', async () => {
  const zeros = Buffer.alloc(1024);
  for (const empty of [
    plainLayer(Buffer.alloc(0)),
    plainLayer(zeros),
    compressed(zeros, gzipSync(zeros), GZIP),
  ]) {
    assert.equal(
      await flattened(scratch, ociImage([empty, plainLayer(lower), empty, plainLayer(upper), empty])),
      FLAT,
    );
  }
  assert.equal(await flattened(scratch, ociImage([])), []);
});

test('a layer that occurs twice is applied twice', async () => {
  for (const pack of [plainLayer, (tar: Buffer): LayerBytes => compressed(tar, gzipSync(tar), GZIP)]) {
    const [one, two] = [pack(layerTar(['a', '1'], ['b', '1'])), pack(layerTar(['a', '2'], ['.wh.b']))];
    assert.equal(await flattened(scratch, ociImage([one, two])), ['a=2']);
    assert.equal(await flattened(scratch, ociImage([one, two, one])), ['a=1', 'b=1']);
  }
});

test('blobs named by links inside the image are read, and none outside it', async () => {
  const files = savedImage([plainLayer(lower), plainLayer(upper)]);
  const [first = ''] = files.keys();
  const path = asDirectory(files);
  const outside = scratch.in('outside.tar');
  writeFileSync(outside, lower);
  rmSync(`${path}/${first}`);
  symlinkSync(outside, `${path}/${first}`);
  await rejects(() => flatDirectory(path), 'archive-malformed', /layer 1 of 2 .*is missing from the image/);
  rmSync(`${path}/${first}`);
  writeFileSync(`${path}/kept.tar`, lower);
  symlinkSync('../kept.tar', `${path}/${first}`);
  assert.equal(await flatDirectory(path), FLAT);
});

test('contents are read where they are: one that changes meanwhile is noticed, and nothing is left open', async () => {
  const descriptors = readdirSync('/proc/self/fd').length;
  const image = ociImage([plainLayer(lower), plainLayer(upper)]);
  await openedFile(scratch, imageTar(image), (source) => {
    const entry = source.tree.get('new');
    assert.ok(entry);
    appendFileSync(scratch.in('image.tar'), 'x');
    assert.throws(() => entry && source.readFile(entry, 100), /changed size while it was read/);
  });
  const path = asDirectory(image);
  const source = await openSource(path, { temporary: scratch.path });
  const entry = source.tree.get('new');
  appendFileSync(`${path}/blobs/${sha256(upper).replace(':', '/')}`, 'x');
  assert.throws(() => entry && source.readFile(entry, 100), /grew while it was read/);
  source.close();
  assert.is(readdirSync('/proc/self/fd').length, descriptors);
});

test('what the source says of its image', async () => {
  const config = {
    config: { Cmd: ['/bin/sh'] },
    history: [
      { created_by: 'ADD lower' },
      { created_by: 'ENV A=1', empty_layer: true },
      { created_by: 'RUN upper' },
    ],
  };
  const layers = [compressed(lower, gzipSync(lower), GZIP), plainLayer(upper)];
  await openedFile(scratch, imageTar(ociImage(layers, { config, names: ['n'] })), ({ image }) => {
    assert.equal(image?.layers, [
      { digest: sha256(lower), createdBy: 'ADD lower' },
      { digest: sha256(upper), createdBy: 'RUN upper' },
    ]);
    assert.equal(image?.config.config?.Cmd, ['/bin/sh']);
    assert.match(image?.manifest ?? '', /^sha256:/);
  });
  await openedFile(scratch, imageTar(savedImage(layers, { config })), ({ image }) => {
    assert.is(image?.manifest, undefined);
    assert.equal(image?.names, ['example:1']);
  });
  // A history that does not fit the layers names none.
  await openedFile(scratch, imageTar(ociImage(layers, { config: { history: [{}] } })), ({ image }) => {
    assert.is(image?.layers[0]?.createdBy, undefined);
  });
});

test('a layer of its own, and an image with --no-image, are read as what they are', async () => {
  await openedFile(scratch, upper, (source) => {
    assert.is(source.image, undefined);
    assert.ok(source.tree.has('etc/.wh.b'));
  });
  const files = ociImage([layer(['x', 'x'])]);
  const plain = await openedFile(scratch, imageTar(files), (source) => source.tree.has('index.json'), {
    image: false,
  });
  assert.ok(plain);
});

test('a signal ends the reading of layers', async () => {
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  const { signal } = controller;
  try {
    await flattened(scratch, ociImage([compressed(lower, gzipSync(lower))]), { signal });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, 'enough');
  }
});

test.run();
