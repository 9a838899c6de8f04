/** The combined archives of an initramfs, and what surrounds them: early archives, boot configuration, layers. */
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeBootConfig } from '../../src/source/boot-config.ts';
import { DIRECTORY, newc, newcArchive, SYMLINK, tarArchive, ustar } from '../support/archive-bytes.ts';
import { Scratch } from '../support/temporary.ts';
import { type Run, run } from '../support/test-terminal.ts';

const test = suite('cli initramfs');
const scratch = new Scratch('cli-initramfs');
test.after(() => scratch.remove());

async function succeed(...argv: string[]): Promise<Run> {
  const result = await run(argv);
  assert.is(result.status, 0, `${argv.join(' ')}: ${result.stderr}`);
  return result;
}

function written(name: string, ...parts: readonly Uint8Array[]): string {
  writeFileSync(scratch.in(name), Buffer.concat(parts));
  return scratch.in(name);
}

async function listed(archive: string): Promise<string[]> {
  const { stdout } = await succeed('list', archive, '--json', '-q');
  return (JSON.parse(stdout) as { entries: { path: string }[] }).entries.map(({ path }) => path);
}

const microcode = newcArchive(
  ...['kernel', 'kernel/x86', 'kernel/x86/microcode'].map((path) => newc(path, { mode: DIRECTORY })),
  newc('kernel/x86/microcode/GenuineIntel.bin', { data: 'u'.repeat(100) }),
);
const MICROCODE = ['kernel', 'kernel/x86', 'kernel/x86/microcode', 'kernel/x86/microcode/GenuineIntel.bin'];

/** As mkinitramfs makes it since 2023: microcode, then modules that are compressed already, then the rest. */
function splitImage(time: number): Buffer[] {
  const at = (path: string): Buffer => newc(path, { mode: DIRECTORY, mtime: time, inode: time % 1000 });
  const modules = newcArchive(
    ...['usr', 'usr/lib', 'usr/lib/modules'].map(at),
    newc('usr/lib/modules/a.ko.zst', { data: 'k'.repeat(50), mtime: time, inode: time % 777 }),
    newc('usr/lib/modules/a.key', { data: '-----BEGIN PRIVATE KEY-----\n', mode: 0o100644 }),
  );
  const rest = newcArchive(at('.'), newc('init', { data: '#!/bin/sh\n', mtime: time }));
  const padding = (bytes: Buffer): Buffer => Buffer.alloc(512 - (bytes.length % 512));
  return [microcode, padding(microcode), modules, padding(modules), zstdCompressSync(rest)];
}

test('modules behind the microcode are part of the tree: two images that differ in times only are packed equal', async () => {
  const a = written('a.img', ...splitImage(1_700_000_000));
  const b = written('b.img', ...splitImage(1_700_009_999));
  assert.not.ok(readFileSync(a).equals(readFileSync(b)));
  for (const ending of ['cpio.xz', 'cpio']) {
    const [x, y, z] = ['x', 'y', 'z'].map((name) => scratch.in(`${name}.${ending}`)) as [
      string,
      string,
      string,
    ];
    await succeed('pack', a, '-o', x, '-q', '--no-manifest');
    await succeed('pack', b, '-o', y, '-q', '--no-manifest');
    assert.ok(readFileSync(x).equals(readFileSync(y)), ending);
    assert.ok(readFileSync(x).subarray(0, microcode.length).equals(microcode), 'the microcode is in front');
    // And again: the second time changes nothing.
    await succeed('pack', x, '-o', z, '-q', '--no-manifest');
    assert.ok(readFileSync(x).equals(readFileSync(z)), `${ending} again`);
  }
  const dropped = scratch.in('dropped.cpio');
  await succeed('pack', a, '-o', dropped, '--drop-segments', '-q', '--no-manifest');
  assert.equal(await listed(dropped), [
    ...['init', 'usr', 'usr/lib', 'usr/lib/modules'],
    ...['usr/lib/modules/a.key', 'usr/lib/modules/a.ko.zst'],
  ]);
});

