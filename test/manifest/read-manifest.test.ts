// What the reader accepts and refuses, and that the schema says the same.
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import { canonicalJson } from '../../src/manifest/canonical-json.ts';
import { manifestSchema } from '../../src/manifest/manifest.ts';
import { MANIFEST_BYTES_MAX, parseManifest } from '../../src/manifest/read-manifest.ts';
import { showText } from '../../src/text/format.ts';
import { SAMPLE_MANIFEST } from './sample-manifest.ts';

const test = suite('manifest/read-manifest');
const HOSTILE = new URL('../../fixtures/manifests/', import.meta.url);
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(
  manifestSchema,
);

type Key = string | number;

function refusal(text: string): StillrootError | undefined {
  try {
    parseManifest(text, 'image.json');
    return undefined;
  } catch (error) {
    assert.instance(error, StillrootError);
    return error as StillrootError;
  }
}

/** Every place of a document, from the whole to its leaves. */
function* placesOf(value: unknown, place: readonly Key[] = []): Generator<readonly Key[]> {
  yield place;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    yield* placesOf(each, [...place, Array.isArray(value) ? Number(key) : key]);
  }
}

/** A copy with another value at a place; without the place where the value is undefined. */
function changed(place: readonly Key[], value: unknown): unknown {
  const copy = structuredClone(SAMPLE_MANIFEST) as unknown;
  let at = { whole: copy } as unknown as Record<Key, unknown>;
  const keys: Key[] = ['whole', ...place];
  for (const key of keys.slice(0, -1)) at = at[key] as Record<Key, unknown>;
  const last = keys.at(-1) as Key;
  const holder = at as Record<Key, unknown>;
  if (value !== undefined) holder[last] = value;
  else if (Array.isArray(at)) at.splice(Number(last), 1);
  else delete holder[last];
  return keys.length === 1 ? holder.whole : copy;
}

test('a manifest with every key is read as it was written', () => {
  assert.equal(parseManifest(canonicalJson(SAMPLE_MANIFEST), 'x'), SAMPLE_MANIFEST);
  assert.ok(validate(SAMPLE_MANIFEST), JSON.stringify(validate.errors));
});

test('newer keys are left alone, at every place where there are keys', () => {
  let open = 0;
  for (const place of placesOf(SAMPLE_MANIFEST)) {
    // Of these the keys are data.
    if (['policies', 'environment', 'files', 'osRelease'].includes(String(place.at(-1)))) continue;
    const value = place.reduce<unknown>((at, key) => (at as Record<Key, unknown>)[key], SAMPLE_MANIFEST);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    open += 1;
    const document = changed([...place, 'newer'], { anything: [1.5] });
    assert.is(refusal(JSON.stringify(document)), undefined, place.join('.'));
    assert.ok(validate(document), place.join('.'));
  }
  assert.ok(open > 20);
});

const VALUES: readonly unknown[] = [
  ...[undefined, null, true, 0, -1, 1.5, 2 ** 32, 2 ** 60, '', 'x', '..', 'a/b', '/etc', 'a/../b', '-1'],
  ...[
    [],
    [null],
    [{}],
    {},
    { a: 1 },
    { '../a': 'x' },
    `sha256:${'A'.repeat(64)}`,
    `sha256:${'a'.repeat(64)}`,
  ],
  ...[
    'sha512:00',
    '1:2',
    '12345678901:0',
    '08',
    '0644',
    'pkg:deb/x',
    'a\0b',
    'x'.repeat(256),
    'x'.repeat(1025),
    './a',
    'a//b',
    '.',
  ],
];

test('the reader and the schema agree on every wrong value at every place', () => {
  let refused = 0;
  let taken = 0;
  for (const place of placesOf(SAMPLE_MANIFEST)) {
    // A document of another format is not compared with this schema.
    if (place[0] === 'schema') continue;
    for (const value of VALUES) {
      const document = changed(place, value);
      const error = refusal(JSON.stringify(document) ?? '');
      const isValid = validate(document);
      const what = `${place.join('.')} = ${JSON.stringify(value)?.slice(0, 80)}`;
      assert.is(error === undefined, isValid, `${what}: ${error?.message ?? 'taken'}`);
      if (isValid) taken += 1;
      else refused += 1;
    }
  }
  assert.ok(refused > 3000 && taken > 500, `${refused} refused, ${taken} taken`);
});

test('what is wrong is said with its place, what was found and what was wanted', () => {
  const message = (place: readonly Key[], value: unknown): string =>
    refusal(JSON.stringify(changed(place, value)))?.message ?? '';
  assert.is(
    message(['image', 'blocks', 0, 'size'], -4),
    'image.json: image.blocks[0].size: found -4, wanted a whole number from 4. Name a manifest that stillroot pack wrote beside an image.',
  );
  assert.match(message(['image', 'digest'], undefined), /: image\.digest: found nothing, wanted a value\./);
  assert.match(message(['config'], []), /: config: found a list, wanted an object\./);
  assert.match(message(['packages'], { a: 1 }), /: packages: found an object, wanted a list\./);
  assert.match(
    message(['image', 'name'], '../x'),
    /: image\.name: found "\.\.\/x", wanted a file name without a slash\./,
  );
  assert.match(message(['image', 'name'], '\u00e9'.repeat(128)), /wanted a file name of at most 255 bytes/);
  assert.match(
    message(['inputs', 'osRelease', 'a b\x1b[31m'], 1),
    /inputs\.osRelease\["a b\\u001b\[31m"\]: found 1, wanted a string/,
  );
  assert.match(message(['tool', 'encoder'], ['x'.repeat(1000)]), /: found a list, /);
  assert.match(
    message(['settings', 'given', 0, 'value'], null),
    /wanted a string, or a whole number .* or a list/,
  );
  const long = message(['image', 'digest'], 'z'.repeat(5000));
  assert.ok(long.length < 300, long);
});

for (const file of readdirSync(HOSTILE).filter((name) => name.endsWith('.txt'))) {
  test(`hostile: ${file}`, () => {
    const [, code] = /^(manifest-[a-z]+)\./.exec(file) ?? [];
    const text = readFileSync(new URL(file, HOSTILE), 'utf8');
    const error = refusal(text);
    assert.is(error?.code, code);
    // What reaches a terminal goes through showText, and is short.
    assert.not.match(showText(error?.message ?? ''), /[\x00-\x1f\x7f-\x9f\u202a-\u202e]/);
    assert.ok((error?.message.length ?? 0) < 500, error?.message);
  });
}

test('there are hostile manifests of both kinds', () => {
  const names = readdirSync(HOSTILE);
  assert.ok(names.filter((name) => name.startsWith('manifest-malformed.')).length >= 20);
  assert.ok(names.some((name) => name.startsWith('manifest-version.')));
});

test('a manifest that is too large, or nested without an end, is refused quickly', () => {
  const large = refusal(' '.repeat(MANIFEST_BYTES_MAX + 1));
  assert.match(large?.message ?? '', /has 134217729 characters, wanted at most 134217728/);
  // Of the processor, which other processes do not count for.
  const before = process.cpuUsage();
  for (const text of [
    '['.repeat(5_000_000),
    '{"a":'.repeat(2_000_000),
    `${'['.repeat(1e6)}${']'.repeat(1e6)}`,
  ]) {
    assert.is(refusal(text)?.code, 'manifest-malformed');
  }
  assert.ok(process.cpuUsage(before).user < 60_000_000);
});

test.run();
