import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BUILD_TYPE, LOCAL_BUILDER, provenanceStatement } from '../../src/attest/provenance.ts';
import type { Statement } from '../../src/attest/statement.ts';
import { canonicalJson } from '../../src/manifest/canonical-json.ts';
import type { Manifest } from '../../src/manifest/manifest.ts';
import { digest, SAMPLE } from './sample-manifest.ts';
import { validateProvenance } from './statement-schemas.ts';

const test = suite('attest/provenance');
const FILE = { name: 'rootfs.cpio.xz.manifest.json', digest: digest('9') };

type Descriptor = Readonly<Record<string, unknown>>;

/** Only what these tests look at. */
interface Provenance {
  readonly buildDefinition: {
    readonly buildType: string;
    readonly externalParameters: Readonly<Record<string, unknown>>;
    readonly internalParameters: Readonly<Record<string, unknown>>;
    readonly resolvedDependencies: readonly Descriptor[];
  };
  readonly runDetails: {
    readonly builder: { readonly id: string; readonly version: unknown };
    readonly byproducts: readonly Descriptor[];
  };
}

function provenanceOf(made: Statement): Provenance {
  assert.ok(validateProvenance(made), JSON.stringify(validateProvenance.errors));
  return made.predicate as unknown as Provenance;
}

function withImage(image: Partial<Manifest['image']>): Manifest {
  return { ...SAMPLE, image: { ...SAMPLE.image, ...image } };
}

test('is a statement of in-toto with the provenance of SLSA, field by field', () => {
  provenanceOf(provenanceStatement(SAMPLE, FILE));
});

test('the schema of these tests notices what is wrong', () => {
  const made = provenanceStatement(SAMPLE, FILE);
  const [first, ...rest] = made.subject;
  assert.not(validateProvenance({ ...made, subject: [] }));
  assert.not(validateProvenance({ ...made, subject: [{ ...first, digest: {} }, ...rest] }));
  assert.not(validateProvenance({ ...made, more: 1 }));
  assert.not(validateProvenance({ ...made, predicate: { ...made.predicate, buildDefinition: {} } }));
});

test('its subjects are the image and what it is without compression', () => {
  const { subject } = provenanceStatement(SAMPLE, FILE);
  assert.equal(
    subject.map(({ name, digest: set }) => [name, set]),
    [
      ['rootfs.cpio.xz', { sha256: '0'.repeat(64) }],
      ['rootfs.cpio', { sha256: '1'.repeat(64) }],
    ],
  );
  assert.equal(subject[0]?.annotations, { stillroot_tree: digest('2') });
});

test('an uncompressed archive is one subject; with an early segment two, of two names', () => {
  const same = withImage({ name: 'rootfs.cpio', digest: digest('1'), blocks: [] });
  assert.equal(
    provenanceStatement(same, FILE).subject.map(({ name }) => name),
    ['rootfs.cpio'],
  );
  const early = withImage({ name: 'rootfs.cpio', blocks: [] });
  assert.equal(
    provenanceStatement(early, FILE).subject.map(({ name }) => name),
    ['rootfs.cpio', 'rootfs.cpio#payload'],
  );
});

test('an OS package is the first subject, with its kernel among the dependencies', () => {
  const osPackage = {
    name: 'os.zip',
    size: 9,
    digest: digest('4'),
    label: 'Label',
    cmdline: 'quiet',
    url: '',
    kernel: { size: 3, digest: digest('5') },
  };
  const made = provenanceStatement(withImage({ osPackage }), FILE);
  const { buildDefinition } = provenanceOf(made);
  assert.equal(
    made.subject.map(({ name }) => name),
    ['os.zip', 'rootfs.cpio.xz', 'rootfs.cpio'],
  );
  assert.equal(made.subject[0]?.digest, { sha256: '4'.repeat(64) });
  const { ospkg, cmdline } = buildDefinition.externalParameters;
  assert.equal([ospkg, cmdline], ['Label', 'quiet']);
  const kernel = buildDefinition.resolvedDependencies.find(({ name }) => name === 'kernel');
  assert.equal(kernel?.digest, { sha256: '5'.repeat(64) });
});

test('policies of rule files and of the command line are one parameter', () => {
  const given: Manifest['settings']['given'] = [
    { key: 'policy', value: ['apt-lists=keep'], origin: 'rule-file' },
    { key: 'policy', value: ['machine-id=uninitialized'], origin: 'option' },
  ];
  const both: Manifest = { ...SAMPLE, settings: { ...SAMPLE.settings, given } };
  const { buildDefinition } = provenanceOf(provenanceStatement(both, FILE));
  assert.equal(buildDefinition.externalParameters.policy, ['apt-lists=keep', 'machine-id=uninitialized']);
  assert.equal(buildDefinition.internalParameters.policies, {});
});

