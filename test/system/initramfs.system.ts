/**
 * Images of mkinitramfs and dracut, preceded by real microcode, read as their own tools read them. Kernel modules would
 * only make them large, so there are none.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { bootstrap } from '../support/bootstrap.ts';
import { boot, fetchKernel } from '../support/debian-kernel.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { memoryScratch } from '../support/mounts.ts';
import { missing, testWhere } from '../support/requires.ts';
import { runCli, STILLROOT } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { compareListings, type Listing, listTree } from '../support/tree-listing.ts';

const test = suite('initramfs');
const scratch = memoryScratch('initramfs');
const root = scratch.in('root');
const mirror = await debianMirror('bookworm');
const lacking =
  missing({ root: true, tools: ['mmdebstrap', 'unshare', 'chroot'] }) ??
  (mirror === undefined ? 'apt on this machine knows no archive' : undefined);

const booting = lacking ?? missing({ tools: ['qemu-system-x86_64', 'apt-get'] });

test.after(() => scratch.remove());

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

const PACKAGES = [
  ...['initramfs-tools', 'dracut-core', 'amd64-microcode', 'intel-microcode'],
  ...['cpio', 'xz-utils', 'zstd', 'lz4'],
];
const VERSION = '6.1.0-test';
const OPTIONS = ['RD_GZIP', 'RD_XZ', 'RD_ZSTD', 'RD_LZ4', 'MICROCODE', 'MICROCODE_AMD', 'MICROCODE_INTEL'];
const SETUP = `
mkdir -p /lib/modules/${VERSION}/kernel
touch /lib/modules/${VERSION}/modules.builtin /lib/modules/${VERSION}/modules.order
printf 'CONFIG_%s=y\\n' ${OPTIONS.join(' ')} > /boot/config-${VERSION}
depmod ${VERSION} 2>&1
echo IUCODE_TOOL_INITRAMFS=early >> /etc/default/intel-microcode
echo AMD64UCODE_INITRAMFS=early >> /etc/default/amd64-microcode
`;
const DRACUT = 'dracut -q --force --no-kernel --early-microcode --no-hostonly --modules base';

/** How each image is made, in the tree, and how the tools of its maker list it. */
const IMAGES = {
  zstd: ['SOURCE_DATE_EPOCH=1700000000 mkinitramfs -c zstd -o /tmp/zstd', 'lsinitramfs -l /tmp/zstd'],
  lz4: ['SOURCE_DATE_EPOCH=1700000000 mkinitramfs -c lz4 -o /tmp/lz4', 'lsinitramfs -l /tmp/lz4'],
  xz: [
    `${DRACUT} --compress 'xz --check=crc32 -0' /tmp/xz`,
    'cpio -tv --quiet < /tmp/xz; /usr/lib/dracut/skipcpio /tmp/xz | xz -dc | cpio -tv --quiet',
  ],
  plain: [
    `${DRACUT} --no-compress /tmp/plain`,
    'cpio -tv --quiet < /tmp/plain; /usr/lib/dracut/skipcpio /tmp/plain | cpio -tv --quiet',
  ],
} as const;
type ImageName = keyof typeof IMAGES;
const NAMES = Object.keys(IMAGES) as ImageName[];

/** In the tree, with its own /proc, which dracut requires. */
function inside(script: string): Promise<string> {
  const where = ['unshare', '--mount', '--pid', '--fork', `--mount-proc=${root}/proc`, 'chroot', root];
  return succeed([...where, 'sh', '-ec', script], { timeout: 300_000 });
}

const image = (name: string): string => `${root}/tmp/${name}`;

before(test, async () => {
  if (lacking !== undefined) return;
  const line = `deb ${mirror} bookworm main non-free-firmware`;
  await bootstrap('mmdebstrap', 'bookworm', line, root, { packages: PACKAGES });
  await inside(SETUP);
  await inside('mkdir -p /opt/checkout; touch /opt/node');
  const program = `#!/bin/sh\nexec /opt/node --no-warnings /opt/checkout/${relative(CHECKOUT, STILLROOT)} "$@"\n`;
  writeFileSync(`${root}/usr/local/bin/stillroot`, program, { mode: 0o755 });
  for (const name of NAMES) await inside(`${IMAGES[name][0]} ${VERSION} 2>&1`);
});

async function stillroot(status: number, ...args: string[]): Promise<string> {
  const found = await runCli(args, { timeout: 200_000 });
  assert.is(found.status, status, found.stderr);
  return found.text;
}

