import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  archiveFormats,
  compressedFormats,
  extensionsText,
  formatOf,
  isContainerImage,
  mkosiFormat,
  plainMediaType,
  rowOf,
  withLayerCompression,
  withoutExtension,
} from '../../src/pack/formats.ts';
import { highestLevel } from '../../src/pack/levels.ts';
import { before } from '../support/before.ts';
import { makeEntry, symlink } from '../support/entries.ts';
import { planned } from '../support/plain-plan.ts';
import { ProgramThread } from '../support/program-thread.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('pack/formats');
const scratch = new Scratch('formats');
const tree = scratch.in('tree');
const image = scratch.in('image.cpio.fake');
const manifestFile = `${image}.manifest.json`;
const added = new ProgramThread(new URL('./added-format.ts', import.meta.url));
const runAdded = added.run.bind(added);

before(test, () => {
  mkdirSync(tree);
  // More than fits in a block, and less for gzip than it is.
  for (let file = 0; file < 40; file += 1) {
    const text = Array.from({ length: 400 }, (_, line) => `${file * line * 7919}\n`).join('');
    writeFileSync(`${tree}/file-${file}`, text.repeat(4));
  }
});
test.after(async () => {
  await added.close();
  scratch.remove();
});

test('every row has an extension of its own, a scale of levels, and a writer that keeps to the sizes that it says', async () => {
  const extensions = archiveFormats().flatMap((format) => rowOf(format).extension ?? []);
  assert.is(new Set(extensions).size, extensions.length);
  for (const format of archiveFormats()) {
    const { writer, compression } = rowOf(format);
    for (const entry of [
      makeEntry('a', 'file', { size: 5 }),
      symlink('some/name', 'elsewhere'),
      makeEntry('x'.repeat(4095), 'directory'),
      symlink('x'.repeat(4095), 'y'.repeat(4095)),
      // What needs most room, as far as the format holds it.
      makeEntry('x'.repeat(4095), 'file', {
        size: 2 ** 32 - 1,
        uid: 2 ** 32 - 2,
        gid: 2 ** 32 - 2,
        mtime: writer.mtimes.minimum,
      }),
    ]) {
      const target = Buffer.alloc(2 * writer.headerMaximum, 0xff);
      const span = writer.headerSpan(planned(entry));
      assert.is(
        writer.writeHeader(target, writer.alignment, planned(entry)),
        writer.alignment + span,
        format,
      );
      assert.ok(span <= writer.headerMaximum, `${format}: a header of ${span} bytes`);
      assert.is(span % writer.alignment, 0);
      const size = writer.dataSize(planned(entry));
      assert.is((size + writer.paddingAfter(size)) % writer.alignment, 0);
    }
    const trailer = Buffer.alloc(64 * 1024);
    assert.is(writer.writeTrailer(trailer, 0, 4096), writer.trailerSpan(4096));
    if (compression === undefined) continue;
    const compressor = await compression.load();
    const { scale, headBytes } = compression;
    assert.ok(scale.standard >= scale.minimum && scale.standard <= highestLevel(scale));
    for (const size of [1000, 5 * 2 ** 30]) {
      const encoder = compressor.open({ jobs: 1, level: scale.levels[0]!, size: () => size });
      assert.is(encoder.head.length, headBytes(size));
      await encoder.close();
    }
  }
});

test('the endings and what is left of a name without them', () => {
  assert.is(
    extensionsText(),
    '.cpio, .cpio.xz, .cpio.zst, .cpio.gz, .tar, .tar.xz, .tar.zst, .tar.gz or .oci.tar',
  );
  const compressed = ['cpio.xz', 'cpio.zst', 'cpio.gz', 'tar.xz', 'tar.zst', 'tar.gz'];
  assert.equal(compressedFormats(), [...compressed, 'oci.tar', 'oci.tar+zstd', 'oci', 'oci+zstd']);
  assert.equal(
    [
      'rootfs.cpio.xz',
      'rootfs.cpio',
      'rootfs.xz',
      'a.tar.xz',
      'a.txz',
      'a.b',
      'a.oci.tar',
      '.cpio',
      '.xz',
      '.cpio.xz',
    ].map(withoutExtension),
    ['rootfs', 'rootfs', 'rootfs', 'a', 'a', 'a.b', 'a', '.cpio', '.xz', '.cpio'],
  );
});