test('what the user said is external, the rest of the settings internal, and no name is in both', () => {
  const { buildDefinition } = provenanceOf(provenanceStatement(SAMPLE, FILE));
  assert.is(buildDefinition.buildType, BUILD_TYPE);
  const { externalParameters: external, internalParameters: internal } = buildDefinition;
  assert.equal(external, {
    init: '/sbin/init',
    level: 3,
    policy: ['machine-id=uninitialized'],
    rules: ['own.toml'],
    bootstrap: 'mmdebstrap:bookworm',
    'source-date-epoch': 1700000000,
  });
  assert.equal(internal, {
    format: 'cpio.xz',
    mtime: 'clamp',
    owner: 'auto',
    'map-gid': ['1000:0'],
    'hard-links': 'keep',
    'root-entry': false,
    distro: 'auto',
    'cross-mounts': false,
    'drop-segments': false,
    policies: { 'apt-lists': 'drop' },
    'bootstrap-command': 'mmdebstrap bookworm {root}',
    'bootstrap-environment': { PATH: '/usr/bin:/bin', http_proxy: null },
  });
  assert.equal(
    Object.keys(external).filter((name) => name in internal),
    [],
  );
});

test('every effective setting is a parameter, a dependency, or the epoch', () => {
  const nothingGiven: Manifest = { ...SAMPLE, settings: { ...SAMPLE.settings, given: [] } };
  const { buildDefinition } = provenanceOf(provenanceStatement(nothingGiven, FILE));
  const elsewhere = new Set(['epoch', 'ruleFiles', 'segment']);
  const kebab = (key: string): string => key.replace(/[A-Z]/g, (char) => `-${char.toLowerCase()}`);
  for (const [key, value] of Object.entries(SAMPLE.settings.effective)) {
    if (elsewhere.has(key) || (Array.isArray(value) && value.length === 0)) continue;
    assert.equal(buildDefinition.internalParameters[kebab(key)], value, key);
  }
});

test('packages, repositories, rule files, the segment and the bootstrapping tool are dependencies', () => {
  const { buildDefinition } = provenanceOf(provenanceStatement(SAMPLE, FILE));
  const { resolvedDependencies: found } = buildDefinition;
  assert.equal(found[0], {
    name: 'base-files',
    uri: 'pkg:deb/debian/base-files@12.4%2Bdeb12u5?arch=amd64',
    digest: { sha256: 'a'.repeat(64) },
  });
  // The digest by which rpm identifies a package is not that of the file at the URI.
  assert.equal(found[1], {
    name: 'bash',
    uri: 'pkg:rpm/fedora/bash@5.2.26-3.fc40?arch=x86_64',
    annotations: { stillroot_packageDigest: digest('b') },
  });
  assert.is(found[2]?.uri, 'https://deb.example.org/archive/debian/20240101T000000Z/');
  assert.equal(
    found.slice(3).map(({ name, uri, digest: set }) => [name, uri ?? set]),
    [
      ['own.toml', { sha256: 'c'.repeat(64) }],
      ['segment', { sha256: 'd'.repeat(64) }],
      ['mmdebstrap', 'pkg:generic/mmdebstrap@1.3.5-7'],
      ['mkosi.conf', { sha256: 'f'.repeat(64) }],
    ],
  );
});

test('the builder is nobody in particular unless it is named; the manifest is a by-product', () => {
  const local = provenanceOf(provenanceStatement(SAMPLE, FILE)).runDetails;
  assert.is(local.builder.id, LOCAL_BUILDER);
  assert.equal(local.builder.version, {
    stillroot: '0.1.0',
    profile: '1',
    encoder: '@napi-rs/lzma 1.5.1',
  });
  assert.equal(local.byproducts, [
    { name: FILE.name, digest: { sha256: '9'.repeat(64) }, mediaType: 'application/json' },
  ]);
  const named = provenanceOf(provenanceStatement(SAMPLE, FILE, 'https://builds.example.org/images/v1'));
  assert.is(named.runDetails.builder.id, 'https://builds.example.org/images/v1');
});

test('nothing but the manifest and the builder is in it', () => {
  const text = canonicalJson(provenanceStatement(SAMPLE, FILE));
  const sum = createHash('sha256').update(text).digest('hex');
  assert.is(sum, '7905cf79c2e8d01b8e267b371f71a03b7789c4d7efb3dd2a2d1181b49954a512');
  assert.not.match(text, /startedOn|finishedOn|invocationId/);
});

test.run();
