import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findVariation, type Hosts, PATTERNS, type VariedKind } from '../../src/diff/varying-text.ts';

const test = suite('varying text');
const NO_HOSTS: Hosts = [[], []];

function kinds(a: string, b: string, hosts: Hosts = NO_HOSTS): VariedKind[] | undefined {
  const variation = findVariation(a, b, hosts);
  return variation && [...variation.kinds].sort();
}

const TIMES: readonly (readonly [string, string])[] = [
  ['2024-01-02', '2025-11-30'],
  ['2024-01-02T03:04:05Z', '2024-01-02T13:14:15Z'],
  ['2024-01-02 03:04:05.123 +0100', '2024-01-02 03:04:05.9 +0100'],
  ['Mon Nov 23 13:46:10 UTC 2026', 'Tue Nov 24 01:02:03 UTC 2026'],
  ['Mon, 23 Nov 2026 13:46:10 +0000', 'Wed, 5 Jan 2022 00:00:00 +0000'],
  ['Nov 23 13:46:10 host', 'Nov  2 03:06:10 host'],
  ['Jan  2 2024', 'Feb 12 2023'],
  ['20240102', '20251130'],
  ['20240102030405', '20251130030405'],
  ['.deps-20240102.030405', '.deps-20240102.030409'],
  ['1700000000', '1700000001'],
  ['t=1700000000.25', 't=1700000001.75'],
  ['1700000000123456789', '1700000000123456788'],
  ['13:46:10', '13:46:11'],
  ['2024/01/02 10:11', '2024/01/03 10:11'],
  ['took 3.25 seconds', 'took 12 seconds'],
];

for (const [a, b] of TIMES) {
  test(`a time: ${a}`, () => {
    assert.equal(kinds(`x ${a} y`, `x ${b} y`), ['time']);
    assert.is(kinds(`x ${a} y`, `x ${b} z`), undefined);
  });
}

test('temporary paths', () => {
  for (const [a, b] of [
    ['/tmp/tmp.aB3dE6gH9j/x', '/tmp/tmp.0000000000/x'],
    ['/var/tmp/mkosi-workspace-abcdefgh', '/var/tmp/mkosi-workspace-zyxwvuts'],
    ['"mmdebstrap.abcDEF1234/"', '"mmdebstrap.ZZZZZZ9999/"'],
  ]) {
    assert.equal(kinds(`root=${a} `, `root=${b} `), ['temporary-path']);
  }
});

test('random numbers', () => {
  for (const [a, b] of [
    ['3f2b8c1e-5a4d-4e6f-9b7a-1c2d3e4f5a6b', '00000000-5a4d-4e6f-9b7a-1c2d3e4f5a6b'],
    ['0123456789abcdef', 'fedcba9876543210'],
    ['kH3xV0a9bC8dE7fG6hI5jK==', 'Zz3xV0a9bC8dE7fG6hI5jK=='],
  ]) {
    assert.equal(kinds(`id ${a}\n`, `id ${b}\n`), ['random']);
  }
});

test('the names of the two hosts', () => {
  assert.equal(kinds('mail.build1.local', 'mail.runner-2.local', [['build1'], ['runner-2']]), ['host-name']);
  assert.is(kinds('mail.build1.local', 'mail.runner-2.local', [['build1'], ['other']]), undefined);
  assert.is(kinds('a', 'b', [['a'], ['b']]), undefined, 'a name of one letter is everywhere');
});

test('several kinds at once, and the values that differ', () => {
  const variation = findVariation(
    'in /tmp/tmp.aaaaaa at 13:00:00',
    'in /tmp/tmp.bbbbbb at 13:00:01',
    NO_HOSTS,
  );
  assert.equal(variation?.values, [
    ['temporary-path', '/tmp/tmp.aaaaaa', '/tmp/tmp.bbbbbb'],
    ['time', '13:00:00', '13:00:01'],
  ]);
});

test('what differs in anything else is none of these', () => {
  for (const [a, b] of [
    ['a', 'b'],
    ['version 1.2', 'version 1.3'],
    ['word', 'other'],
    ['port 8080', 'port 9090'],
    ['2024-01-02 x', '2024-01-03 y'],
  ] as const) {
    assert.is(kinds(a, b), undefined);
  }
  assert.is(kinds('2024-01-02', '2024-01-02'), undefined, 'equal texts vary in nothing');
});

test('long lines, of which no part is what varies', () => {
  const line = '0123456789abcdef '.repeat(5000);
  assert.is(kinds(line, `${line}x`), undefined);
  assert.is(kinds('a'.repeat(50_000), 'b'.repeat(50_000)), undefined);
  assert.is(kinds('1'.repeat(50_000), '2'.repeat(50_000)), undefined);
});

/** Places of a pattern that make it take more than the length of a line: see PATTERNS. */
function slowPlaces(pattern: string): string[] {
  // Classes and escapes count as one character each.
  const plain = pattern.replace(/\\b/g, '^').replace(/\\.|\[(?:\\.|[^\]\\])*\]/g, 'c');
  const repeatedGroups = plain.match(/\)(?:[+*]|\{\d+,\})/g) ?? [];
  // The first character that an alternative matches, after groups that may be empty and lookarounds.
  const starts = plain.match(/(?:^|\|)(?:\(\?:|\()*[^^()|?](?:[+*]|\{\d+,\})/g) ?? [];
  return [...repeatedGroups, ...starts];
}

test('no pattern takes more than the length of a line', () => {
  assert.equal(
    PATTERNS.flatMap(([, pattern]) => slowPlaces(pattern)),
    [],
  );
  // The check itself sees what it is for.
  for (const slow of ['\\d+ ms', 'x|[a-z]+ms', '(?:a|b)+', '(?:\\d+x)?', '\\b(?:\\d\\d){2,}']) {
    assert.ok(slowPlaces(slow).length > 0, slow);
  }
  for (const quick of ['\\b\\d+ ms', '/tmp/[^ ]+', '(?<![0-9])[0-9]{1,9}', '(?:\\d{3}){0,3}']) {
    assert.equal(slowPlaces(quick), [], quick);
  }
});

test.run();
