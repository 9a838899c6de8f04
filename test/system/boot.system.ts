// A kernel boots from what stillroot packs: Debian's, under emulation.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { materialize, type Spec } from '../../fixtures/materialize.ts';
import { before } from '../support/before.ts';
import { boot, fetchKernel } from '../support/debian-kernel.ts';
import { programFiles } from '../support/programs-tree.ts';
import { findTool, missing, testWhere } from '../support/requires.ts';
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

/** Says what the kernel made of the archive, one fact a line. */
const INIT = `#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
# What the firmware printed has no end of line.
echo
echo "HASH $(/bin/busybox sha256sum < /programs/all | /bin/busybox cut -d ' ' -f 1)"
echo "INODES $(/bin/busybox stat -c %i /first) $(/bin/busybox stat -c %i /deep/second) links $(/bin/busybox stat -c %h /first)"
echo "DATA $(/bin/busybox cat /first)"
echo "DEVICE $(/bin/busybox stat -c '%F %t:%T %a' /dev/node)"
echo "OWNER $(/bin/busybox stat -c '%u:%g %a' /suid)"
echo "TIME $(/bin/busybox stat -c %Y /suid)"
echo "SYMLINK $(/bin/busybox readlink /symlink)"
echo "BYTES $(/bin/busybox ls /names | /bin/busybox md5sum)"
echo "ROOT $(/bin/busybox stat -c %a /)"
/bin/busybox poweroff -f
`;

const base = { uid: 0, gid: 0, mtime: 1_600_000_000, mode: 0o755 } as const;
const file = (path: string, bytes: Uint8Array, rest: Partial<Spec> = {}): Spec =>
  ({ ...base, path, type: 'file', size: bytes.length, pieces: [{ offset: 0, bytes }], ...rest }) as Spec;

function bootableTree(): Spec[] {
  const directories = ['bin', 'deep', 'dev', 'proc', 'names'];
  const node = {
    path: 'dev/node',
    type: 'block',
    major: 259,
    minor: 1_048_575,
    ...base,
    mode: 0o640,
  } as const;
  return [
    ...directories.map((path): Spec => ({ ...base, path, type: 'directory' })),
    { ...base, path: 'dev/console', type: 'character', major: 5, minor: 1 },
    node,
    file('bin/busybox', readFileSync(findTool('busybox') as string)),
    file('init', Buffer.from(INIT)),
    file('first', Buffer.from('data of the pair\n')),
    { ...base, path: 'deep/second', type: 'link', to: 'first' },
    file('suid', Buffer.from('x'), { mode: 0o4711, uid: 12, gid: 34 }),
    { ...base, path: 'symlink', type: 'symlink', target: 'no/where' },
    file('names/\xff\xfe', Buffer.from('')),
    file('names/new\nline', Buffer.from('')),
    // Larger than a block: cut inside itself. And many smaller ones, so that there are several blocks.
    ...programFiles(24),
    file('programs/all', Buffer.concat(Array.from({ length: 26 }, (_, i) => programPart(i)))),
  ];
}

function programPart(number: number): Buffer {
  const program = readFileSync(process.execPath);
  return program.subarray(number * 1_000_000, (number + 1) * 1_000_000);
}

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
  const facts = new Map(printed.split('\n').map((line) => [line.split(' ')[0] as string, line]));
  const hash = createHash('sha256')
    .update(readFileSync(`${tree}/programs/all`))
    .digest('hex');
  assert.is(facts.get('HASH'), `HASH ${hash}`, printed);
  const [, inodes] = /^INODES (\d+ \d+) links 2$/.exec(facts.get('INODES') ?? '') ?? [];
  assert.ok(inodes !== undefined, facts.get('INODES'));
  assert.is(inodes.split(' ')[0], inodes.split(' ')[1], 'both names have one inode');
  assert.is(facts.get('DATA'), 'DATA data of the pair');
  assert.is(facts.get('DEVICE'), 'DEVICE block special file 103:fffff 640');
  assert.is(facts.get('OWNER'), 'OWNER 12:34 4711');
  assert.is(facts.get('TIME'), 'TIME 1600000000');
  assert.is(facts.get('SYMLINK'), 'SYMLINK no/where');
  const names = await succeed(['sh', '-c', 'busybox ls names | busybox md5sum'], { cwd: tree });
  assert.is(facts.get('BYTES'), `BYTES ${names}`);
  rootModes.push(facts.get('ROOT') ?? '');
});

testWhere(
  test,
  lacking,
  'a root entry sets the mode of /, and without one it stays what the kernel made it',
  async () => {
    await pack(tree, scratch.in('root-entry.cpio.xz'), [...ARGS, '--root-entry']);
    const printed = await boot(kernel, scratch.in('root-entry.cpio.xz'), BOOT_TIMEOUT);
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
