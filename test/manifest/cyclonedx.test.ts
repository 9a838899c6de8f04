import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cyclonedxDocument } from '../../src/manifest/bill.ts';
import { testWhere } from '../support/requires.ts';
import { validateCyclonedx } from './bill-schemas.ts';
import { billOf, SAMPLES } from './sample-packages.ts';

const test = suite('manifest/cyclonedx');

interface Component {
  readonly name: string;
  readonly 'bom-ref': string;
  readonly purl: string;
  readonly version?: string;
  readonly hashes?: unknown;
  readonly licenses?: unknown;
  readonly properties?: ReadonlyArray<{ readonly name: string; readonly value: string }>;
}

/** Only what these tests look at. */
interface Bom {
  readonly serialNumber: string;
  readonly metadata: { readonly timestamp: string; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly unknown[];
}

function bom(...args: Parameters<typeof billOf>): Bom {
  const document = cyclonedxDocument(billOf(...args));
  assert.ok(validateCyclonedx(document), JSON.stringify(validateCyclonedx.errors, null, 1));
  return document as Bom;
}

test('the operating system, its packages, and that it depends on them', () => {
  const { metadata, components, dependencies } = bom(SAMPLES);
  assert.equal(metadata, {
    timestamp: '2023-11-14T22:13:20Z',
    tools: { components: [{ type: 'application', name: 'stillroot', version: '1.2.3' }] },
    component: { type: 'operating-system', 'bom-ref': 'root', name: 'debian', version: '12' },
  });
  assert.equal(
    components.map(({ name }) => name),
    ['odd\\x1b', 'musl', 'libstdc++6', 'libstdc--6', 'beta'],
  );
  const refs = components.map((each) => each['bom-ref']);
  assert.is(new Set(refs).size, refs.length);
  assert.equal(dependencies, [{ ref: 'root', dependsOn: refs }]);
});

test('what a package says of itself', () => {
  const { components } = bom(SAMPLES);
  assert.equal(
    components.find(({ name }) => name === 'libstdc++6'),
    {
      type: 'library',
      'bom-ref': 'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12',
      name: 'libstdc++6',
      version: '12.2.0-14+deb12u1',
      hashes: [{ alg: 'SHA-256', content: 'c'.repeat(64) }],
      purl: 'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12',
      properties: [
        { name: 'stillroot:package:architecture', value: 'amd64' },
        { name: 'stillroot:package:source', value: 'gcc-12' },
        { name: 'stillroot:package:source-version', value: '12.2.0-14+deb12u1' },
        { name: 'stillroot:package:installed-size', value: '2500000' },
      ],
    },
  );
  const beta = components.find(({ name }) => name === 'beta');
  assert.equal(beta?.licenses, [{ license: { name: 'GPLv2+ and \\xe9' } }]);
  // The digest of a header is not a hash of the package file.
  assert.is(beta?.hashes, undefined);
  assert.is(
    beta?.properties?.find(({ name }) => name.endsWith(':digest'))?.value,
    `sha256:${'b'.repeat(64)}`,
  );
});

test('the same bytes for the same packages in any order; another number for any other content', () => {
  assert.is(JSON.stringify(bom(SAMPLES)), JSON.stringify(bom([...SAMPLES, ...SAMPLES].toReversed())));
  const others = [bom(SAMPLES), bom(SAMPLES.slice(1)), bom(SAMPLES, { epoch: 0 }), bom([])];
  assert.is(new Set(others.map(({ serialNumber }) => serialNumber)).size, others.length);
});

test('a tree that does not say what it is', () => {
  assert.is(bom([], { distribution: {} }).metadata.component.name, 'root-filesystem');
});

/** Of the package that carries the schemas which the project publishes; undefined where it is not installed. */
function officialSchemas(): ((name: string) => object) | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json');
    const directory = new URL('res/schema/', `file://${manifest}`);
    return (name) =>
      JSON.parse(readFileSync(new URL(`${name}.SNAPSHOT.schema.json`, directory), 'utf8')) as object;
  } catch {
    return undefined;
  }
}

const official = officialSchemas();
const lacking = official === undefined ? 'needs @cyclonedx/cyclonedx-library' : undefined;

testWhere(test, lacking, 'the schema of the project accepts it', () => {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  for (const name of ['spdx', 'jsf-0.82']) {
    const $id = `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`;
    ajv.addSchema({ ...official?.(name), $id });
  }
  const validate = ajv.compile(official?.('bom-1.6') ?? false);
  for (const document of [bom(SAMPLES), bom([]), bom(SAMPLES, { distribution: {} })]) {
    assert.ok(validate(document), JSON.stringify(validate.errors, null, 1));
  }
  assert.not.ok(validate({ ...bom(SAMPLES), serialNumber: 'urn:uuid:1' }));
});

test.run();
