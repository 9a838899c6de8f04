import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { differingRanges, printableAround } from '../../src/diff/causes/contents.ts';
import { EXAMPLE_LINES_MAX, hexWindow, unifiedLines } from '../../src/diff/example.ts';

const test = suite('example');

test('a short hex window around the first difference', () => {
  const a = Buffer.alloc(64, 0x61);
  const b = Buffer.from(a);
  b[20] = 0x62;
  assert.equal(hexWindow(a, b), [
    ' byte 20 of 64 and 64',
    ' 00000000 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61  aaaaaaaaaaaaaaaa',
    '-00000010 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61  aaaaaaaaaaaaaaaa',
    '+00000010 61 61 61 61 62 61 61 61 61 61 61 61 61 61 61 61  aaaabaaaaaaaaaaa',
    ' 00000020 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61  aaaaaaaaaaaaaaaa',
  ]);
  // A terminal of 80 columns has 75 for it in a report.
  assert.ok(hexWindow(a, b).every(({ length }) => length <= 75));
  assert.equal(hexWindow(Buffer.from('ab'), Buffer.from('abc'))[0], ' byte 2 of 2 and 3');
  assert.ok(hexWindow(Buffer.alloc(0), Buffer.from('x')).includes(`+00000000 78${' '.repeat(47)}x`));
});

test('a unified diff of texts, with one line around a change', async () => {
  const lines = (second: string): string => `one\ntwo\n${second}\nfour\nfive\n`;
  assert.equal(await unifiedLines(lines('3'), lines('III'), 12), [
    '@ line 2 and 2',
    ' two',
    '-3',
    '+III',
    ' four',
  ]);
});

test('of many lines in a row both sides are seen', async () => {
  const log = (second: number): string =>
    Array.from({ length: 9 }, (_, i) => `${second} line ${i}\n`).join('');
  assert.equal(await unifiedLines(log(1), log(2), 12), [
    ...['@ line 1 and 1', '-1 line 0', '-1 line 1', '-1 line 2', '-1 line 3', '@ and 5 more such lines'],
    ...['+2 line 0', '+2 line 1', '+2 line 2', '+2 line 3', '@ and 5 more such lines'],
  ]);
});

test('hashes of passwords are not shown', async () => {
  const shadow = (hash: string, day: number): string =>
    `root:${hash}:${day}:0:99999:7:::\nbin:*:1:0:99999:7:::\n`;
  const lines = await unifiedLines(shadow('$y$j9T$abc$def', 1), shadow('$y$j9T$xyz$uvw', 2), 12);
  assert.equal(lines.slice(1, 3), ['-root:(hidden):1:0:99999:7:::', '+root:(hidden):2:0:99999:7:::']);
  const locked = await unifiedLines(shadow('!$6$secret', 1), shadow('!$6$secret', 2), 12);
  assert.not.match(locked.join(), /secret/);
});

test('long lines are cut around what differs, and long diffs end', async () => {
  const long = (middle: string): string => `${'x'.repeat(500)}${middle}${'y'.repeat(500)}`;
  const lines = await unifiedLines(long('A'), long('B'), 12);
  assert.ok(lines.every((line) => line.length < 140));
  assert.match(lines.join('\n'), /-\.\.\.x+Ay+\.\.\./);
  const many = Array.from({ length: 5000 }, (_, i) => `${i}`);
  const shown = await unifiedLines(many.join('\n'), many.map((line) => `${line}x`).join('\n'), 12);
  assert.ok(shown.length <= EXAMPLE_LINES_MAX);
});

test('ranges that differ, those close to each other as one', () => {
  const a = Buffer.alloc(100);
  const b = Buffer.alloc(100);
  for (const at of [10, 12, 50]) b[at] = 1;
  assert.equal(differingRanges(a, b, 5), [
    { start: 10, end: 13 },
    { start: 50, end: 51 },
  ]);
  assert.is(differingRanges(a, b, 1), undefined);
  const text = Buffer.from('\0\0built 10:11:12 here\0\0');
  assert.is(printableAround(text, { start: 10, end: 11 }, 80), 'built 10:11:12 here');
  assert.is(printableAround(text, { start: 10, end: 11 }, 2), '10:11');
});

test.run();
