// The promise itself: two bootstraps of the same packages, one digest and one manifest.
import { mkdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bootstrap, LARGER_SET, plainDigest } from '../support/bootstrap.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { memoryScratch } from '../support/mounts.ts';
import { missing, testWhere } from '../support/requires.ts';
import { pack } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { requireSoundDebian } from '../support/sound-tree.ts';
import { compareListings, type Listing, listTree } from '../support/tree-listing.ts';

const test = suite('bootstraps');
const scratch = memoryScratch('bootstraps');
const SUITE = 'bookworm';
const tools = ['debootstrap', 'mmdebstrap', 'apt-get', 'tar', 'bsdtar'];
let mirror = '';
const lacking = missing({ root: true, tools }) ?? (await withoutMirror());

test.after(() => scratch.remove());

async function withoutMirror(): Promise<string | undefined> {
  const found = await debianMirror(SUITE);
  mirror = found ?? '';
  return found === undefined ? `apt on this machine knows no archive of ${SUITE}` : undefined;
}

/** How much later the second mmdebstrap believes to run: always on a different day. */
const LATER = '+40h';

/** Two bootstraps, the second begun later, so that no clock or inode number is the same. */
async function twice(
  tool: 'debootstrap' | 'mmdebstrap',
  name: string,
  packages: readonly string[],
): Promise<string[]> {
  const targets = [scratch.in(`${name}-1`), scratch.in(`${name}-2`)];
  await Promise.all(
    targets.map(async (target, index) => {
      await wait(index * 2500);
      const clock = tool === 'mmdebstrap' && index > 0 ? { clock: LATER } : {};
      await bootstrap(tool, SUITE, mirror, target, { packages, ...clock });
    }),
  );
  return targets;
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

for (const tool of ['debootstrap', 'mmdebstrap'] as const) {
  testWhere(test, lacking, `two runs of ${tool}: different before, one digest after`, async () => {
    const trees = await twice(tool, tool, []);
    const plain = new Set(await Promise.all(trees.map((tree) => plainDigest(tree))));
    assert.is(plain.size, 2, 'plain archives of the two trees do not differ, so this proves nothing');
    if (tool === 'debootstrap') {
      // Not only the times: contents differ too.
      const timeless = new Set(await Promise.all(trees.map((tree) => plainDigest(tree, '--mtime=@0'))));
      assert.is(timeless.size, 2);
    }
    assert.is((await digests(trees, [])).size, 1, 'cpio');
    // Compression is slow here and adds nothing to the second tool.
    if (tool === 'debootstrap') assert.is((await digests(trees, ['--level', '0'])).size, 1, 'cpio.xz');
    for (const tree of trees) await succeed(['rm', '-rf', '--one-file-system', tree]);
  });
}

testWhere(
  test,
  lacking,
  'two runs with the larger set: one digest, though keys and caches differ',
  async () => {
    const trees = await twice('mmdebstrap', 'larger', LARGER_SET);
    const [first, second] = trees.map(contents);
    assert.ok(first !== undefined && second !== undefined && first.size > 5000);
    const differing = [...first.keys()].filter((path) => first.get(path) !== second.get(path)).sort();
    // What each package is in the set for; should Debian cure one of them, this says so.
    for (const known of [
      /^etc\/shadow$/,
      /^etc\/ssh\/ssh_host_.*_key$/,
      /^etc\/ssl\/private\/.*snakeoil/,
      /^var\/cache\/fontconfig\//,
    ]) {
      assert.ok(
        differing.some((path) => known.test(path)),
        `${known} does not differ: ${differing.join(' ')}`,
      );
    }
    const archives: string[] = [];
    const found = new Set<string>();
    const manifests = new Set<string>();
    for (const [index, tree] of trees.entries()) {
      mkdirSync(scratch.in(`larger-out-${index}`));
      archives.push(scratch.in(`larger-out-${index}`, 'image.cpio'));
      found.add((await pack(tree, archives[index] as string)).digests.file);
      manifests.add(readFileSync(`${archives[index]}.manifest.json`, 'utf8'));
    }
    if (found.size > 1) await explain(archives);
    assert.is(found.size, 1);
    assert.is(manifests.size, 1);
    await requireSoundDebian(archives[0] as string, scratch.in('larger-sound'), [
      ['python3', '-c', 'import json, sqlite3, ssl'],
      ['fc-list'],
      ['man', '-w', 'ls'],
    ]);
  },
);

/** Digest of each file by its path: what differs when times, inodes and order do not count. */
function contents(tree: string): Map<string, string> {
  return new Map(
    [...listTree(tree)].map(([path, listed]) => [path, listed.sha256 ?? listed.target ?? listed.type]),
  );
}

/** Prints what differs between two archives. */
async function explain(archives: readonly string[]): Promise<void> {
  const listings: Listing[] = [];
  for (const archive of archives) {
    const target = `${archive}.unpacked`;
    mkdirSync(target);
    await succeed(['bsdtar', '--numeric-owner', '-xpf', archive], { cwd: target });
    listings.push(listTree(target));
  }
  const [first, second] = listings;
  if (first === undefined || second === undefined) return;
  for (const line of compareListings(second, first).slice(0, 50))
    console.error(`  - remains different: ${line}`);
}

test.run();