test('rules see what is in every archive of the tree', async () => {
  const parts = splitImage(1_700_000_000);
  const rules = scratch.in('rules.toml');
  writeFileSync(
    rules,
    '[[rule]]\nid = "modules"\naction = "drop"\nmatch = ["usr/lib/modules/*.ko*"]\nwhy = "test"\n',
  );
  const out = scratch.in('ruled.cpio');
  await succeed('pack', written('ruled.img', ...parts), '-o', out, '-q', '--no-manifest', '--rules', rules);
  assert.not.ok((await listed(out)).includes('usr/lib/modules/a.ko.zst'));
  assert.ok((await listed(out)).includes('usr/lib/modules/a.key'));
});

test('microcode that another generation has put in front: the same archive, and diff says so', async () => {
  const front = (time: number, data: string): Buffer =>
    newcArchive(
      newc('kernel', { mode: DIRECTORY, mtime: time, inode: time % 1000, nlink: 3 + (time % 2) }),
      newc('kernel/x86', { mode: DIRECTORY, mtime: time, inode: time % 999 }),
      newc('kernel/x86/microcode.bin', { data, mtime: time, inode: time % 777 }),
    );
  const rest = newcArchive(newc('init', { data: '#!/bin/sh\n' }));
  const image = (name: string, time: number, data = 'u'): string =>
    written(name, front(time, data), Buffer.alloc(512), zstdCompressSync(rest));
  const [a, b, other] = [
    image('a.img', 1_700_000_001),
    image('b.img', 1_700_000_700),
    image('c.img', 1, 'v'),
  ];
  assert.not.equal(readFileSync(a), readFileSync(b));
  const packed = async (source: string): Promise<Buffer> => {
    const output = `${source}.cpio.zst`;
    await succeed(
      'pack',
      source,
      '-o',
      output,
      '--force',
      '--no-manifest',
      '--source-date-epoch',
      '1600000000',
    );
    return readFileSync(output);
  };
  const first = await packed(a);
  assert.equal(await packed(b), first);
  assert.equal(await packed(`${a}.cpio.zst`), first, 'packed once more it is the same');
  assert.not.equal(await packed(other), first);
  assert.match(first.toString('latin1', 0, 110), /^07070100000000000041ED0{16}000000015F5E1000/);

  const { status, stdout } = await run(['diff', a, b, '--after-rules']);
  assert.match(stdout, 'Times, permissions or numbers in the uncompressed archives in front differ');
  assert.match(stdout, 'equal after the rules that apply');
  assert.is(status, 0);
  assert.is((await run(['diff', a, other, '--after-rules'])).status, 1);
});

/** The legacy format of lz4, which the kernel reads: one block of literals. */
function storedLz4(content: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = content.length - 15; rest >= 0; rest -= 255) length.push(Math.min(rest, 255));
  const block = Buffer.concat([Buffer.from([0xf0, ...length]), content]);
  const head = Buffer.from('02214c1800000000', 'hex');
  head.writeUInt32LE(block.length, 4);
  return Buffer.concat([head, block]);
}

