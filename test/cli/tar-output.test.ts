/** A tar archive as the output: round trips, what the verbs make of it, and what it cannot have. */
import { linkSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeBootConfig } from '../../src/source/boot-config.ts';
import { DIRECTORY, newc, newcArchive } from '../support/archive-bytes.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { type Run, run } from '../support/test-terminal.ts';

const test = suite('cli tar output');
const scratch = new Scratch('cli-tar-output');
test.after(() => scratch.remove());
const tree = scratch.in('tree');
const out = (name: string): string => scratch.in(name);

async function succeed(...argv: string[]): Promise<Run> {
  const result = await run(argv);
  assert.is(result.status, 0, `${argv.join(' ')}: ${result.stderr}`);
  return result;
}

async function packed(source: string, name: string, ...options: string[]): Promise<Buffer> {
  await succeed('pack', source, '-o', out(name), '-f', '-q', '--no-cache', ...options);
  return readFileSync(out(name));
}

before(test, () => {
  mkdirSync(`${tree}/etc`, { recursive: true });
  mkdirSync(`${tree}/${'deep/'.repeat(40)}`, { recursive: true });
  writeFileSync(`${tree}/etc/hostname`, 'localhost\n');
  writeFileSync(`${tree}/${'deep/'.repeat(40)}${'n'.repeat(120)}`, 'long\n');
  linkSync(`${tree}/etc/hostname`, `${tree}/another`);
  symlinkSync('t'.repeat(150), `${tree}/link`);
  utimesSync(`${tree}/etc`, 5, 5);
});

test('packing an archive that was packed gives the same bytes, and so does the way through cpio', async () => {
  const tar = await packed(tree, 'a.tar');
  assert.ok((await packed(out('a.tar'), 'b.tar')).equals(tar));
  const xz = await packed(tree, 'a.tar.xz');
  assert.ok((await packed(out('a.tar'), 'b.txz')).equals(xz));
  assert.ok((await packed(out('a.tar.xz'), 'c.tar')).equals(tar));
  const cpio = await packed(tree, 'a.cpio');
  assert.ok((await packed(out('a.tar'), 'b.cpio')).equals(cpio));
  assert.ok((await packed(out('b.cpio'), 'd.tar')).equals(tar));
});

test('--format decides where the name does not', async () => {
  const tar = await packed(tree, 'a.tar');
  assert.ok((await packed(tree, 'image', '--format', 'tar')).equals(tar));
  assert.ok((await packed(tree, 'image.cpio', '--format', 'tar')).equals(tar));
});

test('the manifest of a tar names its format, and verify and reproduce agree with it', async () => {
  for (const name of ['m.tar', 'm.tar.xz']) {
    await packed(tree, name, '--manifest-entries');
    const manifest = JSON.parse(readFileSync(out(`${name}.manifest.json`), 'utf8'));
    assert.is(manifest.config.output_format, 'tar');
    assert.is(manifest.image.mediaType, name === 'm.tar' ? 'application/x-tar' : 'application/x-tar+xz');
    assert.is(manifest.settings.effective.format, name.slice(2));
    for (const image of ['a.tar', 'a.tar.xz']) {
      await packed(tree, image);
      const isSame = name.endsWith('xz') === image.endsWith('xz');
      const { status, stdout } = await run(['verify', out(`${name}.manifest.json`), out(image), '--json']);
      assert.is(JSON.parse(stdout).level, isSame ? 'file' : 'payload', `${name} ${image}`);
      assert.is(status, isSame ? 0 : 1);
    }
    await succeed('reproduce', out(`${name}.manifest.json`), tree);
  }
});

test('trees have one digest and one list of entries, whatever the format', async () => {
  const documents = await Promise.all(
    ['e.tar', 'e.cpio'].map(async (name) => {
      await packed(tree, name, '--manifest-entries');
      return JSON.parse(readFileSync(out(`${name}.manifest.json`), 'utf8'));
    }),
  );
  const [tar, cpio] = documents;
  assert.is(tar.image.tree.digest, cpio.image.tree.digest);
  assert.equal(tar.entries, cpio.entries);
  assert.is(tar.entries.filter(({ hardLink }: { hardLink?: string }) => hardLink === 'another').length, 1);
  const { stdout } = await run(['verify', out('e.cpio.manifest.json'), out('e.tar'), '--json']);
  assert.is(JSON.parse(stdout).level, 'tree');
});

test('the report names the payload by its format, and says nothing of an init', async () => {
  const { stdout } = await succeed('pack', tree, '-o', out('r.tar.xz'), '-f', '-v', '--no-cache');
  assert.match(stdout, /sha256 tar {2}/);
  assert.not.match(stdout, /\/init/);
  assert.match((await succeed('pack', tree, '-o', out('r.cpio'), '-f', '-v')).stdout, /no \/init/);
});

test('what only an initramfs has is refused', async () => {
  const microcode = newcArchive(
    ...['kernel', 'kernel/x86', 'kernel/x86/microcode'].map((path) => newc(path, { mode: DIRECTORY })),
    newc('kernel/x86/microcode/GenuineIntel.bin', { data: 'u'.repeat(100) }),
  );
  const rest = newcArchive(newc('init', { data: '#!/bin/sh\n' }));
  writeFileSync(out('microcode.cpio'), microcode);
  writeFileSync(out('early.img'), Buffer.concat([microcode, rest]));
  writeFileSync(out('config.img'), Buffer.concat([rest, encodeBootConfig(Buffer.from('kernel.foo = 1\n'))]));
  const refused = async (what: RegExp, source: string, ...options: string[]): Promise<void> => {
    const { status, stderr } = await run(['pack', source, '-o', out('never.tar'), ...options]);
    assert.is(status, 2, source);
    assert.match(stderr, what);
  };
  await refused(/--init: needs a format that the kernel unpacks, not tar\./, tree, '--init', '/sbin/init');
  await refused(/--segment: needs a format/, tree, '--segment', out('microcode.cpio'));
  await refused(/early\.img: has 1 early archive, and tar .*--drop-segments/, out('early.img'));
  await refused(/config\.img: has a boot configuration, and tar .*--drop-segments/, out('config.img'));
  for (const source of ['early.img', 'config.img']) {
    await packed(out(source), 'dropped.tar', '--drop-segments');
    const { stdout } = await succeed('list', out('dropped.tar'), '--json', '-q');
    assert.equal(
      JSON.parse(stdout).entries.map(({ path }: { path: string }) => path),
      ['init'],
    );
  }
});

test.run();
