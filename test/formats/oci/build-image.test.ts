import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  buildImage,
  type ImageFacts,
  parseReference,
  type Reference,
} from '../../../src/formats/oci/build-image.ts';
import { OCI_LAYER } from '../../../src/formats/oci/media-types.ts';
import {
  readConfig,
  readIndex,
  readLayout,
  readManifest,
  readSavedImages,
} from '../../../src/formats/oci/read-document.ts';

const test = suite('build-image');

const LAYER = {
  mediaType: `${OCI_LAYER}+gzip`,
  digest: `sha256:${'a'.repeat(64)}`,
  size: 123,
  diffId: `sha256:${'b'.repeat(64)}`,
};
const FACTS: ImageFacts = {
  platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
  created: 1_700_000_000,
  config: { Cmd: ['/bin/sh'], Env: ['PATH=/bin'], Labels: { b: '2', a: '1' } },
  layer: LAYER,
  references: [referenceOf('app:1.0'), referenceOf('example.org/team/app')],
};

function referenceOf(text: string): Reference {
  const reference = parseReference(text);
  if (reference === undefined) throw new Error(`${text} is no reference`);
  return reference;
}

function fileOf(facts: ImageFacts, path: string): Buffer {
  const file = buildImage(facts).files.find((each) => each.path === path);
  if (file === undefined) throw new Error(`no ${path}`);
  return file.bytes;
}

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const inLayout = (digest: string): string => `blobs/${digest.replace(':', '/')}`;

test('configuration and index have every key of the platform, and none that is not set', () => {
  const platform = { os: 'windows', architecture: 'amd64', 'os.version': '10.0', 'os.features': ['win32k'] };
  const facts = { ...FACTS, platform: { ...platform, variant: null } };
  const [descriptor] = readIndex(fileOf(facts, 'index.json'), 'index.json').manifests ?? [];
  assert.equal(descriptor?.platform, platform);
  const manifest = readManifest(fileOf(facts, inLayout(descriptor?.digest ?? '')), 'manifest');
  const config = readConfig(fileOf(facts, inLayout(manifest.config.digest)), 'config');
  assert.is(config['os.version'], '10.0');
  assert.equal(config['os.features'], ['win32k']);
  assert.not(Object.hasOwn(config, 'variant'));
});

test('every document is what the reader of images takes, and names the next one by digest and size', () => {
  readLayout(fileOf(FACTS, 'oci-layout'), 'oci-layout');
  const index = readIndex(fileOf(FACTS, 'index.json'), 'index.json');
  const [descriptor] = index.manifests ?? [];
  const bytes = fileOf(FACTS, inLayout(descriptor?.digest ?? ''));
  assert.is(sha256(bytes), descriptor?.digest);
  assert.is(bytes.length, descriptor?.size);
  const manifest = readManifest(bytes, 'manifest');
  assert.equal(manifest.layers, [{ mediaType: LAYER.mediaType, digest: LAYER.digest, size: LAYER.size }]);
  const configBytes = fileOf(FACTS, inLayout(manifest.config.digest));
  assert.is(configBytes.length, manifest.config.size);
  const config = readConfig(configBytes, 'config');
  assert.equal(config.rootfs, { type: 'layers', diff_ids: [LAYER.diffId] });
  assert.is(config.created, '2023-11-14T22:13:20Z');
  assert.is(`${config.os}/${config.architecture}/${config.variant}`, 'linux/arm64/v8');
  const built = buildImage(FACTS);
  assert.equal(built.manifest, { digest: descriptor?.digest, size: descriptor?.size });
  assert.equal(built.config, { digest: manifest.config.digest, size: manifest.config.size });
  assert.is(built.layerPath, inLayout(LAYER.digest));
});

test('docker save has the same files under the same names', () => {
  const [saved] = readSavedImages(fileOf(FACTS, 'manifest.json'), 'manifest.json');
  const built = buildImage(FACTS);
  assert.equal(saved, {
    Config: inLayout(built.config.digest),
    Layers: [built.layerPath],
    RepoTags: ['app:1.0', 'example.org/team/app:latest'],
  });
});