test('in its own place, under a name that says nothing, an image keeps its compression', async () => {
  const rest = newcArchive(newc('init', { data: '#!/bin/sh\n', mtime: 1_700_000_000 }));
  const begins = { none: '30373037', gzip: '1f8b', zstd: '28b52ffd' } as const;
  for (const [name, compressed] of [
    ['none', rest],
    ['gzip', gzipSync(rest)],
    ['zstd', zstdCompressSync(rest)],
  ] as const) {
    const image = written('initrd.img-6.1.0', microcode, Buffer.alloc(512), compressed);
    // Keys in it are for root alone.
    chmodSync(image, 0o600);
    await succeed('pack', image, '-o', image, '--force', '--no-manifest', '-q');
    assert.is(statSync(image).mode & 0o777, 0o600);
    const bytes = readFileSync(image);
    assert.ok(bytes.subarray(0, microcode.length).equals(microcode), name);
    const behind = bytes
      .subarray(microcode.length)
      .toString('hex')
      .replace(/^(00)+/, '');
    assert.ok(behind.startsWith(begins[name]), `${name}: ${behind.slice(0, 20)}`);
    await succeed('pack', image, '-o', image, '--force', '--no-manifest', '-q');
    assert.ok(readFileSync(image).equals(bytes), `${name}, the second time`);
  }
  const image = written('initrd.img-6.1.0', gzipSync(rest));
  const beside = await run(['pack', image, '-o', scratch.in('other.img'), '--no-manifest']);
  assert.match(beside.stderr, 'has a name that does not tell its format');
  const over = await run(['pack', image, '-o', written('there.img', rest), '--force', '--no-manifest']);
  assert.match(over.stderr, 'there.img: has a name that does not tell its format');
  const missing = scratch.in('initrd.img-9');
  const nowhere = await run(['pack', missing, '-o', missing, '--force', '--no-manifest']);
  assert.match(nowhere.stderr, 'initrd.img-9: no such file');
  const tar = written('rootfs.img', tarArchive(ustar('a')));
  const asTar = await run(['pack', tar, '-o', tar, '--force', '--no-manifest']);
  assert.match(asTar.stderr, 'has a name that does not tell its format');
});

test('a compression that stillroot does not write is left to the user', async () => {
  const image = written('initrd.img-6.2.0', storedLz4(newcArchive(newc('init'))));
  const { status, stderr } = await run(['pack', image, '-o', image, '--force', '--no-manifest']);
  assert.is(status, 2);
  assert.match(
    stderr,
    /initrd.img-6.2.0: is compressed with lz4, which stillroot reads but does not write.*--format/s,
  );
});

test('what the kernel looks for early in an archive of the tree, as mkinitcpio packs it, is put in front', async () => {
  const mixed = newcArchive(
    newc('early_cpio', { data: '1' }),
    ...MICROCODE.slice(0, 3).map((path) => newc(path, { mode: DIRECTORY })),
    newc('kernel/x86/microcode/GenuineIntel.bin', { data: 'u'.repeat(100) }),
    newc('usr', { mode: DIRECTORY }),
    newc('usr/a.ko.zst', { data: 'k' }),
    newc('kernel/firmware', { mode: DIRECTORY }),
    newc('kernel/firmware/acpi', { mode: DIRECTORY }),
    newc('kernel/firmware/acpi/dsdt.aml', { data: 'DSDT', mtime: 5 }),
  );
  const image = written('mixed.img', mixed, gzipSync(newcArchive(newc('init', { data: '#!/bin/sh\n' }))));
  const packed = async (source: string, output: string, ...more: string[]): Promise<string[]> => {
    const args = ['pack', source, '-o', scratch.in(output), '-f', '--json', '--no-manifest', ...more];
    const { stdout } = await succeed(...args);
    return (JSON.parse(stdout) as { warnings: { code: string }[] }).warnings.map(({ code }) => code);
  };
  const tables = newcArchive(
    ...MICROCODE.slice(0, 3).map((path) => newc(path, { mode: DIRECTORY })),
    ...['kernel/firmware', 'kernel/firmware/acpi'].map((path) => newc(path, { mode: DIRECTORY })),
    newc('kernel/x86/microcode/GenuineIntel.bin', { data: 'u'.repeat(100) }),
    newc('kernel/firmware/acpi/dsdt.aml', { data: 'DSDT' }),
  );
  for (const ending of ['cpio', 'cpio.zst']) {
    assert.equal(await packed(image, `mixed.${ending}`, '--strict'), []);
    const bytes = readFileSync(scratch.in(`mixed.${ending}`));
    assert.equal(bytes.subarray(0, tables.length).toString('latin1'), tables.toString('latin1'), ending);
    await packed(scratch.in(`mixed.${ending}`), `again.${ending}`);
    assert.ok(readFileSync(scratch.in(`again.${ending}`)).equals(bytes), 'the second time changes nothing');
  }
  // As the kernel unpacks it, they are there.
  for (const each of [image, scratch.in('mixed.cpio')]) {
    assert.ok((await listed(each)).includes('kernel/x86/microcode/GenuineIntel.bin'), each);
  }
  const [, own = ''] = [await packed(image, 'own.cpio', '--drop-segments'), scratch.in('own.cpio')];
  assert.equal(
    (await listed(own)).filter((path) => /microcode.|acpi.|init|ko/.test(path)),
    ['init', 'usr/a.ko.zst'],
  );
});

