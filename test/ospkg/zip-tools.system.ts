// Other tools read the OS packages that pack writes, and find what was put in.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import { missing, testWhere } from '../support/requires.ts';
import { pack } from '../support/run-cli.ts';
import { runCommand, succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('ospkg/zip-tools');
const scratch = new Scratch('zip-tools');
const zip = scratch.in('os.zip');
const KERNEL = Buffer.from('a kernel\n'.repeat(10_000));
const NAMES = ['boot/', 'boot/kernel', 'boot/initramfs.cpio.xz', 'manifest.json'];
let image = '';

before(test, async () => {
  mkdirSync(scratch.in('rootfs/etc'), { recursive: true });
  writeFileSync(scratch.in('rootfs/etc/hostname'), 'host\n');
  writeFileSync(scratch.in('vmlinuz'), KERNEL);
  const options = ['--ospkg', 'A label', '--kernel', scratch.in('vmlinuz'), '--cmdline', 'ro quiet'];
  image = (await pack(scratch.in('rootfs'), zip, options)).digests.file;
});
test.after(() => scratch.remove());

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

testWhere(test, missing({ tools: ['unzip', 'zipinfo'] }), 'unzip and zipinfo', async () => {
  await succeed(['unzip', '-tq', zip]);
  assert.equal((await succeed(['zipinfo', '-1', zip])).split('\n'), NAMES);
  const verbose = await succeed(['zipinfo', '-v', zip]);
  assert.not.match(verbose, /warning|error|extra bytes/i);
  await succeed(['unzip', '-q', zip, '-d', scratch.in('unzipped')]);
  assert.is(sha256(readFileSync(scratch.in('unzipped/boot/kernel'))), sha256(KERNEL));
  assert.is(sha256(readFileSync(scratch.in('unzipped/boot/initramfs.cpio.xz'))), image);
  assert.equal(JSON.parse(readFileSync(scratch.in('unzipped/manifest.json'), 'utf8')), {
    version: 1,
    label: 'A label',
    kernel: 'boot/kernel',
    initramfs: 'boot/initramfs.cpio.xz',
    cmdline: 'ro quiet',
  });
});

testWhere(test, missing({ tools: ['bsdtar'] }), 'bsdtar, from the file and from a pipe', async () => {
  assert.equal((await succeed(['bsdtar', '-tf', zip])).split('\n'), NAMES);
  const piped = { input: readFileSync(zip) };
  assert.equal((await succeed(['bsdtar', '-tf', '-'], piped)).split('\n'), NAMES);
  const { status, stdout } = await runCommand(['bsdtar', '-xOf', '-', 'boot/initramfs.cpio.xz'], piped);
  assert.equal([status, sha256(stdout)], [0, image]);
});

testWhere(test, missing({ tools: ['python3'] }), 'zipfile of Python', async () => {
  const program = `
import hashlib, json, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
print(json.dumps([archive.testzip(), archive.namelist(),
    hashlib.sha256(archive.read('boot/initramfs.cpio.xz')).hexdigest(),
    sorted({(i.date_time, i.compress_type, i.create_system) for i in archive.infolist()})]))`;
  const found = JSON.parse(await succeed(['python3', '-c', program, zip])) as unknown[];
  assert.equal(found, [null, NAMES, image, [[[1980, 1, 1, 0, 0, 0], 0, 3]]]);
});

testWhere(test, missing({ tools: ['unzip'] }), 'a damaged one is noticed by them', async () => {
  const bytes = readFileSync(zip);
  bytes[200] = (bytes[200] as number) ^ 1;
  writeFileSync(scratch.in('damaged.zip'), bytes);
  assert.is.not((await runCommand(['unzip', '-tq', scratch.in('damaged.zip')])).status, 0);
});

test.run();
