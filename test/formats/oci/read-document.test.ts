import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../../src/errors.ts';
import { blobPath } from '../../../src/formats/oci/layout.ts';
import {
  DOCUMENT_BYTES_MAX,
  readConfig,
  readIndex,
  readLayout,
  readManifest,
  readSavedImages,
} from '../../../src/formats/oci/read-document.ts';

const test = suite('formats/oci/read-document');

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const LAYER = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: DIGEST, size: 5 };
const CONFIG = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: DIGEST, size: 7 };
const MANIFEST = { schemaVersion: 2, config: CONFIG, layers: [LAYER] };
const IMAGE = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [DIGEST] } };

function bytes(document: unknown): Buffer {
  return Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
}

function refused(work: () => unknown, code: string, message: RegExp): void {
  try {
    work();
  } catch (error) {
    assert.instance(error, StillrootError);
    assert.is((error as StillrootError).code, code);
    assert.match((error as StillrootError).message, message);
    return;
  }
  assert.unreachable('nothing was thrown');
}

test('documents as OCI and Docker write them', () => {
  assert.is(readLayout(bytes({ imageLayoutVersion: '1.0.0' }), 'l').imageLayoutVersion, '1.0.0');
  assert.equal(readManifest(bytes(MANIFEST), 'm').layers, [LAYER]);
  const docker = {
    ...MANIFEST,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: { ...CONFIG, mediaType: 'application/vnd.docker.container.image.v1+json' },
  };
  assert.is(readManifest(bytes(docker), 'm').config.size, 7);
  const descriptor = { ...CONFIG, platform: { os: 'linux', architecture: 'arm', variant: 'v7' } };
  const index = readIndex(bytes({ schemaVersion: 2, manifests: [descriptor] }), 'i');
  assert.is(index.manifests?.[0]?.platform?.variant, 'v7');
  assert.equal(readConfig(bytes(IMAGE), 'c').rootfs.diff_ids, [DIGEST]);
  const saved = [{ Config: 'abc.json', RepoTags: ['a:1'], Layers: ['abc/layer.tar'] }];
  assert.equal(readSavedImages(bytes(saved), 's'), saved);
  assert.is(blobPath(DIGEST), `blobs/sha256/${'ab'.repeat(32)}`);
});

test('null stands for an empty list or object, as Go writes it', () => {
  const config = { Env: null, Cmd: null, Entrypoint: null, Labels: null, Volumes: null, ExposedPorts: null };
  const document = { ...IMAGE, config, history: null, rootfs: { type: 'layers', diff_ids: null } };
  assert.is(readConfig(bytes(document), 'c').config?.Env, null);
  assert.is(readConfig(bytes({ ...IMAGE, config: null }), 'c').config, null);
  assert.is(readIndex(bytes({ schemaVersion: 2, manifests: null }), 'i').manifests, null);
  assert.is(readManifest(bytes({ ...MANIFEST, layers: null, annotations: null }), 'm').layers, null);
  assert.is(readSavedImages(bytes([{ Config: 'a', RepoTags: null, Layers: null }]), 's')[0]?.RepoTags, null);
});

test('a digest of SHA-512 is one, and anything else is refused with its place', () => {
  const long = `sha512:${'0'.repeat(128)}`;
  const manifest = { ...MANIFEST, layers: [{ ...LAYER, digest: long }] };
  assert.is(readManifest(bytes(manifest), 'm').layers?.[0]?.digest, long);
  for (const digest of [
    '',
    'sha256:',
    DIGEST.toUpperCase(),
    `${DIGEST}0`,
    `sha512:${'0'.repeat(64)}`,
    `md5:${'0'.repeat(32)}`,
    'sha256:../../../../../../../../../../../../../../../../../../etc/passwd',
  ]) {
    const wrong = { ...MANIFEST, layers: [LAYER, { ...LAYER, digest }] };
    refused(
      () => readManifest(bytes(wrong), 'a.tar: m'),
      'archive-malformed',
      /^a\.tar: m: layers\[1\]\.digest: /,
    );
  }
});

