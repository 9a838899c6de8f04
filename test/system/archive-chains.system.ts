// stillroot reads the archives of an initramfs as a kernel does: Debian's, under emulation.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeBootConfig } from '../../src/source/boot-config.ts';
import { DIRECTORY, FILE, newc, newcArchive, SYMLINK } from '../support/archive-bytes.ts';
import { before } from '../support/before.ts';
import { boot, fetchKernel } from '../support/debian-kernel.ts';
import { findTool, missing, testWhere } from '../support/requires.ts';
import { runCli } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('archive chains');
const scratch = new Scratch('archive-chains');
test.after(() => scratch.remove());

const BOOT_TIMEOUT = 300_000;
const EXECUTABLE = FILE | 0o111;
const lacking = missing({
  root: true,
  tools: ['qemu-system-x86_64', 'apt-get', 'dpkg', 'busybox', 'cpio', 'bsdtar'],
});

/** Every name with its type, mode, link count, and size or target; what the kernel adds itself is left out. */
const LISTING = `/bin/busybox find . -mindepth 1 \\( -path ./proc -o -path ./dev -o -path ./root \\) -prune -o -mindepth 1 -print |
while read -r name; do
  if [ -h "$name" ]; then echo "TREE $name -> $(/bin/busybox readlink "$name")"
  elif [ -d "$name" ]; then echo "TREE $name/ $(/bin/busybox stat -c %a "$name")"
  else echo "TREE $name $(/bin/busybox stat -c '%a %h %s' "$name")"; fi
done`;
const INIT = `#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
echo
cd /
${LISTING}
/bin/busybox poweroff -f
`;

const directory = (path: string): Buffer => newc(path, { mode: DIRECTORY });
const aligned = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);

const microcode = newcArchive(
  ...['kernel', 'kernel/x86', 'kernel/x86/microcode'].map(directory),
  newc('kernel/x86/microcode/None.bin', { data: 'u'.repeat(100) }),
);

function mainArchive(): Buffer {
  return newcArchive(
    ...['bin', 'proc', 'dev', 'usr', 'usr/lib', 'etc'].map(directory),
    newc('bin/busybox', { data: readFileSync(findTool('busybox') as string, 'latin1'), mode: EXECUTABLE }),
    newc('init', { data: INIT, mode: EXECUTABLE }),
    newc('lib', { mode: SYMLINK, data: 'usr/lib' }),
    newc('up', { mode: SYMLINK, data: '../../../etc' }),
    newc('absolute', { mode: SYMLINK, data: '/usr' }),
  );
}

/** All of the grammar that Linux takes: no trailers, zeros, double slashes, links among the directories. */
function chain(): Buffer {
  const modules = Buffer.concat([
    ...['usr', 'usr/lib', 'usr/lib/modules'].map(directory),
    newc('usr/lib/modules/a.ko', { data: 'k'.repeat(50) }),
  ]);
  const over = newcArchive(
    directory('lib/modules/6.1'),
    newc('lib/modules/6.1/x.ko', { data: 'ko' }),
    newc('up/hostname', { data: 'host\n' }),
    newc('absolute/lib/y', { data: 'y' }),
    directory('./etc//x//'),
    newc('/etc///x/./z', { data: 'zz' }),
    newc('etc/a', { inode: 7, nlink: 2 }),
    newc('lib/b', { inode: 7, nlink: 2, data: 'linked' }),
  );
  const alone = Buffer.concat([
    newc('etc/last', { data: 'last' }),
    Buffer.alloc(8),
    newc('etc/lone', { data: '1' }),
  ]);
  return Buffer.concat([
    microcode,
    Buffer.alloc(512 - (microcode.length % 512)),
    modules,
    Buffer.alloc(100),
    aligned(gzipSync(mainArchive(), { level: 1 })),
    aligned(gzipSync(over)),
    alone,
    encodeBootConfig(Buffer.from('kernel.quiet\nstill.root = "kept"\n')),
  ]);
}

const trees = (printed: string): string[] =>
  printed
    .split('\n')
    .filter((line) => line.startsWith('TREE '))
    .sort();

