// Settings to a manifest and back, for every row of the table.
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { HARD_LINK_POLICIES } from '../../src/normalize/hard-links.ts';
import { MAX_EPOCH, MTIME_POLICIES } from '../../src/normalize/mtime.ts';
import { NO_ID, OWNER_POLICIES } from '../../src/normalize/owner.ts';
import { archiveFormats, isContainerImage, scaleOf } from '../../src/pack/formats.ts';
import { POLICIES } from '../../src/rules/policies.ts';
import { CONTAINER_SETTINGS } from '../../src/settings/container-settings.ts';
import { effectiveShape, recordSettings, restoreSettings } from '../../src/settings/record.ts';
import { SETTINGS, type SettingKey, type Settings } from '../../src/settings/settings.ts';
import { DEFAULT_SETTINGS } from '../support/settings.ts';

const test = suite('settings/record');

const id = fc.integer({ min: 0, max: NO_ID - 1 });
const idMap = fc.array(fc.tuple(id, id), { maxLength: 4 }).map((pairs) => new Map(pairs));
const texts = fc.array(fc.string(), { maxLength: 3 });
const digest = fc.integer({ min: 0, max: 15 }).map((digit) => `sha256:${digit.toString(16).repeat(64)}`);

const textByName = fc.array(fc.tuple(fc.stringMatching(/^[A-Z]{1,8}$/), fc.string()), { maxLength: 3 });
const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(values, { nil: undefined });
/** A value for each row: a row that is added to the table is missed here by the compiler. */
const VALUES: { readonly [Key in SettingKey]: fc.Arbitrary<Settings[Key]> } = {
  distro: fc.constantFrom('auto', 'debian', 'arch'),
  ruleFiles: fc.array(
    fc.record(
      { name: fc.stringMatching(/^[a-z]{1,8}\.toml$/), text: fc.string() },
      { noNullPrototype: true },
    ),
    {
      maxLength: 2,
    },
  ),
  skip: texts,
  only: texts,
  policies: fc
    .tuple(...POLICIES.map(({ values }) => fc.constantFrom(...values)))
    .map((values) => new Map(POLICIES.map(({ name }, i) => [name, values[i] as string]))),
  crossMounts: fc.boolean(),
  image: fc.option(fc.oneof(fc.constant(false as const), fc.string()), { nil: undefined }),
  platform: fc.option(fc.constantFrom('linux/amd64', 'linux/arm/v7'), { nil: undefined }),
  epoch: fc.integer({ min: 0, max: MAX_EPOCH }),
  mtime: fc.constantFrom(...MTIME_POLICIES),
  owner: fc.constantFrom(...OWNER_POLICIES),
  mapUid: idMap,
  mapGid: idMap,
  hardLinks: fc.constantFrom(...HARD_LINK_POLICIES),
  rootEntry: fc.boolean(),
  init: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
  format: fc.constantFrom(...archiveFormats()),
  level: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
  segment: fc.option(fc.record({ digest, size: fc.nat() }, { noNullPrototype: true }), { nil: undefined }),
  dropSegments: fc.boolean(),
  tags: maybe(texts),
  layerCompression: fc.constant(undefined),
  ociConfig: maybe(fc.constantFrom({ config: { Cmd: ['a'] }, author: 'b' }, { config: {} })),
  entrypoint: maybe(texts),
  cmd: maybe(texts),
  env: maybe(textByName.map((pairs) => new Map(pairs))),
  user: maybe(fc.string()),
  workdir: maybe(fc.string()),
  labels: maybe(textByName.map((pairs) => new Map(pairs))),
  expose: maybe(texts),
  stopSignal: maybe(fc.string()),
};

/** The format records it. */
const PART_OF_FORMAT = 'layerCompression';

test('settings to a manifest and back are the same settings', () => {
  fc.assert(
    fc.property(fc.record(VALUES, { noNullPrototype: true }), (settings) => {
      const recorded = JSON.parse(JSON.stringify(recordSettings(settings)));
      assert.is(effectiveShape.check(recorded), undefined);
      const back = restoreSettings(recorded, 'm.json');
      // Where nothing is compressed the level decides nothing, and is not recorded.
      const scale = scaleOf(settings.format);
      const level = scale && (settings.level ?? scale.standard);
      const isImage = isContainerImage(settings.format);
      const unused = Object.fromEntries(Object.keys(CONTAINER_SETTINGS).map((key) => [key, undefined]));
      assert.equal(back, { ...settings, level, ...(isImage ? {} : unused) });
    }),
    { numRuns: 300 },
  );
});

test('every row of the table is recorded, and no more', () => {
  const settings = {
    ...DEFAULT_SETTINGS,
    ...{ format: 'oci.tar' as const, level: 3, init: '/sbin/init', image: 'a:1', platform: 'linux/amd64' },
    segment: { digest: `sha256:${'0'.repeat(64)}`, size: 4 },
    ...{ tags: [], ociConfig: { config: {} }, entrypoint: [], cmd: [], env: new Map() },
    ...{ user: '', workdir: '', labels: new Map(), expose: [], stopSignal: '' },
  };
  const rows = Object.keys(SETTINGS).filter((key) => key !== PART_OF_FORMAT);
  assert.equal(Object.keys(recordSettings(settings)).sort(), rows.sort());
});

test('another value changes what is recorded, row by row', () => {
  for (const key of Object.keys(SETTINGS) as SettingKey[]) {
    if (key === PART_OF_FORMAT) continue;
    const format = Object.hasOwn(CONTAINER_SETTINGS, key) ? 'oci.tar' : 'cpio.xz';
    const seen = new Set<string>();
    fc.assert(
      fc.property(VALUES[key] as fc.Arbitrary<unknown>, (value) => {
        const settings = { ...DEFAULT_SETTINGS, format, [key]: value } as const;
        seen.add(JSON.stringify(recordSettings(settings)));
      }),
      { numRuns: 40 },
    );
    assert.ok(seen.size > 1, key);
  }
});

function refusal(change: Readonly<Record<string, unknown>>): StillrootError {
  const recorded = { ...recordSettings(DEFAULT_SETTINGS), ...change };
  try {
    restoreSettings(recorded as typeof recorded & { format: 'cpio' }, 'm.json: settings.effective');
  } catch (error) {
    return error as StillrootError;
  }
  throw new Error('was taken');
}

test('what this version does not know is refused with its place', () => {
  const newer = refusal({ mtime: 'newer' });
  assert.is(newer.code, 'manifest-malformed');
  assert.match(newer.message, /^m\.json: settings\.effective\.mtime: found "newer", wanted clamp, set, keep/);
  const files = [{ name: 'a.toml', digest: `sha256:${'0'.repeat(64)}`, text: '' }];
  assert.match(refusal({ ruleFiles: files }).message, /ruleFiles\[0\]\.digest: does not match the text/);
  assert.is(refusal({ policies: { 'machine-id': 'newer' } }).code, 'policy-unknown');
});

test.run();