test('wrong values are named with their place', () => {
  const cases: readonly [() => unknown, RegExp][] = [
    [
      () => readManifest(bytes({ ...MANIFEST, schemaVersion: 1 }), 'm'),
      /m: schemaVersion: found 1, wanted 2/,
    ],
    [() => readManifest(bytes({ schemaVersion: 2, layers: [] }), 'm'), /m: config: found nothing/],
    [
      () => readManifest(bytes({ ...MANIFEST, config: { ...CONFIG, size: -1 } }), 'm'),
      /config\.size: found -1/,
    ],
    [() => readManifest(bytes({ ...MANIFEST, config: { ...CONFIG, size: 1.5 } }), 'm'), /config\.size/],
    [() => readManifest(bytes({ ...MANIFEST, config: { ...CONFIG, size: 2 ** 53 } }), 'm'), /config\.size/],
    [() => readManifest(bytes([]), 'm'), /m: found a list, wanted an object/],
    [
      () => readConfig(bytes({ ...IMAGE, config: { Env: 'A=1' } }), 'c'),
      /config\.Env: found "A=1", wanted a list/,
    ],
    [() => readConfig(bytes({ ...IMAGE, config: { Labels: { a: 1 } } }), 'c'), /config\.Labels\.a: found 1/],
    [() => readConfig(bytes({ ...IMAGE, rootfs: { type: 'x', diff_ids: [] } }), 'c'), /rootfs\.type/],
    [() => readSavedImages(bytes({ Config: 'a' }), 's'), /s: found an object, wanted a list/],
    [() => readIndex(bytes({ schemaVersion: 2, manifests: [{}] }), 'i'), /i: manifests\[0\]\.mediaType/],
    [() => readIndex(bytes('{'), 'i'), /i: is not JSON/],
    [() => readIndex(bytes(''), 'i'), /i: is not JSON/],
    [() => readIndex(Buffer.from([0x22, 0xff, 0x22]), 'i'), /i: is not UTF-8 text/],
    [
      () => readIndex(bytes('{"schemaVersion":1,"schemaVersion":2,"manifests":[]}'), 'i'),
      /"schemaVersion" twice/,
    ],
  ];
  for (const [work, message] of cases) refused(work, 'archive-malformed', message);
});

test('what one reader takes for an index and another for a manifest is refused', () => {
  const both = { ...MANIFEST, manifests: [] };
  refused(() => readManifest(bytes(both), 'm'), 'archive-malformed', /has the key manifests/);
  refused(() => readIndex(bytes(both), 'i'), 'archive-malformed', /has the key config/);
  const index = 'application/vnd.oci.image.index.v1+json';
  refused(
    () => readManifest(bytes({ ...MANIFEST, mediaType: index }), 'm'),
    'archive-malformed',
    /mediaType/,
  );
  const manifest = 'application/vnd.oci.image.manifest.v1+json';
  const wrong = { schemaVersion: 2, mediaType: manifest, manifests: [] };
  refused(() => readIndex(bytes(wrong), 'i'), 'archive-malformed', /mediaType/);
});

test('a layout of a later version is not supported', () => {
  assert.is(readLayout(bytes({ imageLayoutVersion: '1.1.0' }), 'l').imageLayoutVersion, '1.1.0');
  refused(
    () => readLayout(bytes({ imageLayoutVersion: '2.0.0' }), 'l'),
    'archive-not-supported',
    /l: imageLayoutVersion: found "2\.0\.0"/,
  );
});

test('size, depth and number of values are bounded before anything is parsed', () => {
  const huge = Buffer.alloc(DOCUMENT_BYTES_MAX + 1, ' ');
  refused(() => readIndex(huge, 'i'), 'archive-limit', /i: has 4194305 bytes, the limit is 4194304/);
  const deep = `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  refused(() => readIndex(bytes(deep), 'i'), 'archive-limit', /nested more than 64/);
  const many = `{"x":[${'[],'.repeat(200_000)}[]]}`;
  refused(() => readIndex(bytes(many), 'i'), 'archive-limit', /more than 200000 values/);
});

test('text of a document reaches no terminal as it is', () => {
  const wrong = { ...MANIFEST, config: { ...CONFIG, digest: '\x1b[2J\u202e' } };
  refused(() => readManifest(bytes(wrong), 'm'), 'archive-malformed', /found "\\u001b\[2J\\u\{202e\}"/);
});

test.run();
