// Options given by a program have the same effect as on the command line.
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { archiveFormats, LAYER_COMPRESSIONS } from '../../src/pack/formats.ts';
import { parseOptions } from '../../src/settings/option.ts';
import { parsePlain, plainWords } from '../../src/settings/plain.ts';
import { ARCHIVE_OPTIONS, TREE_OPTIONS } from '../../src/settings/resolve.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('settings/plain');
const ROWS = { ...TREE_OPTIONS, ...ARCHIVE_OPTIONS };

const id = fc.integer({ min: 0, max: 0xffff_fffe });
const idMap = fc.array(fc.tuple(id, id), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs));
const word = fc.string({ minLength: 1 });
const words = fc.array(fc.constantFrom('/bin/app', '--flag', 'a b'), { minLength: 2 });
const texts = fc.dictionary(fc.stringMatching(/^[A-Za-z]{1,8}$/), fc.stringMatching(/^[^\0]{0,8}$/), {
  noNullPrototype: true,
});
/** Any value of each row. */
const VALUES: Readonly<Record<keyof typeof ROWS, fc.Arbitrary<unknown>>> = {
  distro: word,
  ruleFiles: fc.array(word),
  skip: fc.array(word),
  only: fc.array(word),
  policies: fc.dictionary(
    fc.string({ minLength: 1 }).filter((name) => !name.includes('=') && name !== '__proto__'),
    fc.string(),
    { noNullPrototype: true },
  ),
  crossMounts: fc.boolean(),
  image: fc.oneof(fc.constant(false), word),
  epoch: fc.integer({ min: 0, max: 0xffff_ffff }),
  mtime: fc.constantFrom('clamp', 'set', 'keep'),
  owner: fc.constantFrom('keep', 'root', 'auto'),
  mapUid: idMap,
  mapGid: idMap,
  hardLinks: fc.constantFrom('keep', 'copy'),
  rootEntry: fc.boolean(),
  init: word.filter((path) => path !== '/'),
  format: fc.constantFrom(...archiveFormats()),
  level: fc.integer({ min: 0, max: 9 }),
  segment: word,
  dropSegments: fc.boolean(),
  tags: fc.array(fc.constantFrom('app:1', 'example.org/app:latest')),
  layerCompression: fc.constantFrom(...LAYER_COMPRESSIONS),
  platform: fc.constantFrom('linux/amd64', 'linux/arm/v7'),
  ociConfig: word,
  entrypoint: words,
  cmd: words,
  env: texts,
  user: fc.constantFrom('root', '1000:1000'),
  workdir: word.map((path) => `/${path.replaceAll('\0', '')}`),
  labels: texts,
  expose: fc.array(fc.constantFrom('80/tcp', '53/udp')),
  stopSignal: fc.constantFrom('SIGINT', '9'),
};

/** A parsed option as the program gave it. */
function plainOf(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  if (Array.isArray(value) && value.every((each) => typeof each === 'object')) {
    return Object.fromEntries(value.map(({ name, value: chosen }) => [name, chosen]));
  }
  return value;
}

for (const [key, values] of Object.entries(VALUES)) {
  test(`every value of ${key} comes to itself`, () => {
    fc.assert(
      fc.property(values, (value) => {
        const words = plainWords(ROWS, { [key]: value });
        const parsed = parsePlain(ROWS, words);
        const found = plainOf(parsed[key as keyof typeof ROWS]);
        // Nothing at all is the default, whatever that is.
        const isEmpty = typeof value === 'object' && Object.keys(value ?? {}).length === 0;
        assert.equal(isEmpty ? value : found, value);
      }),
      { numRuns: 50 },
    );
  });
}

test('every row has values here, and what is left out has the default of the command line', () => {
  assert.equal(Object.keys(VALUES).sort(), Object.keys(ROWS).sort());
  const none = Object.fromEntries(Object.keys(ROWS).map((key) => [key, undefined]));
  assert.equal(plainWords(ROWS, none), {});
  assert.equal(parsePlain(ROWS, plainWords(ROWS, none)), parseOptions(ROWS, {}));
});

test('words are what would be typed', () => {
  assert.equal(plainWords(ROWS, { epoch: 5, mapUid: { 1: 2, 3: 4 }, policies: { a: 'b=c' }, skip: [] }), {
    'source-date-epoch': '5',
    'map-uid': ['1:2', '3:4'],
    policy: ['a=b=c'],
  });
});

test('false says that there is none only where that can be said', async () => {
  const rows = { file: { ...ROWS.segment, canBeNone: true } };
  assert.equal(plainWords(rows, { file: false }), { segment: false });
  await rejects(() => plainWords(ROWS, { segment: false }), 'usage', /^segment: is a boolean/);
});

test.run();
