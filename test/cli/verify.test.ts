import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { VerifyDocument } from '../../src/documents/verify.ts';
import type { Manifest } from '../../src/manifest/manifest.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';
import { packed, verified } from './verified.ts';

const test = suite('cli/verify');
const scratch = new Scratch('cli-verify');
const tree = scratch.in('tree');
const image = scratch.in('rootfs.cpio.xz');
const manifestFile = `${image}.manifest.json`;
const large = scratch.in('large');
const largeImage = scratch.in('large.cpio.xz');
const largeManifest = `${largeImage}.manifest.json`;

const MIB = 1024 * 1024;

before(test, async () => {
  mkdirSync(`${tree}/etc`, { recursive: true });
  mkdirSync(`${tree}/var/lib`, { recursive: true });
  writeFileSync(`${tree}/etc/hostname`, 'host\n');
  linkSync(`${tree}/etc/hostname`, `${tree}/etc/name`);
  symlinkSync('hostname', `${tree}/etc/link`);
  for (const name of ['a', 'b', 'c']) {
    // Worth compressing: levels come to different bytes.
    const lines = Array.from({ length: 5000 }, (_, at) => `${name} ${(at * 7919) % 1000}\n`);
    writeFileSync(`${tree}/var/lib/${name}`, lines.join(''));
  }
  await packed(tree, image, '--manifest-entries');
  await packed(tree, scratch.in('plain.cpio'), '--no-manifest');
  cpSync(tree, large, { recursive: true, verbatimSymlinks: true });
  // More than one block: none holds more than 24 MiB.
  for (const name of ['x', 'y']) writeFileSync(`${large}/var/lib/${name}`, Buffer.alloc(15 * MIB, name));
  await packed(large, largeImage);
});
test.after(() => scratch.remove());

const verify = (file: string, manifest: string = manifestFile): Promise<VerifyDocument> =>
  verified(file, manifest);

async function report(file: string, ...args: string[]): Promise<string> {
  return (await run(['verify', manifestFile, file, ...args])).stdout;
}

/** The manifest with something else in it. */
function changed(name: string, change: (manifest: Manifest) => object): string {
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Manifest;
  const file = scratch.in(`${name}.json`);
  writeFileSync(file, JSON.stringify(change(manifest)));
  return file;
}

function plainBytes(): Buffer {
  return readFileSync(scratch.in('plain.cpio'));
}

test('the image matches by its digest alone', async () => {
  const found = await verify(image);
  assert.equal([found.same, found.level], [true, 'file']);
  const bytes = readFileSync(image);
  assert.equal(found.file?.found, {
    size: bytes.length,
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
  });
  assert.equal([found.payload, found.tree, found.blocks], [undefined, undefined, undefined]);
  assert.match(await report(image), /^.*rootfs\.cpio\.xz: matches, it is the file .* describes\n$/);
  assert.is(await report(image, '--quiet'), '');
});

test('the same archive compressed differently, or not at all, is not the file, but the same archive', async () => {
  writeFileSync(scratch.in('again.cpio.gz'), gzipSync(plainBytes(), { level: 1 }));
  writeFileSync(scratch.in('again.cpio.zst'), zstdCompressSync(plainBytes()));
  await packed(tree, scratch.in('level5.cpio.xz'), '--no-manifest', '--level', '5');
  for (const name of ['plain.cpio', 'again.cpio.gz', 'again.cpio.zst', 'level5.cpio.xz']) {
    const found = await verify(scratch.in(name));
    assert.equal([found.level, found.file?.same, found.payload?.same], ['payload', false, true], name);
    assert.equal(found.around, ['compression'], name);
    assert.is(found.payload?.found.size, plainBytes().length);
    assert.is(found.tree, undefined);
  }
  assert.match(
    await report(scratch.in('again.cpio.gz')),
    /does not match .*: the same archive, compressed differently\n {2}file +differs .*\n {2}blocks +0 of 1 block is in it; the first that is not: 1\n {2}archive {2}same\n$/,
  );
});

test('the same entries in another archive are the same tree', async () => {
  const other = await packed(tree, scratch.in('root.cpio.xz'), '--no-manifest', '--root-entry');
  const found = await verify(other);
  assert.equal([found.level, found.payload?.same, found.tree?.same], ['tree', false, true]);
  assert.is(found.entries, undefined);
  assert.match(await report(other), /: the same tree, in a different archive\n/);
});