test('the compression of a layer is part of the format', () => {
  assert.is(withLayerCompression('oci.tar', 'zstd'), 'oci.tar+zstd');
  assert.is(withLayerCompression('oci+zstd', 'gzip'), 'oci');
  assert.is(withLayerCompression('oci', 'none'), 'oci+none');
  assert.is(withLayerCompression('tar', 'gzip'), undefined);
  assert.is(formatOf('x.oci.tar'), 'oci.tar', 'not tar');
  for (const format of archiveFormats()) {
    assert.is(plainMediaType(format), `application/x-${rowOf(format).writer.name}`);
    assert.is(mkosiFormat(format), isContainerImage(format) ? 'oci' : rowOf(format).writer.name);
  }
});

test('a row is enough: help, packing, manifest, schema and verify know a format that was added', async () => {
  const help = await runAdded('pack', '--help');
  assert.match(
    help.stdout.replace(/\s+/g, ' '),
    /\.cpio, \.cpio\.xz, \.cpio\.zst, \.cpio\.gz, .* or \.cpio\.fake.*cpio\.fake/,
  );
  const packed = await runAdded('pack', tree, '-o', image, '--json', '--level', '7');
  assert.is(packed.status, 0, packed.stderr);
  const document = JSON.parse(packed.stdout) as { format: string; level: number; blocks: number };
  assert.equal([document.format, document.level], ['cpio.fake', 7]);
  assert.ok(document.blocks > 3, `${document.blocks} blocks`);
  const plain = await runAdded('pack', tree, '-o', scratch.in('plain.cpio'));
  assert.is(plain.status, 0, plain.stderr);
  assert.equal(gunzipSync(readFileSync(image)), readFileSync(scratch.in('plain.cpio')));

  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
  assert.equal(manifest.config, { ...manifest.config, name: 'image', output_format: 'fakecpio' });
  assert.is(manifest.image.mediaType, 'application/x-fake');
  assert.is(manifest.image.blocks.length, document.blocks);
  assert.equal([manifest.settings.effective.format, manifest.settings.effective.level], ['cpio.fake', 7]);
  const verified = await runAdded('verify', manifestFile, image);
  assert.is(verified.status, 0, verified.stderr);
  // The manifest of a format that is not in the table is refused.
  assert.is((await run(['verify', manifestFile, image])).status, 2);

  const rebuilt = await runAdded('reproduce', manifestFile, tree);
  assert.is(rebuilt.status, 0, rebuilt.stderr);
});

test('blocks of an added format are found in a damaged file', async () => {
  const bytes = readFileSync(image);
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
  const [first, second] = manifest.image.blocks;
  const at = rowHeadBytes + first.size + Math.floor(second.size / 2);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at);
  writeFileSync(scratch.in('damaged.cpio.fake'), bytes);
  const { status, stdout } = await runAdded(
    'verify',
    manifestFile,
    scratch.in('damaged.cpio.fake'),
    '--json',
  );
  assert.is(status, 1);
  const { wanted, different } = (
    JSON.parse(stdout) as { blocks: { wanted: number; different: { index: number }[] } }
  ).blocks;
  assert.is(wanted, manifest.image.blocks.length);
  assert.equal(
    different.map(({ index }) => index),
    [1],
  );
});

/** gzip of nothing. */
const rowHeadBytes = 20;

test('limits are those of the writer of the row', async () => {
  const other = scratch.in('other');
  mkdirSync(other);
  writeFileSync(`${other}/late`, '');
  utimesSync(`${other}/late`, 1_000_001, 1_000_001);
  const late = ['pack', other, '--mtime', 'keep', '--force', '-o'];
  assert.is((await runAdded(...late, scratch.in('late.cpio'))).status, 0);
  const refused = await runAdded(...late, scratch.in('late.fake'));
  assert.is(refused.status, 2);
  assert.match(refused.stderr, /late: modification time is 1000001 .* a fake header holds 0 to 1000000/);
  writeFileSync(`${other}/forbidden`, '');
  rmSync(`${other}/late`);
  assert.is((await runAdded('pack', other, '-o', scratch.in('forbidden.cpio'))).status, 0);
  assert.match(
    (await runAdded('pack', other, '-o', scratch.in('forbidden.fake'))).stderr,
    /holds no such name/,
  );
});

test('what only an initramfs can have is refused for a format that the kernel does not unpack', async () => {
  const segment = scratch.in('plain.cpio');
  const inFront = await runAdded('pack', tree, '-o', scratch.in('front.fake'), '--segment', segment);
  assert.is(inFront.status, 2);
  assert.match(inFront.stderr, /--segment: needs a format that the kernel unpacks, not cpio\.fake/);
  const options = ['--ospkg', 'x', '--kernel', segment, '--format', 'cpio.fake'];
  const inside = await runAdded('pack', tree, '-o', scratch.in('os.zip'), ...options);
  assert.is(inside.status, 2);
  assert.match(inside.stderr, /--ospkg: needs a format that the kernel unpacks/);
});

test.run();