/** Mode, link count, size or device, and name with target; the date is written in different ways. */
function columns(listing: string): string[] {
  return listing.split('\n').map((line) => {
    const [, mode, nlink, size, name] =
      /^(\S{10}) +(\d+) +\S+ +\S+ +(\d+(?:, *\d+)?) +(?:\d{4}-\S+ [\d:]+|\w{3} +\d+ +[\d:]+) (.*)$/.exec(
        line,
      ) ?? [];
    assert.ok(name, line);
    return `${mode} ${nlink} ${size?.replace(/, */, ',')} ${name}`;
  });
}

for (const name of NAMES) {
  testWhere(test, lacking, `${name}: every entry, as the tools of its maker list it`, async () => {
    const theirs = columns(await inside(IMAGES[name][1]));
    assert.equal(columns((await stillroot(0, 'list', image(name))).trimEnd()), theirs);
    for (const vendor of ['AuthenticAMD', 'GenuineIntel']) {
      assert.ok(theirs.some((line) => line.endsWith(` kernel/x86/microcode/${vendor}.bin`)));
    }
  });
}

/** cpio as unmkinitramfs calls it gives every file the time at which it is unpacked. */
function withoutTimes(listing: Listing): Listing {
  return new Map([...listing].map(([path, listed]) => [path, { ...listed, mtime: 0 }]));
}

testWhere(test, lacking, 'extract: what unmkinitramfs unpacks, one over the other', async () => {
  for (const name of ['zstd', 'lz4'] as const) {
    await inside(
      `unmkinitramfs /tmp/${name} /tmp/parts; mkdir /tmp/all; for part in /tmp/parts/*; do cp -a $part/. /tmp/all; done`,
    );
    const ours = scratch.in('ours');
    await stillroot(0, 'extract', image(name), '-C', ours, '-q');
    const differences = compareListings(
      withoutTimes(listTree(ours)),
      withoutTimes(listTree(`${root}/tmp/all`)),
    );
    assert.equal(differences, []);
    await succeed(['rm', '-rf', ours, `${root}/tmp/parts`, `${root}/tmp/all`]);
  }
});

/** What cpio finds in front of an image: names and sizes, then the contents. */
function inFront(name: string): Promise<string> {
  return inside(
    `cpio -t --quiet < /tmp/${name}; cpio -i --quiet --to-stdout 'kernel/*' < /tmp/${name} | sha256sum`,
  );
}

testWhere(test, lacking, 'pack: the same microcode in front, and their tools read it', async () => {
  for (const name of ['zstd', 'xz'] as const) {
    await stillroot(0, 'pack', image(name), '-o', image('packed.cpio.xz'), '-f', '-q', '--level', '0');
    assert.match(await inFront(name), 'kernel/x86/microcode');
    assert.is(await inFront('packed.cpio.xz'), await inFront(name));
    const listed = (await inside('lsinitramfs /tmp/packed.cpio.xz')).split('\n').sort();
    const ours = (await stillroot(0, 'list', image('packed.cpio.xz'))).trimEnd().split('\n');
    assert.equal(listed.length, ours.length);
    assert.ok(listed.includes('kernel/x86/microcode/GenuineIntel.bin') && listed.includes('usr/bin'));
  }
});

interface Document {
  readonly clusters: readonly {
    readonly cause: string;
    readonly rule: string | null;
    readonly fields: readonly string[];
  }[];
  readonly proof: { readonly equal: boolean };
}

async function causes(a: string, b: string, isEqual = true): Promise<string[]> {
  const { clusters, proof } = JSON.parse(
    await stillroot(1, 'diff', image(a), image(b), '--json'),
  ) as Document;
  assert.is(proof.equal, isEqual);
  return clusters.map(({ cause, rule, fields }) => `${cause} ${rule ?? fields.join()}`);
}

testWhere(test, lacking, 'diff: another compressor, other microcode, another time', async () => {
  assert.equal(await causes('zstd', 'lz4'), ['compressor compression']);
  const bytes = readFileSync(image('zstd'));
  const other = Buffer.from(bytes);
  // In the middle of the microcode for Intel, which comes second.
  other[12_000_000] = (other[12_000_000] as number) ^ 1;
  writeFileSync(image('other'), other);
  // What is packed keeps the microcode as it is, so no rule makes the two equal.
  assert.equal(await causes('zstd', 'other', false), ['archive-layer segments']);
  await inside(`mkinitramfs -c zstd -o /tmp/dated ${VERSION} 2>&1`);
  assert.equal(await causes('zstd', 'dated'), [
    'known-rule normalize/mtime',
    'archive-layer inode',
    'archive-layer source-device',
    'archive-layer root',
  ]);
});

