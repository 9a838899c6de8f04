// The promise itself: two bootstraps of the same packages, one digest and one manifest. See twins for mmdebstrap.
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { plainDigest, twoDebians } from '../support/bootstrap.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { memoryScratch } from '../support/mounts.ts';
import { missing, testWhere } from '../support/requires.ts';
import { pack } from '../support/run-cli.ts';

const test = suite('bootstraps');
const scratch = memoryScratch('bootstraps');
const SUITE = 'bookworm';
const tools = ['debootstrap', 'apt-get', 'tar'];
let mirror = '';
const lacking = missing({ root: true, tools }) ?? (await withoutMirror());

test.after(() => scratch.remove());

async function withoutMirror(): Promise<string | undefined> {
  const found = await debianMirror(SUITE);
  mirror = found ?? '';
  return found === undefined ? `apt on this machine knows no archive of ${SUITE}` : undefined;
}

/** Of the images, and of their manifests where those differ though the images do not. */
async function digests(trees: readonly string[], args: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  const manifests = new Set<string>();
  const image = scratch.in(`out.${args.length > 0 ? 'cpio.xz' : 'cpio'}`);
  for (const tree of trees) {
    const report = await pack(tree, image, ['--force', '--manifest-entries', ...args]);
    found.add(report.digests.file);
    manifests.add(readFileSync(`${image}.manifest.json`, 'utf8'));
  }
  assert.is(manifests.size, found.size, 'as many manifests as images');
  return found;
}

testWhere(test, lacking, 'two runs of debootstrap: different before, one digest after', async () => {
  const trees = await twoDebians('debootstrap', mirror);
  const plain = new Set(await Promise.all(trees.map((tree) => plainDigest(tree))));
  assert.is(plain.size, 2, 'plain archives of the two trees do not differ, so this proves nothing');
  // Not only the times: contents differ too.
  const timeless = new Set(await Promise.all(trees.map((tree) => plainDigest(tree, '--mtime=@0'))));
  assert.is(timeless.size, 2);
  assert.is((await digests(trees, [])).size, 1, 'cpio');
  assert.is((await digests(trees, ['--level', '0'])).size, 1, 'cpio.xz');
});

test.run();
