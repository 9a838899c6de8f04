import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ImageFacts, parseReference } from '../../src/formats/oci/build-image.ts';
import { OCI_LAYER } from '../../src/formats/oci/media-types.ts';
import {
  ImageArchiveSink,
  ImageDirectorySink,
  type ImageOutput,
  openImageDirectory,
} from '../../src/pack/image-sink.ts';
import { openFileSink } from '../../src/pack/sink.ts';
import { openArchiveSource } from '../../src/source/archive-source.ts';
import { Spool } from '../../src/source/spool.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('image-sink');
const scratch = new Scratch('image-sink');
test.after(() => scratch.remove());

const LAYER = Buffer.from('the bytes of a layer, whatever they are');
const hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const FACTS: ImageFacts = {
  platform: { os: 'linux', architecture: 'amd64' },
  created: 1_000_000_000,
  config: {},
  layer: {
    mediaType: OCI_LAYER,
    digest: `sha256:${hex(LAYER)}`,
    size: LAYER.length,
    diffId: `sha256:${hex(LAYER)}`,
  },
  references: [parseReference('app') ?? { text: '', full: '' }],
};

/** Image manifest, configuration, file. */
const PINNED = [
  'sha256:bbaf6838c6585c8f5d287152385a9c359d391ca160f2028db0da10c7a5227488',
  'sha256:48e2e69bb720302059ee1d94361a5af2149964a4e121baa44ab6e24fff218252',
  '2e138179d18d94210821e1de19eaf49fa438cc79fdd47aaa21f4d1b2a7b39a84',
];

function archive(path: string, force = false): ImageOutput {
  return new ImageArchiveSink(openFileSink(path, force), new Spool(scratch.path, 'the layer'));
}

/** In two pieces. */
function fill(output: ImageOutput): ReturnType<ImageOutput['finish']> {
  output.write(LAYER.subarray(0, 7));
  output.write(LAYER.subarray(7));
  return output.finish(FACTS);
}

test('an archive holds the layout, directories first, and its digest is that of the file', async () => {
  const path = scratch.in('a.oci.tar');
  const output = archive(path);
  const written = fill(output);
  assert.not.ok(existsSync(path), 'nothing is visible before the commit');
  output.commit();
  output.abort();
  const bytes = readFileSync(path);
  assert.is(written.size, bytes.length);
  assert.is(written.digest, hex(bytes));
  const source = await openArchiveSource(path, { temporary: scratch.path });
  const { entries } = source.tree;
  assert.equal(
    entries.slice(0, 2).map(({ path: name }) => name),
    ['blobs', 'blobs/sha256'],
  );
  assert.equal(
    entries.filter(({ path: name }) => !name.startsWith('blobs')).map(({ path: name }) => name),
    ['index.json', 'manifest.json', 'oci-layout'],
  );
  const layer = entries.find(({ path: name }) => name === written.layerPath);
  assert.ok(layer !== undefined);
  assert.ok(layer && source.readFile(layer, 1000).equals(LAYER));
  for (const { uid, gid, mtime, mode, type } of entries) {
    assert.equal([uid, gid, mtime, mode], [0, 0, FACTS.created, type === 'file' ? 0o644 : 0o755]);
  }
  for (const entry of entries.filter(
    ({ type, path: name }) => type === 'file' && name.startsWith('blobs/'),
  )) {
    assert.is(entry.path.slice('blobs/sha256/'.length), hex(source.readFile(entry, 10_000)));
  }
  source.close();
});

test('two archives are equal, and a directory holds the same files', () => {
  const [one, two] = [scratch.in('1.oci.tar'), scratch.in('2.oci.tar')];
  for (const path of [one, two]) {
    const output = archive(path);
    fill(output);
    output.commit();
    output.abort();
  }
  assert.ok(readFileSync(one).equals(readFileSync(two)));
  const path = scratch.in('layout');
  const output = new ImageDirectorySink(path, false);
  const written = fill(output);
  assert.not.ok(existsSync(path));
  output.commit();
  output.abort();
  assert.equal(readdirSync(path).sort(), ['blobs', 'index.json', 'manifest.json', 'oci-layout']);
  assert.is(written.digest, hex(readFileSync(`${path}/index.json`)));
  assert.ok(readFileSync(`${path}/${written.layerPath}`).equals(LAYER));
  const blobs = readdirSync(`${path}/blobs/sha256`);
  assert.is(blobs.length, 3);
  for (const name of blobs) {
    const bytes = readFileSync(`${path}/blobs/sha256/${name}`);
    assert.is(name, hex(bytes));
    assert.ok(readFileSync(one).includes(bytes));
  }
});