test('says which entries differ and how, which are missing, and which are more', async () => {
  const copy = scratch.in('changed');
  cpSync(tree, copy, { recursive: true, verbatimSymlinks: true });
  writeFileSync(`${copy}/etc/hostname`, 'other\n');
  rmSync(`${copy}/etc/name`);
  linkSync(`${copy}/etc/hostname`, `${copy}/etc/name`);
  rmSync(`${copy}/etc/link`);
  symlinkSync('name', `${copy}/etc/link`);
  renameSync(`${copy}/var/lib/c`, `${copy}/var/lib/d`);
  chmodSync(`${copy}/var`, 0o700);
  const found = await verify(await packed(copy, scratch.in('changed.cpio.xz'), '--no-manifest'));
  assert.equal([found.level, found.tree?.same], ['none', false]);
  assert.equal(found.entries?.missing, ['var/lib/c']);
  assert.equal(found.entries?.extra, ['var/lib/d']);
  assert.equal(
    found.entries?.different.map(({ path, fields }) => [path, fields.map(({ field }) => field)]),
    [
      ['etc/hostname', ['size', 'digest']],
      ['etc/link', ['target']],
      ['etc/name', ['size', 'digest']],
      ['var', ['mode']],
    ],
  );
  const text = await report(scratch.in('changed.cpio.xz'));
  assert.match(text, /: a different tree\n/);
  assert.match(text, /1 entry is missing:\n {4}var\/lib\/c\n/);
  assert.match(text, /1 entry is not in the manifest:\n {4}var\/lib\/d\n/);
  assert.match(text, /etc\/hostname: size 6, wanted 5; content\n/);
  assert.match(text, /var: mode 0700, wanted 0755\n/);
});

test('without entries in the manifest says how to get to know more', async () => {
  const bare = changed('bare', ({ entries: _, ...rest }) => rest);
  const found = await verify(scratch.in('changed.cpio.xz'), bare);
  assert.equal([found.level, found.entries], ['none', undefined]);
  const { stdout } = await run(['verify', bare, scratch.in('changed.cpio.xz')]);
  assert.match(stdout, /--manifest-entries/);
});

test('blocks that are the same are found wherever they are, without decompressing', async () => {
  const copy = scratch.in('one-block');
  cpSync(large, copy, { recursive: true, verbatimSymlinks: true });
  writeFileSync(`${copy}/etc/hostname`, 'a longer name of a host\n');
  const found = await verify(
    await packed(copy, scratch.in('one-block.cpio.xz'), '--no-manifest'),
    largeManifest,
  );
  const { wanted, same, different } = found.blocks ?? { wanted: 0, same: 0, different: [] };
  assert.ok(wanted >= 2 && same >= 1 && same < wanted, `${same} of ${wanted}`);
  assert.is(different.length, wanted - same);
  assert.equal([different[0]?.index, different[0]?.uncompressedOffset], [0, 0]);
});

test('a directory matches by its tree once it is finalized', async () => {
  const copy = scratch.in('finalized');
  cpSync(tree, copy, { recursive: true, verbatimSymlinks: true });
  rmSync(`${copy}/etc/name`);
  linkSync(`${copy}/etc/hostname`, `${copy}/etc/name`);
  const before = await verify(copy);
  assert.equal([before.same, before.level, before.file], [false, 'none', undefined]);
  assert.ok(before.entries?.different.every(({ fields }) => fields.some(({ field }) => field === 'mtime')));
  // As root what is on disk counts; another user's own ids become 0 in the image.
  if (process.getuid?.() !== 0) return;
  assert.is((await run(['finalize', copy])).status, 0);
  const after = await verify(copy);
  assert.equal([after.same, after.level, after.tree?.same], [true, 'tree', true]);
  assert.match(
    await report(copy),
    /: matches, it is the tree that .* describes\nnot compared: mode, owner and time of the root/,
  );
});

test('what a manifest does not record is named, whether the tree matches or not', async () => {
  const plain = await verify(tree);
  assert.not.match(plain.notCompared?.join() ?? '', /extended attributes of/);
  const tar = scratch.in('attributes.tar');
  const entries = [
    tarHeader('x', 'x', '36 SCHILY.xattr.user.note=something\n'),
    tarHeader('file', '0', 'content'),
  ];
  writeFileSync(tar, Buffer.concat([...entries, Buffer.alloc(1024)]));
  const found = await verify(tar);
  assert.equal(found.notCompared, ['extended attributes of file: the manifest records none']);
  assert.match(
    await report(tar),
    /\nnot compared: extended attributes of file: the manifest records none\n$/,
  );
});