/** What `extract` writes, in the words of the listing. */
async function extracted(image: string): Promise<string[]> {
  const out = scratch.in('out');
  await succeed(['rm', '-rf', out]);
  mkdirSync(out);
  const { status, stderr } = await runCli(['extract', image, '-C', out, '-q']);
  assert.is(status, 0, stderr);
  return trees(await succeed(['sh', '-c', LISTING.replaceAll('/bin/busybox', 'busybox')], { cwd: out }));
}

let kernel = '';
const image = scratch.in('chain.img');

before(test, async () => {
  if (lacking !== undefined) return;
  kernel = await fetchKernel(scratch);
  writeFileSync(image, chain());
});

testWhere(
  test,
  lacking,
  'extract writes what the kernel unpacks, and what is packed boots to the same',
  async () => {
    const printed = await boot(kernel, image, BOOT_TIMEOUT);
    assert.not.match(printed, /unpacking failed|broken padding|junk/);
    const found = trees(printed);
    assert.ok(found.includes('TREE ./usr/lib/modules/6.1/x.ko 644 1 2'), printed);
    assert.ok(found.includes('TREE ./usr/lib/b 644 2 6'), printed);
    assert.ok(found.includes('TREE ./etc/x/z 644 1 2'), printed);
    assert.ok(found.includes('TREE ./etc/lone 644 1 1'), printed);
    assert.equal(await extracted(image), found);
    const packed = scratch.in('packed.cpio.xz');
    const { status, stderr } = await runCli([
      'pack',
      image,
      '-o',
      packed,
      '-q',
      '--skip',
      '**',
      '--level',
      '0',
    ]);
    assert.is(status, 0, stderr);
    const again = await boot(kernel, packed, BOOT_TIMEOUT);
    assert.equal(trees(again), found, again);
  },
);

testWhere(
  test,
  lacking,
  'a plain archive that Linux does not unpack is the one that is warned of',
  async () => {
    const main = gzipSync(mainArchive(), { level: 1 });
    const odd = Buffer.concat([main, Buffer.alloc(((2 - main.length) & 3) % 4)]);
    assert.is(odd.length % 4, 2);
    writeFileSync(scratch.in('odd.img'), Buffer.concat([odd, newcArchive(newc('etc/lost', { data: 'x' }))]));
    const printed = await boot(kernel, scratch.in('odd.img'), BOOT_TIMEOUT);
    assert.match(printed, /Initramfs unpacking failed: invalid magic at start of compressed archive/);
    assert.not.ok(
      trees(printed).some((line) => line.includes('etc/lost')),
      printed,
    );
    assert.ok(trees(printed).length > 5, printed);
    const { stderr, text } = await runCli(['list', scratch.in('odd.img')]);
    assert.match(stderr, /does not begin at a multiple of 4 bytes, so Linux does not unpack it/);
    assert.match(text, / etc\/lost\n$/);
  },
);

testWhere(test, lacking, 'names and links as GNU cpio and bsdtar unpack them', async () => {
  const archive = newcArchive(
    directory('usr'),
    directory('usr//lib//'),
    newc('lib', { mode: SYMLINK, data: 'usr/lib' }),
    newc('usr//lib/.//f', { data: 'f' }),
    newc('lib/g', { data: 'g' }),
  );
  writeFileSync(scratch.in('names.cpio'), archive);
  const ours = await extracted(scratch.in('names.cpio'));
  for (const command of [
    'cpio -id --quiet < ../names.cpio',
    'busybox cpio -id < ../names.cpio 2>/dev/null',
    'bsdtar -xPf ../names.cpio',
  ]) {
    const theirs = scratch.in('theirs');
    await succeed(['rm', '-rf', theirs]);
    mkdirSync(theirs);
    await succeed(['sh', '-c', command], { cwd: theirs });
    const listing = await succeed(['sh', '-c', LISTING.replaceAll('/bin/busybox', 'busybox')], {
      cwd: theirs,
    });
    assert.equal(trees(listing), ours, command);
  }
});

test.run();
