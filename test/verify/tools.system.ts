// An image processed by other tools is recognized: compressed by xz, gzip or zstd, or converted to another kind of
// archive.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { missing, testWhere } from '../support/requires.ts';
import { pack, runCli } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('verify/tools');
const scratch = new Scratch('verify-tools', '/var/tmp');
const image = scratch.in('rootfs.cpio.xz');

before(test, async () => {
  mkdirSync(scratch.in('rootfs/usr/bin'), { recursive: true });
  const lines = Array.from({ length: 20_000 }, (_, at) => `${(at * 7919) % 4096}\n`);
  writeFileSync(scratch.in('rootfs/usr/bin/tool'), lines.join(''), { mode: 0o755 });
  writeFileSync(scratch.in('rootfs/empty'), '');
  symlinkSync('usr/bin', scratch.in('rootfs/bin'));
  await pack(scratch.in('rootfs'), image, ['--manifest-entries', '--source-date-epoch', '1700000000']);
});
test.after(() => scratch.remove());

async function level(name: string): Promise<string> {
  const { status, text, stderr } = await runCli([
    'verify',
    `${image}.manifest.json`,
    scratch.in(name),
    '--json',
  ]);
  assert.ok(status === 0 || status === 1, stderr);
  const document = JSON.parse(text) as { readonly level: string; readonly same: boolean };
  assert.is(document.same, status === 0);
  return document.level;
}

function convert(command: string): Promise<string> {
  return succeed(['bash', '-euo', 'pipefail', '-c', command], { cwd: scratch.path });
}

const lackingCompressors = missing({ tools: ['xz', 'gzip', 'zstd', 'sha256sum'] });

testWhere(test, lackingCompressors, 'compressed again by xz, gzip, zstd: the same archive', async () => {
  assert.is(await level('rootfs.cpio.xz'), 'file');
  const [sum] = (await convert('sha256sum rootfs.cpio.xz')).split(' ');
  assert.ok(readFileSync(`${image}.manifest.json`, 'utf8').includes(`sha256:${sum}`));
  await convert('xz -dc rootfs.cpio.xz > plain.cpio');
  const ways = {
    'x.xz': 'xz -9 --check=crc64',
    't.xz': 'xz -T2 --block-size=65536',
    'g.gz': 'gzip -9',
    'z.zst': 'zstd',
  };
  for (const [name, command] of Object.entries(ways)) {
    await convert(`${command} -c < plain.cpio > ${name}`);
    assert.is(await level(name), 'payload', command);
  }
});

testWhere(
  test,
  missing({ tools: ['bsdtar', 'xz'] }),
  'as tar and as another cpio: the same tree',
  async () => {
    await convert('xz -dc rootfs.cpio.xz > plain.cpio');
    for (const format of ['ustar', 'pax', 'newc', 'odc']) {
      await convert(`bsdtar --format=${format} -cf out.${format} @plain.cpio`);
      assert.is(await level(`out.${format}`), 'tree', format);
    }
  },
);

testWhere(test, missing({ root: true, tools: ['bsdtar'] }), 'unpacked as root: the same tree', async () => {
  mkdirSync(scratch.in('unpacked'));
  await convert('bsdtar -xpf rootfs.cpio.xz -C unpacked');
  assert.is(await level('unpacked'), 'tree');
  writeFileSync(scratch.in('unpacked/empty'), 'x');
  assert.is(await level('unpacked'), 'none');
});

test.run();