/** A member of ustar. */
function tarHeader(name: string, type: string, content: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0' + '0000000\0' + '0000000\0', 100);
  header.write(
    `${content.length.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0${' '.repeat(8)}${type}`,
    124,
  );
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, Buffer.from(content.padEnd(512, '\0'))]);
}

test('a file that was cut does not match, and what is left of it is', async () => {
  const size = readFileSync(largeImage).length;
  const cut = scratch.in('cut.xz');
  let blocks = -1;
  for (const length of [0, 1, 6, 11, 12, 40, Math.floor(size * 0.7), size - 13, size - 1]) {
    copyFileSync(largeImage, cut);
    truncateSync(cut, length);
    const found = await verify(cut, largeManifest);
    assert.equal([found.level, found.file?.found.size], ['none', length]);
    assert.ok(found.trouble, `${length} bytes`);
    const { wanted, same } = found.blocks ?? { wanted: 0, same: 0 };
    assert.ok(wanted >= 2 && same >= blocks);
    blocks = same;
    if (length === 40) assert.is(same, 0);
    if (length === size - 1) assert.is(same, wanted);
  }
  assert.match(
    (await run(['verify', largeManifest, cut])).stdout,
    /does not match .*: it cannot be read as an archive\n/,
  );
});

test('a byte that differs anywhere is found, and the block that has it', async () => {
  const bytes = readFileSync(largeImage);
  const { blocks } = (JSON.parse(readFileSync(largeManifest, 'utf8')) as Manifest).image;
  let offset = 12;
  for (const [index, { size }] of blocks.entries()) {
    const damaged = Buffer.from(bytes);
    const at = offset + Math.floor(size / 2);
    damaged[at] = (damaged[at] as number) ^ 0x40;
    writeFileSync(scratch.in('damaged.xz'), damaged);
    const found = await verify(scratch.in('damaged.xz'), largeManifest);
    assert.is(found.level, 'none');
    assert.is(found.trouble?.code, 'archive-malformed');
    assert.equal(
      found.blocks?.different.map((each) => each.index),
      [index],
    );
    offset += size;
  }
});

test('bytes behind the image, and what is no archive at all, do not match', async () => {
  writeFileSync(scratch.in('longer.xz'), Buffer.concat([readFileSync(image), Buffer.from('more')]));
  const longer = await verify(scratch.in('longer.xz'));
  assert.equal([longer.level, longer.blocks?.same, longer.trouble === undefined], ['none', 1, false]);
  writeFileSync(scratch.in('zeros'), Buffer.alloc(5000));
  writeFileSync(scratch.in('text'), 'This is no archive.\n'.repeat(500));
  for (const name of ['zeros', 'text']) {
    const found = await verify(scratch.in(name));
    assert.equal([found.level, found.trouble === undefined], ['none', false], name);
  }
});

test('zeros behind the image, which a reader skips, are not the file either', async () => {
  writeFileSync(scratch.in('padded.xz'), Buffer.concat([readFileSync(image), Buffer.alloc(512)]));
  const found = await verify(scratch.in('padded.xz'));
  assert.equal([found.level, found.same, found.around], ['payload', false, ['padding']]);
  assert.match(
    await report(scratch.in('padded.xz')),
    /: the same archive, with different bytes around it, such as zeros at the end\n/,
  );
});

test('what is not there, or no file, is trouble, not a difference', async () => {
  for (const [file, code] of [
    [scratch.in('nothing'), 'source-missing'],
    ['/dev/null', 'source-not-supported'],
  ] as const) {
    const { status, stdout, stderr } = await run(['verify', manifestFile, file, '--json']);
    assert.is(status, 2);
    assert.match(stdout + stderr, new RegExp(code));
  }
  assert.is((await run(['verify', scratch.in('nothing'), image])).status, 2);
  assert.is((await run(['verify'])).status, 2);
});

