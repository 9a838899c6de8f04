// A kernel boots from what stillroot packs: Debian's, under emulation.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { materialize } from '../../fixtures/materialize.ts';
import { before } from '../support/before.ts';
import { bootableTree, expectBooted } from '../support/bootable-tree.ts';
import { boot, fetchKernel } from '../support/debian-kernel.ts';
import { missing, testWhere } from '../support/requires.ts';
import { type PackReport, pack } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('boot');
const scratch = new Scratch('boot');
const tree = scratch.in('tree');
const BOOT_TIMEOUT = 120_000;
const ARGS = ['--skip', '**', '--source-date-epoch', '1700000000'];
let kernel = '';
let report: PackReport;
const rootModes: string[] = [];

const lacking = missing({
  root: true,
  tools: ['qemu-system-x86_64', 'apt-get', 'dpkg', 'busybox', 'xz'],
});

before(test, async () => {
  if (lacking !== undefined) return;
  kernel = await fetchKernel(scratch);
  materialize(tree, bootableTree());
  await pack(tree, scratch.in('plain.cpio'), ARGS);
  report = await pack(tree, scratch.in('initrd.cpio.xz'), ARGS);
});
test.after(() => scratch.remove());

testWhere(test, lacking, 'the archive has several blocks, some with the x86 filter', async () => {
  const listed = (await succeed(['xz', '--robot', '--list', '-vv', scratch.in('initrd.cpio.xz')])).split(
    '\n',
  );
  const blocks = listed.filter((line) => line.startsWith('block'));
  assert.ok(blocks.length >= 3, `${blocks.length} blocks`);
  assert.ok(blocks.some((line) => line.includes('--x86')));
});

testWhere(test, lacking, 'the kernel unpacks it and finds everything as it was', async () => {
  const printed = await boot(kernel, scratch.in('initrd.cpio.xz'), BOOT_TIMEOUT);
  rootModes.push(await expectBooted(printed, tree));
});

testWhere(
  test,
  lacking,
  'a root entry sets the mode of /, and without one it stays what the kernel made it',
  async () => {
    const small = scratch.in('small');
    materialize(small, bootableTree(1, 1));
    await pack(small, scratch.in('root-entry.cpio.xz'), [...ARGS, '--root-entry']);
    const printed = await boot(kernel, scratch.in('root-entry.cpio.xz'), BOOT_TIMEOUT);
    await expectBooted(printed, small);
    assert.match(printed, /^ROOT 755$/m);
    // 1777 where the root filesystem is a tmpfs, 755 where it is a ramfs.
    assert.match(rootModes.join(), /^ROOT (1777|755)$/);
  },
);

testWhere(
  test,
  lacking,
  'the same archive with another check does not start: the harness can fail',
  async () => {
    await succeed(['sh', '-c', 'xz -1 -T2 --check=crc64 < plain.cpio > crc64.cpio.xz'], {
      cwd: scratch.path,
    });
    const printed = await boot(kernel, scratch.in('crc64.cpio.xz'), BOOT_TIMEOUT);
    assert.match(printed, /Initramfs unpacking failed/);
    assert.not.match(printed, /^HASH/m);
  },
);

testWhere(test, lacking, 'the uncompressed archive is the same one', async () => {
  const digest = createHash('sha256')
    .update(readFileSync(scratch.in('plain.cpio')))
    .digest('hex');
  assert.is(digest, report.digests.payload);
});

test.run();