/** Two images of a generator, a second or more apart, by users with other permissions and another host name. */
async function generations(script: string, path: string): Promise<Buffer[]> {
  const images: Buffer[] = [];
  for (const host of ['one', 'two']) {
    await withStillroot(`hostname ${host}; export TMPDIR=/tmp/${host}; mkdir -p $TMPDIR; ${script}`);
    images.push(readFileSync(`${root}${path}`));
    await setTimeout(1100);
  }
  return images;
}

/** In the tree, where `stillroot` is on the path, with host names of its own. */
function withStillroot(script: string): Promise<string> {
  const where = ['unshare', '--mount', '--uts', '--pid', '--fork', `--mount-proc=${root}/proc`, 'sh', '-ec'];
  const mounts = `
mount --bind '${CHECKOUT}' '${root}/opt/checkout'
mount --bind '${process.execPath}' '${root}/opt/node'
exec chroot '${root}' sh -ec "$1"`;
  return succeed([...where, mounts, 'sh', script], { timeout: 300_000 });
}

async function installHook(id: string, path: string): Promise<void> {
  const { status, text } = await runCli(['hook', id]);
  assert.is(status, 0);
  mkdirSync(dirname(`${root}${path}`), { recursive: true });
  writeFileSync(`${root}${path}`, text, { mode: 0o755 });
}

const isZstd = (bytes: Buffer): boolean => bytes.includes(Buffer.from('28b52ffd', 'hex'), 1_000_000);

testWhere(test, booting, 'hook initramfs-tools: two generations are one image, which starts', async () => {
  const path = `/boot/initrd.img-${VERSION}`;
  const update = `update-initramfs -c -k ${VERSION} 2>&1`;
  const [a, b] = await generations(update, path);
  assert.not.ok(a?.equals(b as Buffer), 'without the hook they differ');
  await installHook('initramfs-tools', '/etc/initramfs/post-update.d/zz-stillroot');
  const [c, d] = await generations(update, path);
  assert.ok(c?.equals(d as Buffer), 'with it they do not');
  assert.ok(isZstd(a as Buffer) && isZstd(c as Buffer), 'compressed as it was');
  writeFileSync(image('a'), a as Buffer);
  writeFileSync(image('c'), c as Buffer);
  assert.is(await inFront('c'), await inFront('a'));
  const printed = await boot(await fetchKernel(scratch), image('c'), 300_000, 'break=top');
  assert.match(printed, 'Spawning shell within the initramfs');
});

testWhere(test, lacking, 'hook dracut: two generations are one image, compressed as it was', async () => {
  const path = `/boot/initramfs-${VERSION}.img`;
  const generate = `${DRACUT} --compress 'zstd -1' ${path} ${VERSION} 2>&1`;
  const [a, b] = await generations(generate, path);
  assert.not.ok(a?.equals(b as Buffer), 'without the hook they differ');
  await installHook('dracut', '/etc/kernel/postinst.d/zz-stillroot');
  const both = `${generate}; /etc/kernel/postinst.d/zz-stillroot ${VERSION} /boot/vmlinuz 2>&1`;
  const [c, d] = await generations(both, path);
  assert.ok(c?.equals(d as Buffer), 'with it they do not');
  assert.ok(isZstd(c as Buffer));
  await withStillroot(`/etc/kernel/postinst.d/zz-stillroot remove ${VERSION} 2>&1`);
  await withStillroot(`/etc/kernel/postinst.d/zz-stillroot add ${VERSION} /boot/x /boot/vmlinuz 2>&1`);
  assert.ok(readFileSync(`${root}${path}`).equals(c as Buffer), 'as kernel-install calls it, once more');
  await inside(`mkdir /boot/x; ${DRACUT} --compress 'zstd -1' /boot/x/initrd ${VERSION} 2>&1`);
  await withStillroot(`/etc/kernel/postinst.d/zz-stillroot add ${VERSION} /boot/x /boot/vmlinuz 2>&1`);
  assert.ok(readFileSync(`${root}/boot/x/initrd`).equals(c as Buffer), 'beside the entry of the boot loader');
});

testWhere(test, lacking, 'hook mkinitcpio: as it is called, and no file for UEFI is touched', async () => {
  await installHook('mkinitcpio', '/etc/initcpio/post/stillroot');
  await inside('cp /tmp/xz /tmp/arch.img; cp /tmp/xz /tmp/arch.efi');
  await withStillroot('/etc/initcpio/post/stillroot "" /tmp/arch.img /tmp/arch.efi 2>&1');
  assert.ok(readFileSync(image('arch.efi')).equals(readFileSync(image('xz'))));
  await stillroot(0, 'pack', image('xz'), '-o', image('wanted.cpio.xz'), '-f', '-q');
  assert.ok(readFileSync(image('arch.img')).equals(readFileSync(image('wanted.cpio.xz'))));
});

test.run();
