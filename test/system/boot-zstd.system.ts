// Kernels of three Debian suites boot from one zstd frame that is made of blocks; frames one behind another do not boot.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { materialize } from '../../fixtures/materialize.ts';
import { before } from '../support/before.ts';
import { bootableTree, expectBooted } from '../support/bootable-tree.ts';
import { boot, fetchKernelOf } from '../support/debian-kernel.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { missing, testWhere } from '../support/requires.ts';
import { type PackReport, pack } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('boot from zstd and gzip');
const scratch = new Scratch('boot-zstd');
const tree = scratch.in('tree');
const small = scratch.in('small');
const initrd = scratch.in('initrd.cpio.zst');
const BOOT_TIMEOUT = 200_000;
const ARGS = ['--skip', '**', '--source-date-epoch', '1700000000', '--level', '1'];
/** Linux 5.10, 6.1, and the newest. */
const SUITES = ['bullseye', 'bookworm', 'unstable'] as const;
let report: PackReport;

const lacking =
  missing({ root: true, tools: ['qemu-system-x86_64', 'apt-get', 'dpkg', 'busybox', 'zstd', 'gzip'] }) ??
  ((await debianMirror('bookworm')) === undefined ? 'apt on this machine knows no archive' : undefined);

const hashOf = (directory: string): Promise<string> =>
  succeed(['sh', '-c', 'md5sum < programs/all | cut -d " " -f 1'], { cwd: directory });

const kernels = new Map<string, Promise<string>>();
/** Fetched once. */
function kernelOf(suiteName: string): Promise<string> {
  const known = kernels.get(suiteName) ?? fetchKernelOf(scratch, suiteName);
  kernels.set(suiteName, known);
  return known;
}

before(test, async () => {
  if (lacking !== undefined) return;
  materialize(tree, bootableTree(24, 122));
  materialize(small, bootableTree(8, 5));
  report = await pack(tree, initrd, ARGS, { timeout: 200_000 });
});
test.after(() => scratch.remove());

testWhere(test, lacking, 'the frame has twelve blocks or more, and zstd reads it as one frame', async () => {
  assert.ok((report as { blocks?: number }).blocks! >= 12, JSON.stringify(report));
  assert.match(await succeed(['zstd', '-lv', initrd]), /Number of files listed: 1|# Zstandard Frames: 1/);
  await succeed(['sh', '-c', `zstd -dc ${initrd} > ${scratch.in('content')}`]);
  const digest = createHash('sha256')
    .update(readFileSync(scratch.in('content')))
    .digest('hex');
  assert.is(digest, report.digests.payload);
});

for (const suiteName of SUITES) {
  testWhere(test, lacking, `${suiteName}: its kernel unpacks it and finds everything as it was`, async () => {
    const kernel = await kernelOf(suiteName);
    await expectBooted(await boot(kernel, initrd, BOOT_TIMEOUT), tree);
  });
}

testWhere(test, lacking, 'the same parts as frames one behind another do not boot', async () => {
  await pack(small, scratch.in('small.cpio'), ARGS.slice(0, -2));
  const commands = [
    'split -b 4M small.cpio part-',
    'zstd -q -1 --rm part-*',
    'cat part-*.zst > frames.cpio.zst',
    // Any decoder of files reads them.
    'zstd -dc frames.cpio.zst | cmp - small.cpio',
  ];
  await succeed(['sh', '-c', commands.join(' && ')], { cwd: scratch.path });
  const printed = await boot(await kernelOf('bookworm'), scratch.in('frames.cpio.zst'), BOOT_TIMEOUT);
  assert.match(printed, /Initramfs unpacking failed/);
  // The first frame has an init, which may even start, but not the rest.
  assert.not.ok(printed.includes(await hashOf(small)));
});

testWhere(
  test,
  lacking,
  'gzip: one member of several blocks boots; an early archive stays in front',
  async () => {
    const kernel = await kernelOf('bookworm');
    const image = scratch.in('initrd.cpio.gz');
    const { blocks } = (await pack(small, image, ARGS)) as { blocks?: number };
    assert.ok(blocks! >= 4, `${blocks} blocks`);
    await succeed(['gzip', '-t', image]);
    await succeed(
      [
        'sh',
        '-c',
        'mkdir -p early/kernel/x86 && echo x > early/kernel/x86/y && cd early && find kernel | cpio -o -H newc --quiet > ../early.cpio',
      ],
      { cwd: scratch.path },
    );
    for (const name of ['both.cpio.gz', 'both.cpio.zst']) {
      await pack(small, scratch.in(name), [...ARGS, '--segment', scratch.in('early.cpio')]);
      await expectBooted(await boot(kernel, scratch.in(name), BOOT_TIMEOUT), small);
    }
  },
);

test.run();