test('in a directory it is warned of, where the output is compressed', async () => {
  mkdirSync(scratch.in('tree/kernel/x86/microcode'), { recursive: true });
  writeFileSync(scratch.in('tree/kernel/x86/microcode/GenuineIntel.bin'), 'u');
  const tree = scratch.in('tree');
  const codes = async (output: string): Promise<string[]> => {
    const { stdout } = await succeed('pack', tree, '-o', scratch.in(output), '-f', '--json', '--no-manifest');
    return (JSON.parse(stdout) as { warnings: { code: string }[] }).warnings.map(({ code }) => code);
  };
  assert.equal(await codes('tree.cpio.xz'), ['early-lookup']);
  assert.equal(await codes('tree.cpio'), []);
  const strict = await run(['pack', tree, '-o', scratch.in('strict.cpio.xz'), '--strict']);
  assert.is(strict.status, 2);
  assert.match(strict.stderr, /kernel\/x86\/microcode\/GenuineIntel\.bin: .* pass that with --segment/);
});

const rest = gzipSync(newcArchive(newc('.', { mode: DIRECTORY }), newc('init', { data: '#!/bin/sh\n' })));
const TEXT = 'kernel.foo = 1\n';

test('a boot configuration stays behind what is packed, compressed or not, and list tells of it', async () => {
  const aligned = Buffer.alloc((4 - (rest.length % 4)) % 4);
  const config = encodeBootConfig(Buffer.from(TEXT));
  const image = written('boot.img', rest, aligned, config);
  assert.match((await succeed('list', image)).stdout, / \.\n.* init\n$/);
  assert.match(
    (await succeed('list', image)).stderr,
    /^stillroot: note: a boot configuration of 15 bytes .*bootconfig -d/,
  );
  for (const ending of ['cpio', 'cpio.xz']) {
    const [once, twice] = [scratch.in(`once.${ending}`), scratch.in(`twice.${ending}`)];
    const { stdout } = await succeed('pack', image, '-o', once, '--json');
    assert.equal((JSON.parse(stdout) as { bootConfig: object }).bootConfig, { bytes: 15 });
    const bytes = readFileSync(once);
    assert.ok(bytes.subarray(-config.length).equals(config));
    assert.is(bytes.length % 4, 0);
    await succeed('pack', once, '-o', twice, '-q');
    assert.ok(readFileSync(twice).equals(bytes), 'again');
    const { settings } = JSON.parse(readFileSync(`${once}.manifest.json`, 'utf8')) as {
      settings: { effective: { bootConfig: { size: number } } };
    };
    assert.is(settings.effective.bootConfig.size, config.length);
    await succeed('verify', `${once}.manifest.json`, twice);
    await succeed('reproduce', `${once}.manifest.json`, image);
    const without = scratch.in(`without.${ending}`);
    await succeed('pack', image, '-o', without, '--drop-segments', '-q');
    assert.ok(readFileSync(without).equals(bytes.subarray(0, -config.length)));
    assert.match((await run(['verify', `${once}.manifest.json`, without])).stdout, /archive/);
  }
});

test('diff tells of boot configurations that differ, and of one that is there on one side', async () => {
  const image = (text: string | undefined): Buffer[] => [
    rest,
    Buffer.alloc((4 - (rest.length % 4)) % 4),
    ...(text === undefined ? [] : [encodeBootConfig(Buffer.from(text))]),
  ];
  const a = written('one.img', ...image('kernel.foo = 1\n'));
  for (const [other, shown] of [
    ['kernel.foo = 2\n', '+kernel.foo = 2'],
    [undefined, '+none'],
  ] as const) {
    const { status, stdout } = await run(['diff', a, written('two.img', ...image(other)), '--json']);
    assert.is(status, 1);
    assert.match(stdout, /the boot configurations at the end differ/);
    assert.ok(stdout.includes(shown), stdout);
    assert.not.match(stdout, /compressed in another way/);
  }
});

