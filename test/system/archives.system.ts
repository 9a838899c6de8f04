/**
 * A real Debian 12, as a directory and as archives of other programs: `pack` writes the same bytes, and `extract` the
 * same tree.
 */
import { createHash } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { oneDebian } from '../support/bootstrap.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { memoryScratch } from '../support/mounts.ts';
import { missing, testWhere } from '../support/requires.ts';
import { runCli } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { compareListings, type Listing, listTree } from '../support/tree-listing.ts';

const test = suite('archives of a real tree');
const scratch = memoryScratch('archives');
test.after(() => scratch.remove());

const tree = scratch.in('tree');
const lacking = missing({
  root: true,
  tools: ['mmdebstrap', 'tar', 'bsdtar', 'cpio', 'busybox', 'xz', 'zstd', 'gzip'],
});

/** Shell scripts that write an archive of the working directory to standard output. */
const WRITERS: readonly (readonly [string, string])[] = [
  ['GNU tar, pax', 'tar --format=pax --xattrs -cf - .'],
  ['GNU tar, gnu', 'tar --format=gnu --numeric-owner -cf - . | gzip -1'],
  ['bsdtar, in the order of the directory', 'bsdtar --format=pax -cf - . | zstd -q -1'],
  ['GNU cpio, newc', 'find . -print0 | cpio -0 -o -H newc --quiet | xz -0 -T2 --block-size=9MiB'],
  ['GNU cpio, odc, children first', 'find . -depth -print0 | cpio -0 -o -H odc --quiet | xz -0'],
  ['GNU cpio, crc', 'find . -print0 | cpio -0 -o -H crc --quiet'],
  ['busybox cpio', 'find . | busybox cpio -o -H newc'],
  ['bsdtar, newc', 'bsdtar --format=newc -cf - .'],
];

/** Of the tree packed as a directory, and what is in it: both take seconds. */
let wanted = '';
let inTree: Listing;

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}

async function stillroot(...args: string[]): Promise<string> {
  const { status, text, stderr } = await runCli(args, { timeout: 300_000 });
  assert.is(status, 0, stderr);
  return text;
}

before(test, async () => {
  if (lacking !== undefined) return;
  const mirror = await debianMirror('bookworm');
  assert.ok(mirror, 'a source of bookworm in apt');
  await succeed(['cp', '-a', await oneDebian('mmdebstrap', mirror), tree]);
  // A third of its bytes, of kinds that are elsewhere in it too.
  await succeed(['sh', '-c', 'rm -rf usr/share/doc usr/share/locale usr/share/zoneinfo'], { cwd: tree });
  await stillroot('pack', tree, '-o', scratch.in('wanted.cpio'), '-q');
  wanted = await digestOf(scratch.in('wanted.cpio'));
  inTree = listTree(tree);
});

for (const [name, script] of WRITERS) {
  testWhere(
    test,
    lacking,
    `${name}: pack of the archive is pack of the tree, and so is what it extracts to`,
    async () => {
      const archive = scratch.in('archive');
      await succeed(['bash', '-c', `set -o pipefail; ${script} > '${archive}'`], {
        cwd: tree,
        timeout: 300_000,
      });
      const packed = scratch.in('packed.cpio');
      await stillroot('pack', archive, '-o', packed, '-f', '-q');
      assert.is(await digestOf(packed), wanted);
      const out = scratch.in('extracted');
      await stillroot('extract', archive, '-C', out, '-q');
      const differences = compareListings(listTree(out), inTree);
      rmSync(out, { recursive: true });
      assert.equal(differences, []);
      const listed = (await stillroot('list', archive)).trimEnd().split('\n').length;
      const entries = inTree.size;
      assert.ok(listed === entries || listed === entries + 1, `${listed} lines for ${entries} entries`);
    },
  );
}

testWhere(
  test,
  lacking,
  'our own output packs to itself, and extracts to what bsdtar extracts it to',
  async () => {
    const [once, twice] = [scratch.in('once.cpio.xz'), scratch.in('twice.cpio.xz')];
    await stillroot('pack', tree, '-o', once, '-q', '--level', '0');
    await stillroot('pack', once, '-o', twice, '-q', '--level', '0');
    assert.is(await digestOf(twice), await digestOf(once));
    const [ours, theirs] = [scratch.in('ours'), scratch.in('theirs')];
    await stillroot('extract', once, '-C', ours, '-q');
    await succeed(['bash', '-c', `mkdir '${theirs}' && bsdtar -xpf '${once}' -C '${theirs}'`]);
    assert.equal(compareListings(listTree(ours), listTree(theirs)), []);
    rmSync(theirs, { recursive: true });
  },
);

testWhere(test, lacking, 'bsdtar takes the mtree for the tree', async () => {
  const once = scratch.in('once.cpio.xz');
  const spec = await stillroot('list', once, '--format', 'mtree');
  const ours = scratch.in('ours');
  const mtree = scratch.in('spec.mtree');
  await succeed(['tee', mtree], { input: spec });
  const read = scratch.in('read');
  await succeed(
    [
      'bash',
      '-c',
      `bsdtar --format=pax -cf '${scratch.in('m.tar')}' '@${mtree}' && mkdir '${read}' && tar -xpf '${scratch.in('m.tar')}' -C '${read}'`,
    ],
    { cwd: ours, timeout: 300_000 },
  );
  // Hard links are only counted in an mtree.
  const differences = compareListings(listTree(read), listTree(ours)).filter(
    (line) => !line.includes(': group is'),
  );
  assert.equal(differences, []);
});

test.run();
