import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spdxDocument } from '../../src/manifest/bill.ts';
import { validateSpdx } from './bill-schemas.ts';
import { billOf, SAMPLES } from './sample-packages.ts';

const test = suite('manifest/spdx');

/** Only what these tests look at. */
interface Spdx {
  readonly documentNamespace: string;
  readonly name: string;
  readonly creationInfo: { readonly created: string; readonly creators: readonly string[] };
  readonly packages: ReadonlyArray<Readonly<Record<string, unknown>> & { SPDXID: string; name: string }>;
  readonly relationships: ReadonlyArray<Readonly<Record<string, string>>>;
}

function spdx(...args: Parameters<typeof billOf>): Spdx {
  const document = spdxDocument(billOf(...args));
  assert.ok(validateSpdx(document), JSON.stringify(validateSpdx.errors, null, 1));
  return document as Spdx;
}

function named(document: Spdx, name: string): Readonly<Record<string, unknown>> {
  const found = document.packages.find((each) => each.name === name);
  assert.ok(found, name);
  return found ?? {};
}

test('a document describes the root, which contains each package', () => {
  const document = spdx(SAMPLES);
  const [root, ...others] = document.packages;
  assert.equal([root?.name, root?.versionInfo], ['debian-12', '12']);
  assert.equal(
    others.map(({ name }) => name),
    ['odd\\x1b', 'musl', 'libstdc++6', 'libstdc--6', 'beta'],
  );
  const ids = document.packages.map(({ SPDXID }) => SPDXID);
  assert.is(new Set(ids).size, ids.length);
  assert.equal(
    document.relationships.map(
      (each) => `${each.spdxElementId} ${each.relationshipType} ${each.relatedSpdxElement}`,
    ),
    ['SPDXRef-DOCUMENT DESCRIBES SPDXRef-Root', ...ids.slice(1).map((id) => `SPDXRef-Root CONTAINS ${id}`)],
  );
});

test('what a package says of itself', () => {
  const document = spdx(SAMPLES);
  const deb = named(document, 'libstdc++6');
  assert.is(deb.versionInfo, '12.2.0-14+deb12u1');
  assert.is(deb.sourceInfo, 'built from gcc-12 12.2.0-14+deb12u1');
  assert.equal(deb.checksums, [{ algorithm: 'SHA256', checksumValue: 'c'.repeat(64) }]);
  assert.is(
    (deb.externalRefs as { referenceLocator: string }[])[0]?.referenceLocator,
    'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12',
  );
  const rpm = named(document, 'beta');
  assert.is(rpm.sourceInfo, 'built from beta-2.0~rc1-3.src.rpm');
  assert.is(rpm.licenseComments, 'The package states: GPLv2+ and \\xe9');
  // The digest of a header is not a checksum of the package file.
  assert.is(rpm.checksums, undefined);
  assert.match(rpm.comment as string, /sha256:b{64}$/);
});

test('the public keys of rpm are no software', () => {
  assert.not.ok(spdx(SAMPLES).packages.some(({ name }) => name === 'gpg-pubkey'));
});

test('a package that is listed twice is one', () => {
  assert.is(spdx([...SAMPLES, ...SAMPLES]).packages.length, spdx(SAMPLES).packages.length);
});

test('the same bytes for the same packages in any order; another namespace for any other content', () => {
  const text = (...args: Parameters<typeof billOf>): string => JSON.stringify(spdx(...args));
  assert.is(text(SAMPLES), text(SAMPLES.toReversed()));
  const others = [
    spdx(SAMPLES),
    spdx(SAMPLES.slice(1)),
    spdx(SAMPLES, { epoch: 0 }),
    spdx(SAMPLES, { toolVersion: '1.2.4' }),
    spdx(SAMPLES, { distribution: {} }),
    spdx([]),
  ];
  assert.is(new Set(others.map(({ documentNamespace }) => documentNamespace)).size, others.length);
});

test('time and tool come from the caller', () => {
  const { creationInfo } = spdx([], { epoch: 0 });
  assert.equal(creationInfo, { created: '1970-01-01T00:00:00Z', creators: ['Tool: stillroot-1.2.3'] });
  assert.is(spdx([], { epoch: 4_294_967_295 }).creationInfo.created, '2106-02-07T06:28:15Z');
});

test('a tree that does not say what it is, and one that says it in odd characters', () => {
  assert.is(spdx([], { distribution: {} }).name, 'root-filesystem');
  assert.is(spdx(SAMPLES, { distribution: { id: 'a#b\x9b \xc3\xa9' } }).name, 'a#b\\x9b \u00e9');
});

test.run();
