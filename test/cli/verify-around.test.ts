// What surrounds an archive in its file: early archives, a boot configuration, padding.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { VerifyDocument } from '../../src/documents/verify.ts';
import { encodeBootConfig } from '../../src/source/boot-config.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';
import { packed, verified } from './verified.ts';

const test = suite('cli/verify-around');
const scratch = new Scratch('cli-verify-around');
const tree = scratch.in('tree');
const image = scratch.in('rootfs.cpio.xz');
const manifestFile = `${image}.manifest.json`;

before(test, async () => {
  mkdirSync(`${tree}/etc`, { recursive: true });
  writeFileSync(`${tree}/etc/hostname`, 'host\n');
  await packed(tree, image, '--manifest-entries');
  await packed(tree, scratch.in('plain.cpio'), '--no-manifest');
});
test.after(() => scratch.remove());

const verify = (file: string, manifest: string = manifestFile): Promise<VerifyDocument> =>
  verified(file, manifest);

async function report(file: string): Promise<string> {
  return (await run(['verify', manifestFile, file])).stdout;
}

test('an early archive in front is part of the file, not of the archive', async () => {
  const early = scratch.in('early.cpio');
  mkdirSync(scratch.in('microcode/kernel'), { recursive: true });
  writeFileSync(scratch.in('microcode/kernel/code'), 'microcode');
  await packed(scratch.in('microcode'), early, '--no-manifest');
  for (const format of ['cpio', 'cpio.xz']) {
    const both = await packed(tree, scratch.in(`both.${format}`), '--segment', early);
    const manifest = `${both}.manifest.json`;
    assert.is((await verify(both, manifest)).level, 'file');
    const without = await verify(scratch.in('plain.cpio'), manifest);
    assert.equal([without.level, without.payload?.same], ['payload', true]);
    // The other way round: a manifest of the archive alone, and something before it.
    const more = await verify(both);
    assert.is(more.level, 'payload');
    const isPlain = format === 'cpio';
    assert.equal(more.around, isPlain ? ['compression', 'front'] : ['front']);
    assert.equal(without.around, isPlain ? ['front'] : ['compression', 'front']);
    const size = readFileSync(early).length;
    assert.equal([more.front?.wanted, more.front?.found?.size], [null, size]);
    assert.equal([without.front?.wanted?.size, without.front?.found], [size, null]);
    const text = await report(both);
    assert.match(text, /the same archive,.* with early archives in front that should not be there\n/);
    assert.match(text, /in front +differs +\d+ bytes \(sha256:\w{12}\), wanted nothing\n/);
    assert.is(/compressed differently/.test(text), isPlain);
    if (format === 'cpio') continue;
    const cut = readFileSync(both).subarray(0, -20);
    writeFileSync(scratch.in('both-cut.xz'), cut);
    const found = await verify(scratch.in('both-cut.xz'), manifest);
    assert.equal([found.level, found.blocks?.same], ['none', 1]);
  }
});

test('another early archive, and another boot configuration, is what differs, not the compression', async () => {
  const [one, other] = [scratch.in('one.cpio'), scratch.in('other.cpio')];
  mkdirSync(scratch.in('ucode/kernel'), { recursive: true });
  for (const [file, text] of [
    [one, 'one'],
    [other, 'two'],
  ] as const) {
    writeFileSync(scratch.in('ucode/kernel/code'), text);
    await packed(scratch.in('ucode'), file, '--no-manifest');
  }
  const wanted = await packed(tree, scratch.in('with-one.cpio.xz'), '--segment', one);
  const found = await packed(tree, scratch.in('with-other.cpio.xz'), '--segment', other);
  const document = await verify(found, `${wanted}.manifest.json`);
  assert.equal([document.level, document.around, document.front?.same], ['payload', ['front'], false]);
  assert.equal(document.blocks?.same, document.blocks?.wanted);
  const configured = scratch.in('configured.cpio.xz');
  writeFileSync(configured, Buffer.concat([readFileSync(image), encodeBootConfig(Buffer.from('a = 1\n'))]));
  const behind = await verify(configured);
  assert.equal([behind.level, behind.around, behind.bootConfig?.wanted], ['payload', ['boot-config'], null]);
  assert.match(
    await report(configured),
    /the same archive, with a boot configuration at the end that should not be there\n/,
  );
  const recorded = await packed(configured, scratch.in('recorded.cpio.xz'));
  const lost = await verify(image, `${recorded}.manifest.json`);
  assert.equal([lost.around, lost.bootConfig?.found], [['boot-config'], null]);
  writeFileSync(configured, Buffer.concat([readFileSync(image), encodeBootConfig(Buffer.from('a = 2\n'))]));
  const { stdout } = await run(['verify', `${recorded}.manifest.json`, configured]);
  assert.match(stdout, /the same archive, with a different boot configuration at the end\n/);
});

test('a root filesystem in front of the archive is part of the tree, and so the image is another one', async () => {
  const front = scratch.in('front.cpio');
  mkdirSync(scratch.in('more/etc'), { recursive: true });
  writeFileSync(scratch.in('more/etc/rc.local'), 'started by the kernel just the same');
  await packed(scratch.in('more'), front, '--no-manifest');
  for (const format of ['cpio', 'cpio.xz']) {
    const alone = scratch.in(format === 'cpio' ? 'plain.cpio' : 'rootfs.cpio.xz');
    const both = scratch.in('front-and-image');
    writeFileSync(both, Buffer.concat([readFileSync(front), readFileSync(alone)]));
    const found = await verify(both);
    assert.equal([found.level, found.same], ['none', false]);
    assert.match(JSON.stringify(found.entries), /etc\/rc\.local/);
    // Zeros after an uncompressed archive are taken for a part of it.
    if (format === 'cpio') continue;
    // It is what was made where it was in front then, too.
    const made = await packed(tree, scratch.in(`made.${format}`), '--segment', front);
    const other = Buffer.concat([readFileSync(made), Buffer.alloc(512)]);
    writeFileSync(both, other);
    const padded = await verify(both, `${made}.manifest.json`);
    assert.equal([padded.level, padded.around], ['payload', ['padding']]);
  }
});

test.run();