test('the bytes of an image are part of the profile: a change of these digests raises its number', () => {
  const output = archive(scratch.in('pinned.oci.tar'));
  const { manifest, config, digest } = fill(output);
  output.abort();
  assert.equal([manifest.digest, config.digest, digest], PINNED);
});

test('what is not committed leaves nothing', () => {
  const before = readdirSync(scratch.path).sort();
  for (const output of [
    archive(scratch.in('gone.oci.tar')),
    new ImageDirectorySink(scratch.in('gone'), false),
  ]) {
    fill(output);
    output.abort();
    output.abort();
  }
  assert.equal(readdirSync(scratch.path).sort(), before);
});

test('a layout is replaced with --force only, as a whole', () => {
  const path = scratch.in('replaced');
  mkdirSync(path);
  writeFileSync(`${path}/oci-layout`, '{"imageLayoutVersion":"1.0.0"}');
  const stale = `${path}/blobs/sha256/${'0'.repeat(64)}`;
  mkdirSync(`${path}/blobs/sha256`, { recursive: true });
  writeFileSync(stale, '');
  assert.throws(() => openImageDirectory(path, false), /already exists.*--force/);
  const output = openImageDirectory(path, true);
  fill(output);
  assert.ok(existsSync(stale), 'the old one is there until the commit');
  output.commit();
  output.abort();
  assert.not.ok(existsSync(stale));
  assert.equal(readdirSync(path).sort(), ['blobs', 'index.json', 'manifest.json', 'oci-layout']);
  assert.equal(
    readdirSync(scratch.path).filter((name) => name.startsWith('.stillroot')),
    [],
  );
});

test('a file that came into the old layout while the new one was written is not removed', () => {
  const path = scratch.in('meanwhile');
  mkdirSync(path);
  writeFileSync(`${path}/oci-layout`, '{"imageLayoutVersion":"1.0.0"}');
  const output = openImageDirectory(path, true);
  fill(output);
  writeFileSync(`${path}/thesis.doc`, 'years');
  assert.throws(() => output.commit(), /meanwhile: is a directory with other content, such as thesis\.doc/);
  output.abort();
  assert.is(readFileSync(`${path}/thesis.doc`, 'latin1'), 'years');
  assert.equal(readdirSync(path).sort(), ['oci-layout', 'thesis.doc']);
});

test('a directory that cannot be made whole leaves nothing', () => {
  // The name of the layer has more bytes than Linux takes, and those of the directories do not.
  const names = Math.ceil((4050 - scratch.path.length) / 251);
  const deep = `${scratch.path}/${`${'d'.repeat(250)}/`.repeat(names)}`.slice(0, 4050);
  mkdirSync(deep, { recursive: true });
  assert.throws(() => new ImageDirectorySink(`${deep}/x`, false), /name is too long/);
  assert.equal(readdirSync(deep), []);
});

test('a directory that is no layout is never replaced, nor is a file', () => {
  const path = scratch.in('home');
  mkdirSync(path);
  writeFileSync(`${path}/letter`, '');
  assert.throws(() => openImageDirectory(path, true), /home: is a directory with other content/);
  assert.ok(statSync(`${path}/letter`).isFile());
  writeFileSync(scratch.in('file'), '');
  assert.throws(() => openImageDirectory(scratch.in('file'), true), /file: is not a directory/);
  mkdirSync(scratch.in('empty'));
  const output = openImageDirectory(scratch.in('empty'), true);
  fill(output);
  output.commit();
  assert.ok(existsSync(scratch.in('empty', 'index.json')));
});

test.run();
