import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  blobPath,
  type ImageFiles,
  INDEX,
  imageParts,
  imageTar,
  json,
  layer,
  layout,
  savedImage,
  sized,
} from '../../../fixtures/containers/image-bytes.ts';
import type { ImageOptions } from '../../../src/source/open-source.ts';
import { rejects } from '../../support/rejects.ts';
import { Scratch } from '../../support/temporary.ts';
import { flattened, openedFile } from './flattened.ts';

const test = suite('container/choose-image');
const scratch = new Scratch('choose-image');
test.after(() => scratch.remove());

const amd = imageParts([layer(['amd', ''])], { platform: ['linux', 'amd64'], names: ['one:1'] });
const arm6 = imageParts([layer(['arm6', ''])], { platform: ['linux', 'arm', 'v6'], names: ['one:1'] });
const arm7 = imageParts([layer(['arm7', ''])], { platform: ['linux', 'arm', 'v7'], names: ['one:1'] });
const other = imageParts([layer(['other', ''])], { names: ['docker.io/library/other:latest', 'same'] });
const all = layout([amd, arm6, arm7, other]);

const read = async (files: ImageFiles, options: ImageOptions): Promise<string> =>
  (await flattened(scratch, files, options)).join();

test('by platform', async () => {
  assert.is(await read(all, { platform: 'linux/arm/v7' }), 'arm7=');
  assert.is(await read(all, { platform: 'linux/arm/v6' }), 'arm6=');
  assert.is(await read(layout([amd, arm7]), { platform: 'linux/arm' }), 'arm7=');
  assert.is(await read(layout([amd, arm7]), { platform: 'linux/x86_64' }), 'amd=');
});

test('by name as it stands, as Docker completes it, by digest and by place', async () => {
  for (const image of ['same', 'other', 'other:latest', 'docker.io/library/other', 'library/other', '@3']) {
    assert.is(await read(all, { image }), 'other=', image);
  }
  const digest = (other.descriptors[0] as { readonly digest: string }).digest;
  assert.is(await read(all, { image: digest }), 'other=');
  assert.is(await read(all, { image: 'one:1', platform: 'linux/amd64' }), 'amd=');
});

test('never by the machine: several images are an error that lists them', async () => {
  const listed =
    /holds 4 images, and one must be chosen: @0 one:1 \(linux\/amd64\); @1 one:1 \(linux\/arm\/v6\); @2 one:1 \(linux\/arm\/v7\); @3 docker\.io\/library\/other:latest, same \(linux\/amd64\)/;
  const error = await rejects(() => read(all, {}), 'usage', listed);
  assert.match(error.hint ?? '', /--image NAME or @N, or with --platform/);
  await rejects(() => read(all, { platform: 'linux/arm' }), 'usage', /holds 2 images/);
  await rejects(() => read(all, { image: 'one:1' }), 'usage', /holds 3 images/);
});

test('one that is not there is an error that lists what is', async () => {
  await rejects(
    () => read(all, { image: 'two' }),
    'usage',
    /no image is called "two", wanted one of: @0 one:1/,
  );
  await rejects(
    () => read(all, { platform: 'linux/s390x' }),
    'usage',
    /no image is for the platform linux\/s390x/,
  );
  // Also where there is only one: whoever asks for a platform wants no other.
  await rejects(() => read(layout([other]), { platform: 'linux/arm64' }), 'usage', /@0 .*\(linux\/amd64\)/);
  await rejects(() => read(layout([other]), { image: '@1' }), 'usage', /no image is called "@1"/);
});

test('images in an index that the index names, with its name', async () => {
  const inner = json({
    schemaVersion: 2,
    mediaType: INDEX,
    manifests: [...amd.descriptors, ...arm7.descriptors],
  });
  const files = layout([], {
    manifests: [
      {
        ...{ mediaType: INDEX, ...sized(inner) },
        annotations: { 'io.containerd.image.name': 'docker.io/a/b:2' },
      },
    ],
  });
  const nested = new Map([...files, [blobPath(sized(inner).digest), inner], ...amd.files, ...arm7.files]);
  assert.is(await read(nested, { platform: 'linux/arm', image: 'a/b:2' }), 'arm7=');
  await rejects(() => read(nested, {}), 'usage', /@0 docker\.io\/a\/b:2, one:1 \(linux\/amd64\); @1/);
  // Docker names all platforms in what it saves of one.
  const part = new Map([...nested].filter(([path]) => !arm7.files.has(path)));
  assert.is(await read(part, {}), 'amd=');
});

test('an index that is named many times is read once', async () => {
  let inner: Buffer = json({ schemaVersion: 2, manifests: amd.descriptors });
  const files = new Map(amd.files);
  for (let level = 0; level < 4; level += 1) {
    files.set(blobPath(sized(inner).digest), inner);
    const descriptor = { mediaType: INDEX, ...sized(inner) };
    inner = json({ schemaVersion: 2, manifests: Array.from({ length: 40 }, () => descriptor) });
  }
  assert.is(await read(new Map([...layout([]), ...files, ['index.json', inner]]), {}), 'amd=');
});

test('an image with several names is one image, and statements beside it are none', async () => {
  const twice = imageParts([layer(['x', ''])], { names: ['a', 'b'] });
  const statement = imageParts([layer(['statement', ''])], {
    platform: ['unknown', 'unknown'],
    descriptor: { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
  });
  const signature = imageParts([layer(['signature', ''])], {
    descriptor: { mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json' },
  });
  assert.is(await read(layout([statement, twice, signature]), {}), 'x=');
  await openedFile(scratch, imageTar(layout([twice])), ({ image }) => {
    assert.equal([image?.names, image?.platform], [['a', 'b'], 'linux/amd64']);
  });
});

test('images of docker save by their tags', async () => {
  const [one, two] = [
    savedImage([layer(['x', ''])], { names: ['x:1'] }),
    savedImage([layer(['y', ''])], { names: ['y:1'] }),
  ];
  const list = (files: ImageFiles): unknown[] => JSON.parse(String(files.get('manifest.json'))) as unknown[];
  const both = new Map([...one, ...two, ['manifest.json', json([...list(one), ...list(two)])]]);
  assert.is(await read(both, { image: 'y:1' }), 'y=');
  await rejects(() => read(both, {}), 'usage', /@0 x:1 \(linux\/amd64\); @1 y:1 \(linux\/amd64\)/);
});

test('names reach a message without anything that a terminal acts on', async () => {
  const bad = imageParts([layer(['x', ''])], { names: ['\x1b[2J\u202e'] });
  const error = await rejects(() => read(layout([bad, amd]), {}), 'usage', /holds 2 images/);
  assert.not.match(error.message, /[\x1b\u202e]/);
});

test('an image that is named in what is none is an error', async () => {
  await rejects(
    () => openedFile(scratch, layer(['etc/']).tar, () => {}, { image: 'x' }),
    'usage',
    /is not a container image, so it has no image "x"/,
  );
});

test.run();
