// The promise itself: two bootstraps of the same packages, one digest.
import { mkdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bootstrap, LARGER_SET, plainDigest } from '../support/bootstrap.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { missing, testWhere } from '../support/requires.ts';
import { pack } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { compareListings, listTree } from '../support/tree-listing.ts';

const test = suite('bootstraps');
const scratch = new Scratch('bootstraps', '/var/tmp');
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
      await bootstrap(tool, SUITE, mirror, target, packages);
    }),
  );
  return targets;
}

async function digests(trees: readonly string[], args: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const [index, tree] of trees.entries()) {
    const report = await pack(tree, scratch.in(`out-${index}.${args.length > 0 ? 'cpio.xz' : 'cpio'}`), [
      '--force',
      ...args,
    ]);
    found.add(report.digests.file);
  }
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
    assert.is((await digests(trees, ['--level', '1'])).size, 1, 'cpio.xz');
    for (const tree of trees) await succeed(['rm', '-rf', '--one-file-system', tree]);
  });
}

/** What still differs in the larger set, and why no rule may touch it by default. */
const REMAINING: ReadonlyArray<{ readonly path: RegExp; readonly why: string }> = [];

testWhere(test, lacking, 'the larger set: only what is known, and why, remains different', async () => {
  const trees = await twice('mmdebstrap', 'larger', LARGER_SET);
  const unpacked: string[] = [];
  for (const [index, tree] of trees.entries()) {
    const archive = scratch.in(`larger-${index}.cpio`);
    await pack(tree, archive);
    const target = scratch.in(`larger-unpacked-${index}`);
    mkdirSync(target);
    await succeed(['sh', '-c', 'bsdtar --numeric-owner -xpf "$0"', archive], { cwd: target });
    unpacked.push(target);
  }
  const [first, second] = unpacked.map((target) => listTree(target));
  assert.ok(first !== undefined && second !== undefined && first.size > 5000);
  const differences = compareListings(first, second);
  for (const line of differences) console.error(`  - remains different: ${line}`);
  const unexplained = differences.filter((line) => !REMAINING.some(({ path }) => path.test(line)));
  assert.equal(unexplained, []);
});

test.run();
