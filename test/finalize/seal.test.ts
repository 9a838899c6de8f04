import type { BigIntStats } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { encodeSeal, parseSeal, refuseOtherPlace, type Sealed, sealOf } from '../../src/finalize/seal.ts';

const test = suite('seal');
const stats = (fields: object): BigIntStats =>
  ({ dev: 5n, ino: 7n, ctimeNs: 1_700_000_000_123_456_789n, size: 40n, ...fields }) as BigIntStats;
const FOUND: Sealed = { root: stats({ ino: 2n }), directory: stats({ ino: 3n }), list: stats({}) };
const MOUNTS = [{ path: 'srv/\xff', device: '9', inode: '2' }];
const SEAL = sealOf(FOUND, MOUNTS);

const isInterrupted = (message: RegExp) => (error: StillrootError) =>
  error.code === 'finalize-interrupted' && message.test(error.message) && error.message.startsWith('here: ');

test('as text and back', () => {
  assert.equal(parseSeal(encodeSeal(SEAL), 'here'), SEAL);
  assert.is(
    encodeSeal(SEAL),
    [
      'stillroot finalize journal 2',
      '{"root":{"device":"5","inode":"2"},"directory":{"device":"5","inode":"3"},"list":{"device":"5","inode":"7","changed":"1700000000123456789","size":"40"},"mounts":[{"path":"srv/ÿ","device":"9","inode":"2"}]}',
      'end',
      '',
    ].join('\n'),
  );
});

test('the same place is believed', () => refuseOtherPlace(SEAL, FOUND, 'here'));

const OTHERS: readonly (readonly [string, Partial<Sealed>, RegExp])[] = [
  [
    'inode of the list',
    { list: stats({ ino: 8n }) },
    /a copy, or was extracted from an archive.*build it again/,
  ],
  ['time of the list', { list: stats({ ctimeNs: 1_700_000_000_123_456_790n }) }, /a copy, or was extracted/],
  ['size of the list', { list: stats({ size: 41n }) }, /a copy, or was extracted/],
  ['inode of the directory', { directory: stats({ ino: 4n }) }, /belongs to another directory/],
  ['inode of the root', { root: stats({ ino: 4n }) }, /belongs to another directory/],
  [
    'device of the list',
    { list: stats({ dev: 6n }) },
    /5 when it was written, 6 now.*new device number.*build it again/,
  ],
  ['device of the directory', { directory: stats({ ino: 3n, dev: 6n }) }, /a different device/],
  ['device of the root', { root: stats({ ino: 2n, dev: 6n }) }, /a different device/],
];
for (const [what, other, message] of OTHERS) {
  test(`another ${what}: not written here`, () => {
    assert.throws(() => refuseOtherPlace(SEAL, { ...FOUND, ...other }, 'here'), isInterrupted(message));
  });
}

test('a time in whole seconds could be guessed', () => {
  const found = { ...FOUND, list: stats({ ctimeNs: 1_700_000_000_000_000_000n }) };
  assert.throws(
    () => refuseOtherPlace(sealOf(found, []), found, 'here'),
    isInterrupted(/whole seconds only/),
  );
});

test('whatever is not a whole seal of this version is refused', () => {
  const text = encodeSeal(SEAL);
  const line = text.split('\n')[1] as string;
  const damaged = [
    '',
    '\n\n\n',
    text.slice(0, -1),
    text.slice(1),
    `${text}\n`,
    text.replace('journal 2', 'journal 1'),
    text.replace(line, 'null'),
    text.replace(line, '[]'),
    text.replace(line, '{'),
    text.replace('"7"', '7'),
    text.replace('"7"', '"7 "'),
    text.replace('"7"', '"0x7"'),
    text.replace('"changed"', '"then"'),
    text.replace('"size"', '"length"'),
    text.replace('"root"', '"rood"'),
    text.replace(/"mounts":.*\]/, '"mounts":null'),
    text.replace(/"mounts":.*\]/, '"mounts":[null]'),
    text.replace('"path":"srv/ÿ"', '"path":1'),
  ];
  for (const each of damaged) {
    assert.not.equal(each, text);
    assert.throws(
      () => parseSeal(each, 'here'),
      isInterrupted(/not written by this version of finalize/),
      each,
    );
  }
});

test.run();
