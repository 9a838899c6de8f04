/**
 * Images of mkinitramfs and dracut, preceded by real microcode, read as their own tools read them. Kernel modules would
 * only make them large, so there are none.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { bootstrap } from '../support/bootstrap.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { memoryScratch } from '../support/mounts.ts';
import { missing, testWhere } from '../support/requires.ts';
import { runCli } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { compareListings, type Listing, listTree } from '../support/tree-listing.ts';

const test = suite('initramfs');
const scratch = memoryScratch('initramfs');
const root = scratch.in('root');
const mirror = await debianMirror('bookworm');
const lacking =
  missing({ root: true, tools: ['mmdebstrap', 'unshare', 'chroot'] }) ??
  (mirror === undefined ? 'apt on this machine knows no archive' : undefined);

test.after(() => scratch.remove());

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

testWhere(
  test,
  lacking,
  'pack: the same microcode in front, byte for byte, and their tools read it',
  async () => {
    for (const name of ['zstd', 'xz'] as const) {
      await stillroot(0, 'pack', image(name), '-o', image('packed.cpio.xz'), '-f', '-q', '--level', '0');
      const [before, after] = [readFileSync(image(name)), readFileSync(image('packed.cpio.xz'))];
      // stillroot's archive begins at the first byte of the .xz magic, which does not occur earlier in their early
      // archives.
      const early = after.indexOf(Buffer.from('fd377a585a000001', 'hex'));
      assert.ok(early > 1_000_000, `an early archive of ${early} bytes`);
      assert.ok(after.subarray(0, early).equals(before.subarray(0, early)));
      const listed = (await inside('lsinitramfs /tmp/packed.cpio.xz')).split('\n').sort();
      const ours = (await stillroot(0, 'list', image('packed.cpio.xz'))).trimEnd().split('\n');
      assert.equal(listed.length, ours.length);
      assert.ok(listed.includes('kernel/x86/microcode/GenuineIntel.bin') && listed.includes('usr/bin'));
    }
  },
);

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

test.run();
