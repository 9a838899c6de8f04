import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readSlice, type SliceName } from '../../fixtures/read-slice.ts';
import { ruleDigest } from '../../src/manifest/build-manifest.ts';
import type { Manifest } from '../../src/manifest/manifest.ts';
import { parseManifest } from '../../src/manifest/read-manifest.ts';
import { inspect } from '../../src/plan/inspect.ts';
import { layersOf } from '../../src/rules/layers.ts';
import { choosePolicies, POLICIES } from '../../src/rules/policies.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { TABLES } from '../../src/rules/tables/index.ts';
import { memorySource } from '../support/memory-source.ts';
import { specSource } from '../support/spec-source.ts';
import { manifestOf, readGolden, smallDebian } from './golden.ts';

const test = suite('manifest/build-manifest');
const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

test('the manifest of a fixed tree, byte by byte', async () => {
  const { text, image } = await manifestOf(smallDebian());
  assert.is(text, readGolden());
  const { image: said, packages, config, settings, inputs } = JSON.parse(text) as Manifest;
  assert.is(said.digest, sha256(image));
  assert.is(said.size, image.length);
  const [block] = said.blocks;
  // After the stream header of twelve bytes.
  assert.is(block?.digest, sha256(image.subarray(12, 12 + (block?.size ?? 0))));
  assert.equal(config, {
    ...{
      name: 'small',
      distribution: 'debian',
      architecture: 'x86-64',
      output_format: 'cpio',
      release: 'bookworm',
    },
  });
  assert.equal(
    packages.map(({ name }) => name),
    ['base-files', 'libc6'],
  );
  assert.equal(
    settings.rules.map(({ id, action, count }) => [id, action, count]),
    [['user/logs', 'drop', 2]],
  );
  assert.is(inputs.osRelease.PRETTY_NAME, 'Debian é');
  assert.is(inputs.repositories[0]?.snapshot, '20240301T000000Z');
  assert.not.match(text, /word/);
});

test('the reader takes it', async () => {
  assert.is(parseManifest(readGolden(), 'golden').image.name, 'small.cpio.xz');
});

test('a tree that says nothing of itself', async () => {
  const { text } = await manifestOf(memorySource([['a', 'x']]));
  const { config, packages, inputs } = parseManifest(text, 'x');
  assert.equal(config, { name: 'small', distribution: 'linux', architecture: '', output_format: 'cpio' });
  assert.equal([packages, inputs.repositories, inputs.osRelease], [[], [], {}]);
});

test('two bootstraps with one image have one manifest', async () => {
  const texts = new Set<string>();
  for (const name of ['first', 'second'] satisfies SliceName[]) {
    const source = specSource(readSlice(name));
    const { detection, ownership } = inspect(source);
    const rules = layersOf(TABLES, detection.layers).flatMap((layer) => layer.rules);
    const policies = choosePolicies(POLICIES, []);
    const { text } = await manifestOf(source, rules, {
      owned: (path) => ownership?.owns(path) === true,
      policy: (policy) => policies.get(policy),
      privileged: true,
    });
    const { settings, packages } = JSON.parse(text) as Manifest;
    assert.ok(settings.rules.length > 5 && packages.length > 5);
    texts.add(text);
  }
  assert.is(texts.size, 1);
});

test('a rule has the digest of what it does, not of what it says', () => {
  const rule: Rule = { id: 'a/b', match: ['x'], action: { do: 'drop' }, why: 'y', source: 'z' };
  assert.is(ruleDigest({ ...rule, why: 'other', source: 'other' }), ruleDigest(rule));
  const others: Rule[] = [
    { ...rule, id: 'a/c' },
    { ...rule, match: ['x', 'y'] },
    { ...rule, except: ['z'] },
    { ...rule, when: { type: 'file' } },
    { ...rule, action: { do: 'truncate' } },
  ];
  assert.is(new Set([rule, ...others].map(ruleDigest)).size, 6);
});

test.run();
