// Container images that packers wrote: when they are the same image, and where two of them differ first.
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { firstDifference } from '../../src/lab/first-difference.ts';
import { openWritten } from '../../src/lab/opened-archive.ts';
import type { Difference } from '../../src/lab/result.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('first difference of container images');
const scratch = new Scratch('first-difference');
const tree = scratch.in('tree');
const EPOCH = '1600000000';
let count = 0;

/** Packs the tree as it is now. */
async function pack(...options: readonly string[]): Promise<string> {
  count += 1;
  const file = scratch.in(`${count}.oci.tar`);
  const fixed = ['--platform', 'linux/amd64', '--source-date-epoch', EPOCH, '--no-manifest', '--no-cache'];
  const { status, stderr } = await run(['pack', tree, '-o', file, '--quiet', ...fixed, ...options], {
    env: { PATH: process.env.PATH },
  });
  assert.is(status, 0, stderr);
  return file;
}

async function outputOf(file: string): Promise<string> {
  const { source, output } = await openWritten(file, scratch.path);
  source.close();
  return output;
}

async function rawOf(file: string): Promise<string> {
  const { source, raw } = await openWritten(file, scratch.path);
  source.close();
  return raw;
}

async function compare(a: string, b: string): Promise<[isSame: boolean, first: Difference | undefined]> {
  return [(await rawOf(a)) === (await rawOf(b)), await firstDifference(a, b, scratch.path)];
}

let plain: string;
before(test, async () => {
  mkdirSync(`${tree}/etc`, { recursive: true });
  writeFileSync(`${tree}/etc/name`, 'box\n');
  utimesSync(`${tree}/etc/name`, 1_500_000_000, 1_500_000_000);
  plain = await pack();
});
test.after(() => scratch.remove());

test('what is opened is the tree in the image', async () => {
  const { source } = await openWritten(plain, scratch.path);
  assert.equal(
    source.tree.entries.map(({ path }) => path),
    ['etc', 'etc/name'],
  );
  source.close();
});

test('images, compressed and plain archives are told apart, whatever the name says', async () => {
  assert.is(await outputOf(plain), 'image');
  for (const [format, output] of [
    ['cpio', 'plain'],
    ['tar', 'plain'],
    ['cpio.xz', 'compressed'],
    ['tar.gz', 'compressed'],
  ] as const) {
    const file = scratch.in(`archive-${format.replace('.', '-')}`);
    const { status, stderr } = await run(
      ['pack', tree, '-o', file, '--format', format, '-q', '--no-manifest'],
      {
        env: { PATH: process.env.PATH },
      },
    );
    assert.is(status, 0, stderr);
    assert.is(await outputOf(file), output, format);
    // A plain part before the compressed one, such as microcode before an initramfs.
    if (format !== 'cpio.xz') continue;
    const both = scratch.in('both');
    writeFileSync(both, Buffer.concat([readFileSync(scratch.in('archive-cpio')), readFileSync(file)]));
    assert.is(await outputOf(both), 'compressed');
  }
});

test('the same image, its layer compressed differently', async () => {
  const [isSame, first] = await compare(plain, await pack('--layer-compression', 'none'));
  assert.ok(isSame);
  assert.match(first?.title ?? '', /^files of the image: presence of an entry$/);
  assert.match(first?.path ?? '', /^blobs\/sha256\/[0-9a-f]{64}$/);
});

test('another configuration', async () => {
  const [isSame, first] = await compare(plain, await pack('--env', 'A=1'));
  assert.not(isSame);
  assert.equal(first, { title: 'the configurations differ', path: null, lines: ['+variable A: "1"'] });
});

test('another header in the layer', async () => {
  const [isSame, first] = await compare(plain, await pack('--root-entry'));
  assert.not(isSame);
  assert.is(first?.title, 'layer 1: the entries for the root differ');
  assert.is(first?.lines[0], '-none');
});

test('another content', async () => {
  writeFileSync(`${tree}/etc/name`, 'another box\n');
  utimesSync(`${tree}/etc/name`, 1_500_000_000, 1_500_000_000);
  const [isSame, first] = await compare(plain, await pack());
  assert.not(isSame);
  assert.equal(first, {
    title: 'content of an entry',
    path: 'etc/name',
    lines: ['-4 bytes', '+12 bytes'],
  });
});

test('what is no archive has no first difference', async () => {
  const garbage = scratch.in('garbage');
  writeFileSync(garbage, 'box\n');
  assert.is(await firstDifference(plain, garbage, scratch.path), undefined);
});

test.run();