test('an image has one descriptor for each of its names, or one without a name', () => {
  const index = readIndex(fileOf(FACTS, 'index.json'), 'index.json');
  const names = index.manifests?.map(({ annotations }) => annotations);
  assert.equal(
    names?.map((each) => each?.['org.opencontainers.image.ref.name']),
    ['app:1.0', 'example.org/team/app:latest'],
  );
  assert.ok(names?.[0]?.['io.containerd.image.name']?.endsWith('/library/app:1.0'));
  assert.is(names?.[1]?.['io.containerd.image.name'], 'example.org/team/app:latest');
  const unnamed = readIndex(fileOf({ ...FACTS, references: [] }, 'index.json'), 'index.json');
  assert.is(unnamed.manifests?.length, 1);
  assert.is(unnamed.manifests?.[0]?.annotations, undefined);
});

test('the order in which keys were given decides no byte', () => {
  const other: ImageFacts = {
    ...FACTS,
    config: { Labels: { a: '1', b: '2' }, Env: ['PATH=/bin'], Cmd: ['/bin/sh'] },
    platform: { variant: 'v8', architecture: 'arm64', os: 'linux' },
  };
  assert.is(buildImage(other).manifest.digest, buildImage(FACTS).manifest.digest);
  assert.is(
    fileOf(
      FACTS,
      buildImage(FACTS).files.find(({ path }) => path.includes(buildImage(FACTS).config.digest.slice(7)))
        ?.path ?? '',
    ).toString('utf8'),
    '{"architecture":"arm64","config":{"Cmd":["/bin/sh"],"Env":["PATH=/bin"],"Labels":{"a":"1","b":"2"}},' +
      '"created":"2023-11-14T22:13:20Z","history":[{"created":"2023-11-14T22:13:20Z","created_by":"stillroot pack"}],' +
      `"os":"linux","rootfs":{"diff_ids":["sha256:${'b'.repeat(64)}"],"type":"layers"},"variant":"v8"}`,
  );
});

for (const [text, full] of [
  ['app', '/library/app:latest'],
  ['team/app:1', '/team/app:1'],
  ['localhost/app', 'localhost/app:latest'],
  ['localhost:5000/app:2', 'localhost:5000/app:2'],
  ['example.org/a/b__c/d-e:V1.0_x', 'example.org/a/b__c/d-e:V1.0_x'],
  ['[fe80::1]:5000/app', '[fe80::1]:5000/app:latest'],
] as const) {
  test(`${text} is a reference`, () => {
    const found = parseReference(text);
    assert.ok(found?.full.endsWith(full), found?.full);
    assert.ok(found?.full.endsWith(found.text));
  });
}

for (const text of [
  '',
  'App',
  'a//b',
  'a:',
  ':1',
  'a b',
  '-a',
  'a-',
  'a/',
  '/a',
  'a:..',
  'a@sha256:00',
  'a'.repeat(300),
  'ü',
  `a:${'t'.repeat(129)}`,
]) {
  test(`${JSON.stringify(text.slice(0, 20))} is no reference`, () => {
    assert.is(parseReference(text), undefined);
  });
}

test('a name has at most 255 characters, with its domain, and a tag 128', () => {
  const tag = 't'.repeat(128);
  for (const name of ['a'.repeat(255), `example.org/${'a'.repeat(243)}`]) {
    assert.is(parseReference(`${name}:${tag}`)?.text, `${name}:${tag}`);
    assert.is(parseReference(`${name}a`), undefined);
    assert.is(parseReference(`${name}:${tag}t`), undefined);
  }
});

test('a long text that is no reference is refused quickly', () => {
  // Each of these made an expression with nested repetition take years.
  for (const text of ['a'.repeat(380), `${'a-'.repeat(180)}!`, `${'a.'.repeat(180)}/!`]) {
    assert.is(parseReference(text), undefined);
  }
});

test.run();
