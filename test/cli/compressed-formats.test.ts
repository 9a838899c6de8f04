// .zst and .gz do what .xz does: cache, manifest, verify, reproduce, diff, list, extract, what surrounds an archive.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeBootConfig } from '../../src/source/boot-config.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';
import { packed, verified } from './verified.ts';

const test = suite('cli/compressed-formats');
const scratch = new Scratch('cli-compressed-formats');
const tree = scratch.in('tree');
const changed = scratch.in('changed');
test.after(() => scratch.remove());

/** How it is decompressed, the encoder that is recorded, and the bytes of a file that fills a block. */
const FORMATS = [
  ['cpio.zst', zstdDecompressSync, 'zstd 1.5.7', 8_300_000],
  ['cpio.gz', gunzipSync, 'pako 3.0.3', 2_050_000],
] as const;
const FILES = ['a', 'b', 'c'];

async function json(...args: string[]): Promise<{ status: number; value: Record<string, unknown> }> {
  const { status, stdout, stderr } = await run([...args, '--json']);
  assert.ok(status < 2, stderr);
  return { status, value: JSON.parse(stdout) as Record<string, unknown> };
}

for (const [format, decompress, encoder, size] of FORMATS) {
  const options = ['--level', '1', '--skip', '**'];
  const image = scratch.in(`image.${format}`);
  const manifestFile = `${image}.manifest.json`;
  const other = scratch.in(`other.${format}`);
  let count = 0;

  before(test, async () => {
    for (const [directory, last] of [
      [tree, 'end'],
      [changed, 'another end'],
    ] as const) {
      mkdirSync(`${directory}/${format}`, { recursive: true });
      for (const name of FILES) {
        const line = `line of ${name}\n`;
        const text = line.repeat(Math.ceil(size / line.length));
        writeFileSync(`${directory}/${format}/${name}`, name === 'c' ? `${text}${last}` : text);
      }
    }
    const source = `${tree}/${format}`;
    await packed(source, image, '--manifest-entries', ...options);
    count = JSON.parse(readFileSync(manifestFile, 'utf8')).image.blocks.length;
    await packed(`${changed}/${format}`, other, ...options);
    await packed(source, scratch.in(`plain-${format}.cpio`), ...options);
  });

  test(`${format}: the same archive, in several blocks, which are listed in the manifest, with its encoder`, async () => {
    const plain = readFileSync(scratch.in(`plain-${format}.cpio`));
    assert.ok(decompress(readFileSync(image)).equals(plain));
    const { image: described, tool } = JSON.parse(readFileSync(manifestFile, 'utf8'));
    assert.ok(count >= 2, `${count} blocks`);
    assert.is(tool.encoder, encoder);
    const sum = described.blocks.reduce((total: number, each: { size: number }) => total + each.size, 0);
    const around = readFileSync(image).length - sum;
    assert.is(around, format === 'cpio.zst' ? 10 + 3 : 10 + 2 + 8);
  });

  test(`${format}: blocks come from the cache, and the file is the same`, async () => {
    const cache = ['--cache', scratch.in(`cache-${format}`), ...options];
    const stored: number[] = [];
    for (const name of ['first', 'second']) {
      const output = scratch.in(`${name}.${format}`);
      const { value } = await json('pack', `${tree}/${format}`, '-o', output, ...cache);
      stored.push((value.cache as { used: number }).used);
      assert.ok(readFileSync(output).equals(readFileSync(image)));
    }
    assert.equal(stored, [0, count]);
  });

  test(`${format}: verify finds the block that is damaged`, async () => {
    assert.is((await verified(image, manifestFile)).level, 'file');
    const bytes = readFileSync(image);
    const { blocks } = JSON.parse(readFileSync(manifestFile, 'utf8')).image as { blocks: { size: number }[] };
    const at = 10 + blocks[0]!.size + Math.floor(blocks[1]!.size / 2);
    bytes[at]! ^= 0x55;
    writeFileSync(scratch.in(`damaged.${format}`), bytes);
    const found = await verified(scratch.in(`damaged.${format}`), manifestFile);
    assert.equal(
      found.blocks?.different.map(({ index }) => index),
      [1],
    );
    // Of .zst the others are found wherever they are, of .gz where they should be: the last one differs in both.
    assert.is((await verified(other, manifestFile)).blocks?.same, count - 1);
  });

  test(`${format}: reproduce makes the same file`, async () => {
    const { status, value } = await json('reproduce', manifestFile, `${tree}/${format}`);
    assert.equal([status, value.level], [0, 'file']);
  });

  test(`${format}: diff names the file that differs`, async () => {
    const { status, value } = await json('diff', image, other);
    assert.is(status, 1);
    assert.match(JSON.stringify(value), /"c"/);
    // Only of .zst are blocks found without decoding.
    const counts = { blocks: count, same: count - 1 };
    assert.equal(value.blocks, format === 'cpio.zst' ? counts : null);
  });

  test(`${format}: list and extract`, async () => {
    const { stdout } = await run(['list', image, 'b']);
    assert.match(stdout, / b\n$/);
    const target = scratch.in(`out-${format}`);
    const { status, stderr } = await run(['extract', image, '-C', target, 'b', '-q']);
    assert.is(status, 0, stderr);
    assert.ok(readFileSync(`${target}/b`).equals(readFileSync(`${tree}/${format}/b`)));
  });

  test(`${format}: an early archive in front and a boot configuration behind are kept`, async () => {
    const early = scratch.in(`early-${format}.cpio`);
    mkdirSync(scratch.in(`microcode-${format}/kernel`), { recursive: true });
    writeFileSync(scratch.in(`microcode-${format}/kernel/code`), 'microcode');
    await packed(scratch.in(`microcode-${format}`), early, '--no-manifest', ...options);
    const config = encodeBootConfig(Buffer.from('kernel.key = value\n'));
    const source = scratch.in(`source-${format}`);
    writeFileSync(source, Buffer.concat([readFileSync(early), readFileSync(image), config]));
    const whole = await packed(source, scratch.in(`whole.${format}`), ...options);
    const bytes = readFileSync(whole);
    const size = readFileSync(early).length;
    assert.ok(bytes.subarray(0, size).equals(readFileSync(early)));
    assert.ok(bytes.subarray(size, size + readFileSync(image).length).equals(readFileSync(image)));
    assert.ok(bytes.subarray(-config.length).equals(config));
    assert.is((await verified(whole, `${whole}.manifest.json`)).level, 'file');
    const { stdout } = await run(['list', whole]);
    assert.match(stdout, /kernel\/code\n(.*\n)*.* c\n/);
    const found = await verified(image, `${whole}.manifest.json`);
    assert.equal([found.level, found.around], ['payload', ['front', 'boot-config']]);
  });
}

test.run();
