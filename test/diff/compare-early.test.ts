import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { earlyLines, earlyNames } from '../../src/diff/compare-early.ts';
import { earlyArchive as archive } from '../support/early-archive.ts';

const test = suite('compare early archives');

function fileText(content: string): string {
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return `size ${content.length}, sha256 ${digest}`;
}

const KERNEL = ['kernel', ''] as const;
const [A, B] = [
  ['kernel/a.bin', 'aaaa'],
  ['kernel/b.bin', 'b'],
] as const;

test('the files that differ, and what is on one side only', () => {
  assert.equal(earlyLines(archive(KERNEL, A, B), archive(KERNEL, ['kernel/a.bin', 'aaab'], B)), [
    '-kernel/a.bin: size 4, sha256 61be55a8e2f6',
    `+kernel/a.bin: ${fileText('aaab')}`,
  ]);
  assert.equal(earlyLines(archive(KERNEL, A, B), archive(KERNEL, A)), [
    `-kernel/b.bin: ${fileText('b')}`,
    '+kernel/b.bin: none',
  ]);
  // Directories only where no file differs.
  assert.equal(earlyLines(Buffer.alloc(0), archive(KERNEL, A)), [
    '-kernel/a.bin: none',
    `+kernel/a.bin: ${fileText('aaaa')}`,
  ]);
  assert.equal(earlyLines(archive(), archive(KERNEL)), ['-kernel: none', '+kernel: directory']);
});

test('owners, which pack keeps', () => {
  assert.equal(earlyLines(archive(A), archive(['kernel/a.bin', 'aaaa', 7])), [
    `-kernel/a.bin: ${fileText('aaaa')}`,
    `+kernel/a.bin: ${fileText('aaaa')}, owner 7:0`,
  ]);
});

test('names are byte strings, as in other examples', () => {
  assert.match(earlyLines(archive(), archive(['\xc3\xa9\x1b', ''])).join(), '-\xc3\xa9\x1b: none');
});

test('a name that occurs twice: each with its like', () => {
  const [p, q] = [['kernel/a.bin', 'p'] as const, ['kernel/a.bin', 'q'] as const];
  assert.equal(earlyLines(archive(p, q), archive(p)), [
    `-kernel/a.bin (2 of that name): ${fileText('q')}`,
    '+kernel/a.bin (2 of that name): none',
  ]);
  assert.equal(earlyLines(Buffer.concat([archive(p), archive(q)]), archive(p)), [
    `-archive 2, kernel/a.bin: ${fileText('q')}`,
    '+archive 2, kernel/a.bin: none',
  ]);
  const [one, two] = [p, q].map((first) => Buffer.concat([archive(first), archive(A)])) as [Buffer, Buffer];
  assert.equal(earlyLines(one, two), [
    `-archive 1, kernel/a.bin: ${fileText('p')}`,
    `+archive 1, kernel/a.bin: ${fileText('q')}`,
  ]);
});

test('another order, and other zeros', () => {
  assert.equal(earlyLines(archive(A, B), archive(B, A)), [
    '-in this order: kernel/a.bin, kernel/b.bin',
    '+in this order: kernel/b.bin, kernel/a.bin',
  ]);
  const padded = Buffer.concat([archive(A), Buffer.alloc(512)]);
  assert.match(earlyLines(archive(A), padded).join(), /^-512 bytes with .*,\+1024 bytes with /);
  assert.match(
    earlyLines(archive(A), Buffer.concat([archive(A), Buffer.from('k = 1\n')])).join(),
    /^-512 bytes with .*,\+518 /,
  );
  // Longer than a header.
  const config = Buffer.from(`kernel.a = "${'x'.repeat(300)}"\n`);
  assert.match(earlyLines(archive(A), Buffer.concat([archive(A), config])).join(), /^-512 bytes with /);
});

test('of many the first five, and how many more', () => {
  const many = Array.from({ length: 9 }, (_, i) => [`kernel/${i}`, `${i}`] as const);
  const lines = earlyLines(archive(), archive(...many));
  assert.is(lines.length, 11);
  assert.is(lines.at(-1), '@ and 4 more');
});

test('paths, with or without a dot in front', () => {
  assert.equal(earlyNames(archive(['./kernel', ''], ['kernel/a.bin', 'a'])), ['kernel', 'kernel/a.bin']);
});

test.run();