test('two boot configurations, at the end or between archives, are told as that, with what to do', async () => {
  const config = encodeBootConfig(Buffer.from(TEXT));
  const archive = newcArchive(newc('a', { data: 'x' }));
  for (const [image, said] of [
    [
      [archive, config, config],
      /at the end follows another one at byte \d+, .*\(bootconfig -d FILE, twice\)/,
    ],
    [
      [archive, config, archive, config],
      /byte \d+: a boot configuration with more behind it, .* before the archives are joined/,
    ],
    [
      [archive, config, archive],
      /byte \d+: a boot configuration with more behind it, .* before the archives are joined/,
    ],
  ] as const) {
    const { status, stdout, stderr } = await run(['list', written('several.img', ...image)]);
    assert.is(status, 2);
    assert.match(stdout, / a\n$/);
    assert.match(stderr, said);
  }
});

test('a boot configuration that is damaged is an error, behind what is in front of it', async () => {
  const config = encodeBootConfig(Buffer.from(TEXT));
  for (const [at, value, said] of [
    [config.length - 16, 0x11, /has the checksum \d+, but claims \d+/],
    [config.length - 18, 0x11, /but only \d+ precede its size field/],
  ] as const) {
    const bytes = Buffer.from(config);
    bytes[at] = value;
    const image = written('damaged.img', newcArchive(newc('a', { data: 'x' })), bytes);
    const { status, stdout, stderr } = await run(['list', image]);
    assert.is(status, 2);
    assert.match(stdout, / a\n$/);
    assert.match(stderr, said);
    for (const argv of [
      ['pack', image, '-o', scratch.in('none.cpio')],
      ['check', image],
    ]) {
      const refused = await run(argv);
      assert.is(refused.status, 2);
      assert.match(refused.stderr, /bootconfig -d FILE/);
    }
  }
});

test('entries below a symlink of an earlier archive are unpacked where it leads', async () => {
  const first = newcArchive(
    newc('init', { data: '#!/bin/sh\n' }),
    ...['usr', 'usr/lib', 'usr/lib/modules'].map((path) => newc(path, { mode: DIRECTORY })),
    newc('lib', { mode: SYMLINK, data: 'usr/lib' }),
  );
  const second = newcArchive(
    newc('lib/modules/6.1', { mode: DIRECTORY }),
    newc('lib/modules/6.1/x.ko', { data: 'ko' }),
  );
  const image = written('overlay.img', gzipSync(first), gzipSync(second));
  const out = scratch.in('overlay');
  await succeed('extract', image, '-C', out, '-q');
  assert.is(readFileSync(`${out}/usr/lib/modules/6.1/x.ko`, 'latin1'), 'ko');
  assert.ok((await listed(image)).includes('lib/modules/6.1/x.ko'), 'list shows the names as they are');
});

test('a layer of a container image is warned of, and refused with --strict', async () => {
  const layer = written(
    'layer.tar',
    tarArchive(
      ustar('etc/', { type: '5' }),
      ustar('etc/.wh.passwd-'),
      ustar('etc/new'),
      ustar('.wh..wh..opq'),
    ),
  );
  const directory = scratch.in('layer');
  mkdirSync(`${directory}/etc`, { recursive: true });
  writeFileSync(`${directory}/etc/.wh.shadow`, '');
  for (const source of [layer, directory]) {
    const said = /one layer of a container image, not a root filesystem; flatten the image first/;
    assert.match((await run(['check', source])).stdout, said);
    const packed = scratch.in('layer.cpio');
    assert.match((await succeed('pack', source, '-o', packed, '-f', '--no-manifest')).stdout, said);
    assert.match((await run(['diff', source, packed])).stderr, said);
    const strict = await run(['pack', source, '-o', scratch.in('strict.cpio'), '--strict']);
    assert.is(strict.status, 2);
    assert.match(strict.stderr, said);
  }
});

test.run();