test('either of the two is enough where the other is beside it, and their order does not matter', async () => {
  for (const names of [[manifestFile], [image], [image, manifestFile], [manifestFile, image]]) {
    const { status, stdout } = await run(['verify', ...names, '--json']);
    assert.is(status, 0, stdout);
    const { manifest, source } = JSON.parse(stdout) as { manifest: string; source: string };
    assert.equal([manifest, source], [manifestFile, image]);
  }
  const lonely = scratch.in('lonely');
  mkdirSync(lonely);
  copyFileSync(image, `${lonely}/a.cpio.xz`);
  copyFileSync(manifestFile, `${lonely}/m.json`);
  const noManifest = await run(['verify', `${lonely}/a.cpio.xz`]);
  assert.is(noManifest.status, 2);
  assert.match(
    noManifest.stderr,
    /a\.cpio\.xz\.manifest\.json: no such file, and ".*a\.cpio\.xz" is not a manifest\. Name/,
  );
  rmSync(`${lonely}/a.cpio.xz`);
  const noImage = await run(['verify', `${lonely}/m.json`]);
  assert.is(noImage.status, 2);
  assert.match(
    noImage.stderr,
    /no such file; the manifest describes an image of this name\. Name the image after the manifest\.\n$/,
  );
});

test('a manifest that is none is refused before the file is looked at', async () => {
  const nothing = scratch.in('nothing');
  const cases: ReadonlyArray<readonly [name: string, bytes: string | Uint8Array, code: string]> = [
    ['empty', '', 'manifest-malformed'],
    ['not-json', 'a manifest', 'manifest-malformed'],
    ['not-utf8', Buffer.from('{"schema":"\xff"}', 'latin1'), 'manifest-malformed'],
    ['bom', '\ufeff{}', 'manifest-malformed'],
    ['list', '[]', 'manifest-malformed'],
    ['null', 'null', 'manifest-malformed'],
    ['image-itself', readFileSync(image), 'manifest-malformed'],
    ['newer', '{"schema":"stillroot/manifest/2"}', 'manifest-version'],
    ['mkosi', '{"manifest_version":1,"config":{},"packages":[]}', 'manifest-malformed'],
  ];
  for (const [name, bytes, code] of cases) {
    writeFileSync(scratch.in(name), bytes);
    const { status, stdout } = await run(['verify', scratch.in(name), nothing, '--json']);
    assert.is(status, 2, name);
    assert.is((JSON.parse(stdout) as { error: { code: string } }).error.code, code, name);
  }
  const wrong = changed('wrong', (manifest) => ({ ...manifest, image: { ...manifest.image, blocks: [{}] } }));
  const { stderr } = await run(['verify', wrong, nothing]);
  assert.match(stderr, /image\.blocks\[0\]/);
});

test('a manifest of gigabytes is refused by its size', async () => {
  closeSync(openSync(scratch.in('huge'), 'w'));
  truncateSync(scratch.in('huge'), 8 * 1024 * MIB);
  const { status, stderr } = await run(['verify', scratch.in('huge'), image]);
  assert.is(status, 2);
  assert.match(stderr, /8589934592 bytes, wanted at most/);
});

test('numbers of a hostile manifest cost no more than the file has', async () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  const sizes = [2 ** 52, 4];
  const blocks = Array.from({ length: 5000 }, (_, at) => ({
    size: sizes[at % 2],
    uncompressedSize: 1,
    digest,
  }));
  const hostile = changed('hostile', (manifest) => ({
    ...manifest,
    image: { ...manifest.image, digest, blocks },
  }));
  const { status, stdout, stderr } = await run(['verify', hostile, image]);
  assert.ok(status === 1 || status === 2, stdout + stderr);
});

test('control characters of a manifest or a path do not reach the terminal', async () => {
  const hostile = changed('escapes', (manifest) => ({
    ...manifest,
    image: {
      ...manifest.image,
      payload: { ...manifest.image.payload, size: 1 },
      tree: { digest: `sha256:${'0'.repeat(64)}` },
      size: 1,
    },
    entries: [
      { path: 'a\x1b[2J\u202e', type: 'f\x07', mode: '\x1b]0;x', uid: 0, gid: 0, mtime: 0, target: '\r' },
    ],
  }));
  const { status, stdout, stderr } = await run(['verify', hostile, image]);
  assert.ok(status === 1 || status === 2);
  assert.not.match((stdout + stderr).replaceAll('\n', ''), /[\p{Cc}\u202e]/u);
});

test.run();
