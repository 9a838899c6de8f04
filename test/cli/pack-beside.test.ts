// What pack writes next to an archive, or around it: provenance and OS packages.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Statement } from '../../src/attest/statement.ts';
import type { Manifest } from '../../src/manifest/manifest.ts';
import { validateProvenance } from '../attest/statement-schemas.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('cli/pack-beside');
const scratch = new Scratch('pack-beside');
const tree = scratch.in('tree');
const kernel = scratch.in('vmlinuz-6.1');
const image = scratch.in('out', 'rootfs.cpio.xz');
const zip = scratch.in('out', 'os.zip');

before(test, () => {
  mkdirSync(`${tree}/etc`, { recursive: true });
  writeFileSync(`${tree}/etc/os-release`, 'ID=odd\n');
  symlinkSync('bin/init', `${tree}/init`);
  writeFileSync(kernel, 'a kernel');
});
test.before.each(() => {
  rmSync(scratch.in('out'), { recursive: true, force: true });
  mkdirSync(scratch.in('out'));
});
test.after(() => scratch.remove());

function outputs(): string[] {
  return readdirSync(scratch.in('out')).sort();
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

async function pack(...args: string[]): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await run(['pack', tree, '--json', '--level', '0', ...args]);
  assert.is(status, 0, stderr + stdout);
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function refused(message: RegExp, ...args: string[]): Promise<void> {
  const had = outputs();
  const { status, stderr } = await run(['pack', tree, ...args]);
  assert.is(status, 2, args.join(' '));
  assert.match(stderr, message);
  assert.equal(outputs(), had);
}

const OS_PACKAGE = ['-o', zip, '--ospkg', 'My <OS>', '--kernel', kernel, '--cmdline', 'console=ttyS0 ro'];

test('provenance is about the image that was written, and names the manifest that was', async () => {
  const document = await pack('-o', image, '--attest', 'slsa', '--builder-id', 'https://b.example.org/v1');
  assert.equal(outputs(), [
    'rootfs.cpio.xz',
    'rootfs.cpio.xz.manifest.json',
    'rootfs.cpio.xz.slsa.intoto.json',
  ]);
  assert.is(document.attestation, `${image}.slsa.intoto.json`);
  const statement = JSON.parse(readFileSync(`${image}.slsa.intoto.json`, 'utf8')) as Statement;
  assert.ok(validateProvenance(statement), JSON.stringify(validateProvenance.errors));
  const digests = document.digests as Record<string, string>;
  assert.equal(
    statement.subject.map(({ name, digest }) => [name, digest.sha256]),
    [
      ['rootfs.cpio.xz', sha256(image)],
      ['rootfs.cpio', digests.payload],
    ],
  );
  const { runDetails } = statement.predicate as {
    runDetails: { builder: { id: string }; byproducts: unknown };
  };
  assert.is(runDetails.builder.id, 'https://b.example.org/v1');
  assert.equal(runDetails.byproducts, [
    {
      name: 'rootfs.cpio.xz.manifest.json',
      digest: { sha256: sha256(`${image}.manifest.json`) },
      mediaType: 'application/json',
    },
  ]);
});

test('provenance of the same tree is the same, wherever it is written', async () => {
  await pack('-o', image, '--attest', 'slsa');
  mkdirSync(scratch.in('out/deeper'));
  const other = scratch.in('out/deeper/rootfs.cpio.xz');
  await pack('-o', other, '--attest', 'slsa', '-j', '1');
  const [a, b] = [image, other].map((file) => readFileSync(`${file}.slsa.intoto.json`));
  assert.ok(a?.equals(b as Buffer));
});

test('provenance needs files, a manifest and a URI, and replaces nothing', async () => {
  await refused(/--attest: needs an archive written to a file/, '-o', '-', '--attest', 'slsa');
  await refused(/--attest: needs the manifest/, '-o', image, '--no-manifest', '--attest', 'slsa');
  await refused(/--builder-id: is only valid with --attest/, '-o', image, '--builder-id', 'x:y');
  for (const id of ['', 'me', '/path', 'https://a b', 'x:\x1b[2J']) {
    await refused(/--builder-id/, '-o', image, '--attest', 'slsa', '--builder-id', id);
  }
  writeFileSync(`${image}.slsa.intoto.json`, 'old');
  await refused(/slsa\.intoto\.json: already exists/, '-o', image, '--attest', 'slsa');
  const same = ['--manifest', `${image}.slsa.intoto.json`];
  await refused(/--manifest .*another output/, '-o', image, '--attest', 'slsa', '--force', ...same);
  assert.is(readFileSync(`${image}.slsa.intoto.json`, 'utf8'), 'old');
  await pack('-o', image, '--attest', 'slsa', '--force');
  assert.is.not(readFileSync(`${image}.slsa.intoto.json`, 'utf8'), 'old');
});

test('an OS package holds the image that pack writes alone', async () => {
  const plain = await pack('-o', image, '--no-manifest');
  const document = await pack(...OS_PACKAGE);
  assert.equal(outputs(), ['os.json', 'os.zip', 'os.zip.manifest.json', 'rootfs.cpio.xz']);
  assert.equal(document.digests, plain.digests);
  assert.ok(readFileSync(zip).includes(readFileSync(image)));
  const { osPackage } = document as { osPackage: Record<string, unknown> };
  assert.equal(osPackage, {
    name: 'os.zip',
    size: readFileSync(zip).length,
    digest: `sha256:${sha256(zip)}`,
    label: 'My <OS>',
    cmdline: 'console=ttyS0 ro',
    url: '',
    kernel: { size: 8, digest: `sha256:${sha256(kernel)}` },
    descriptor: scratch.in('out', 'os.json'),
  });
  const { image: described } = JSON.parse(readFileSync(`${zip}.manifest.json`, 'utf8')) as Manifest;
  const { descriptor: _, ...rest } = osPackage;
  assert.equal(described.osPackage, rest);
  assert.equal([described.name, described.digest], ['initramfs.cpio.xz', `sha256:${sha256(image)}`]);
});

test('verify knows the OS package and the image inside by one manifest', async () => {
  await pack('-o', image, '--no-manifest');
  await pack(...OS_PACKAGE);
  const manifest = `${zip}.manifest.json`;
  for (const file of [zip, image]) assert.is((await run(['verify', manifest, file])).status, 0, file);
  const damaged = readFileSync(zip);
  damaged[100] = (damaged[100] as number) ^ 1;
  writeFileSync(scratch.in('out/damaged.zip'), damaged);
  const { status, stdout } = await run(['verify', manifest, scratch.in('out/damaged.zip')]);
  assert.is(status, 1);
  assert.match(stdout, /does not match/);
});

test('an OS package does not depend on where things are, or what the kernel is called', async () => {
  await pack(...OS_PACKAGE, '--attest', 'slsa');
  const names = ['os.zip', 'os.json', 'os.zip.manifest.json', 'os.zip.slsa.intoto.json'];
  const first = names.map((name) => sha256(scratch.in('out', name)));
  rmSync(scratch.in('out'), { recursive: true });
  mkdirSync(scratch.in('out'));
  const other = scratch.in('kernel');
  writeFileSync(other, 'a kernel');
  await pack(...OS_PACKAGE.map((each) => (each === kernel ? other : each)), '--attest', 'slsa', '-j', '1');
  assert.equal(
    names.map((name) => sha256(scratch.in('out', name))),
    first,
  );
});

test('the archive inside may be uncompressed, and there need be no manifest', async () => {
  await pack(...OS_PACKAGE, '--format', 'cpio', '--no-manifest');
  assert.equal(outputs(), ['os.json', 'os.zip']);
  assert.ok(readFileSync(zip).includes('boot/initramfs.cpio'));
  assert.not(readFileSync(zip).includes('initramfs.cpio.xz'));
});

test('says what an OS package lacks, before anything is written', async () => {
  await refused(/--ospkg: needs a kernel/, '-o', zip, '--ospkg', 'x');
  await refused(/--kernel: is only valid with --ospkg/, '-o', image, '--kernel', kernel);
  await refused(/--cmdline: is only valid with --ospkg/, '-o', image, '--cmdline', 'ro');
  await refused(/does not end in \.zip/, '-o', image, '--ospkg', 'x', '--kernel', kernel);
  await refused(/does not end in \.zip/, '-o', '-', '--ospkg', 'x', '--kernel', kernel);
  await refused(/nothing: no such file/, '-o', zip, '--ospkg', 'x', '--kernel', scratch.in('nothing'));
  const vmlinuz = 'Name the kernel image \\(vmlinuz\\) with --kernel\\.';
  await refused(
    new RegExp(`/dev/null: is not a regular file\\. ${vmlinuz}`),
    '-o',
    zip,
    '--ospkg',
    'x',
    '--kernel',
    '/dev/null',
  );
  await refused(
    new RegExp(`is a directory, not a file\\. ${vmlinuz}`),
    '-o',
    zip,
    '--ospkg',
    'x',
    '--kernel',
    tree,
  );
  await refused(
    new RegExp(`/none: no such file\\. ${vmlinuz}`),
    '-o',
    zip,
    '--ospkg',
    'x',
    '--kernel',
    '/none',
  );
  writeFileSync(scratch.in('empty'), '');
  await refused(/has 0 bytes/, '-o', zip, '--ospkg', 'x', '--kernel', scratch.in('empty'));
  await refused(
    /--cmdline: has a control/,
    '-o',
    zip,
    '--ospkg',
    'x',
    '--kernel',
    kernel,
    '--cmdline',
    'a\nb',
  );
  await refused(/another output/, ...OS_PACKAGE, '--manifest', scratch.in('out/os.json'));
  await refused(/has a name that does not tell its format/, '-o', zip);
});

test('files that are there are replaced by --force only, and all of them or none', async () => {
  for (const name of ['os.zip', 'os.json', 'os.zip.manifest.json']) {
    writeFileSync(scratch.in('out', name), 'old');
    await refused(/already exists/, ...OS_PACKAGE);
    assert.is(readFileSync(scratch.in('out', name), 'utf8'), 'old');
    rmSync(scratch.in('out', name));
  }
  await pack(...OS_PACKAGE);
  await pack(...OS_PACKAGE, '--force');
});

test('a failure while packing leaves nothing', async () => {
  const broken = scratch.in('broken');
  mkdirSync(`${broken}/usr/lib`, { recursive: true });
  writeFileSync(`${broken}/TRAILER!!!`, '');
  const args = [...OS_PACKAGE, '--attest', 'slsa'];
  const { status } = await run(['pack', broken, ...args]);
  assert.is(status, 2);
  assert.equal(outputs(), []);
  assert.ok(existsSync(kernel));
});

test.run();
