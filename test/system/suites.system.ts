// The promise across Debian's releases, old and upcoming: two bootstraps of each, one digest.
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type BootstrapOptions, bootstrap, DESKTOP_SET, plainDigest } from '../support/bootstrap.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { memoryScratch } from '../support/mounts.ts';
import { missing, testWhere } from '../support/requires.ts';
import { pack } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';

const test = suite('suites');
const scratch = memoryScratch('suites');
const mirror = await debianMirror('bookworm');
const lacking =
  missing({ root: true, tools: ['mmdebstrap', 'apt-get', 'tar'] }) ??
  (mirror === undefined ? 'apt on this machine knows no archive' : undefined);

test.after(() => scratch.remove());

// A mirror that is not quite current is as good here.
const LATE = { aptOptions: ['Acquire::Check-Valid-Until "false"'] };

const SUITES: readonly (readonly [suite: string, second: BootstrapOptions])[] = [
  // Its C library is too old for the machine's libfaketime, so both runs are of one day.
  ['bullseye', LATE],
  ['trixie', { ...LATE, clock: '+40h' }],
  ['unstable', { ...LATE, clock: '+40h' }],
];

for (const [name, second] of SUITES) {
  testWhere(test, lacking, `two bootstraps of ${name}: different before, one digest after`, async () => {
    const trees = [scratch.in(`${name}-1`), scratch.in(`${name}-2`)];
    const run = (index: number, options: BootstrapOptions): Promise<void> =>
      bootstrap('mmdebstrap', name, mirror as string, trees[index] as string, options);
    await Promise.all([run(0, LATE), run(1, second)]);
    const plain = new Set(await Promise.all(trees.map((tree) => plainDigest(tree))));
    assert.is(plain.size, 2, 'plain archives of the two trees do not differ, so this proves nothing');
    const packed = new Set<string>();
    for (const tree of trees) packed.add((await pack(tree, `${tree}.cpio`)).digests.file);
    assert.is(packed.size, 1);
    for (const tree of trees) await succeed(['rm', '-rf', '--one-file-system', tree]);
  });
}

testWhere(test, lacking, 'two bootstraps of a desktop with a kernel: one digest', async () => {
  // The initramfs, which nothing can repair afterwards, is made alike where the epoch is set.
  const epoch = 1767225600;
  const trees = [scratch.in('desktop-1'), scratch.in('desktop-2')];
  const options = { packages: DESKTOP_SET, epoch };
  await Promise.all(
    trees.map((tree) => bootstrap('mmdebstrap', 'bookworm', mirror as string, tree, options)),
  );
  const keyStores = trees.map((tree) => readFileSync(`${tree}/etc/ssl/certs/java/cacerts`));
  assert.not(
    keyStores[0]?.equals(keyStores[1] as Buffer),
    'the key stores do not differ, so this proves nothing',
  );
  const packed = new Set<string>();
  for (const tree of trees) {
    packed.add((await pack(tree, `${tree}.cpio`, ['--source-date-epoch', String(epoch)])).digests.file);
  }
  assert.is(packed.size, 1);
});

test.run();
