/** A container image as the output: what it holds, what the verbs make of it, and what it cannot have. */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ImageConfig } from '../../src/formats/oci/documents.ts';
import { readConfig, readIndex, readManifest } from '../../src/formats/oci/read-document.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { type Run, run } from '../support/test-terminal.ts';

const test = suite('cli container output');
const scratch = new Scratch('cli-container-output');
test.after(() => scratch.remove());
const tree = scratch.in('tree');
const out = (name: string): string => scratch.in(name);

/** The first bytes of a program for 64-bit Arm. */
const PROGRAM = Buffer.alloc(64);
PROGRAM.write('\x7fELF\x02\x01', 'latin1');
PROGRAM.writeUInt16LE(183, 18);

async function succeed(...argv: string[]): Promise<Run> {
  const result = await run(argv);
  assert.is(result.status, 0, `${argv.join(' ')}: ${result.stderr}`);
  return result;
}

async function pack(name: string, ...options: string[]): Promise<string> {
  await succeed('pack', tree, '-o', out(name), '-f', '-q', '--no-cache', ...options);
  return out(name);
}

async function refusal(...options: string[]): Promise<string> {
  const { status, stderr } = await run(['pack', tree, '-o', out('refused.oci.tar'), '-q', ...options]);
  assert.is(status, 2, options.join(' '));
  assert.equal(
    readdirSync(scratch.path).filter((name) => name.includes('refused') || name.startsWith('.')),
    [],
  );
  return stderr;
}

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

interface Layout {
  readonly image: string;
  readonly names: readonly string[];
  readonly config: ImageConfig;
  readonly layer: { readonly mediaType: string; readonly bytes: Buffer };
}

/** Of a layout in a directory. */
function readLayout(directory: string): Layout {
  const blob = (digest: string): Buffer => {
    const bytes = readFileSync(`${directory}/blobs/${digest.replace(':', '/')}`);
    assert.is(sha256(bytes), digest);
    return bytes;
  };
  const index = readIndex(readFileSync(`${directory}/index.json`), 'index.json');
  const [{ digest: image = '' } = {}] = index.manifests ?? [];
  const manifest = readManifest(blob(image), 'manifest');
  const [{ digest = '', mediaType = '' } = {}] = manifest.layers ?? [];
  return {
    image,
    names: (index.manifests ?? []).flatMap(
      ({ annotations }) => annotations?.['org.opencontainers.image.ref.name'] ?? [],
    ),
    config: readConfig(blob(manifest.config.digest), 'config'),
    layer: { mediaType, bytes: blob(digest) },
  };
}

before(test, () => {
  mkdirSync(`${tree}/bin`, { recursive: true });
  writeFileSync(`${tree}/bin/program`, PROGRAM, { mode: 0o755 });
  symlinkSync('program', `${tree}/bin/sh`);
  writeFileSync(`${tree}/hello`, 'hello\n');
});

test('the layer is the tar of the same tree, in each compression', async () => {
  const tars = { none: 'tar', gzip: 'tar.gz', zstd: 'tar.zst' } as const;
  for (const [layer, format] of Object.entries(tars)) {
    const layout = readLayout(await pack(`layout-${layer}`, '--format', 'oci', '--layer-compression', layer));
    const tar = readFileSync(await pack(`layer.${format}`));
    assert.ok(layout.layer.bytes.equals(tar), layer);
    const suffix = layer === 'none' ? '' : `+${layer}`;
    assert.is(layout.layer.mediaType, `application/vnd.oci.image.layer.v1.tar${suffix}`);
    assert.equal(layout.config.rootfs.diff_ids, [sha256(readFileSync(await pack('layer.tar')))]);
  }
  const standard = readLayout(await pack('layout', '--format', 'oci'));
  assert.is(standard.layer.mediaType, 'application/vnd.oci.image.layer.v1.tar+gzip');
});

test('one image has one digest, in a file and in a directory, and again', async () => {
  const options = ['--tag', 'app:1', '--cmd', '/bin/sh', '--source-date-epoch', '1700000000'];
  const { image, names, config } = readLayout(await pack('d1', '--format', 'oci', ...options));
  const bytes = readFileSync(await pack('f1.oci.tar', ...options));
  assert.ok(bytes.equals(readFileSync(await pack('f2.oci.tar', '-j', '3', ...options))));
  for (const name of ['d1', 'f1.oci.tar']) {
    const manifest = JSON.parse(readFileSync(out(`${name}.manifest.json`), 'utf8'));
    assert.is(manifest.image.containerImage.manifest.digest, image);
    assert.is(manifest.config.output_format, 'oci');
    assert.is(manifest.config.name, name === 'd1' ? 'd1' : 'f1');
  }
  assert.equal(names, ['app:1']);
  assert.is(config.created, '2023-11-14T22:13:20Z');
  const platform = [config.os, config.architecture, config.variant];
  assert.equal(platform, ['linux', 'arm64', 'v8'], 'as the program in the tree says');
});

test('the options of a container are in its configuration, over those of another image', async () => {
  const given = {
    architecture: 's390x',
    os: 'linux',
    config: { Cmd: ['old'], Env: ['A=1', 'B=2'], Healthcheck: { Test: ['NONE'] } },
    rootfs: { type: 'layers', diff_ids: [] },
  };
  writeFileSync(out('config.json'), JSON.stringify(given));
  const { config } = readLayout(
    await pack(
      'configured',
      ...['--format', 'oci', '--oci-config', out('config.json'), '--entrypoint', '["/bin/sh","-c"]'],
      ...[
        '--env',
        'B=3',
        '--env',
        'PATH=/bin',
        '--user',
        '1000:1000',
        '--workdir',
        '/srv',
        '--label',
        'k=v=w',
      ],
      ...['--expose', '8080', '--expose', '53/udp', '--stop-signal', 'SIGINT'],
    ),
  );
  assert.equal(config.config, {
    Entrypoint: ['/bin/sh', '-c'],
    Env: ['A=1', 'B=3', 'PATH=/bin'],
    ExposedPorts: { '53/udp': {}, '8080/tcp': {} },
    Healthcheck: { Test: ['NONE'] },
    Labels: { k: 'v=w' },
    StopSignal: 'SIGINT',
    User: '1000:1000',
    WorkingDir: '/srv',
  });
  assert.is(config.architecture, 's390x');
  const other = await pack('other', '--format', 'oci', '--platform', 'linux/x86_64');
  assert.is(readLayout(other).config.architecture, 'amd64');
});

test('verify knows the image as it is, and reproduce makes it again', async () => {
  const options = ['--tag', 'app:1', '--env', 'Z=1', '--env', 'A=2', '--label', 'k=v', '--expose', '80'];
  for (const [name, ...more] of [
    ['r.oci.tar'],
    ['r.dir', '--format', 'oci'],
    ['r2.oci.tar', '--layer-compression', 'zstd'],
  ]) {
    const image = await pack(name ?? '', ...more, ...options);
    await succeed('verify', `${image}.manifest.json`, image);
    await succeed('reproduce', `${image}.manifest.json`, tree);
    await succeed('reproduce', `${image}.manifest.json`, tree, '-o', `${image}.again`);
    assert.is((await run(['verify', `${image}.manifest.json`, `${image}.again`])).status, 0);
  }
});

test('an image is a source like any other: the same archive, and the same image again', async () => {
  const image = await pack('s.oci.tar', '--tag', 'app:1');
  const tar = readFileSync(await pack('s.tar'));
  for (const source of [image, await pack('s.dir', '--format', 'oci', '--tag', 'app:1')]) {
    await succeed('pack', source, '-o', out('s2.tar'), '-f', '-q', '--no-cache');
    assert.ok(readFileSync(out('s2.tar')).equals(tar));
    await succeed('pack', source, '-o', out('s2.oci.tar'), '-f', '-q', '--no-cache', '--tag', 'app:1');
    assert.ok(readFileSync(out('s2.oci.tar')).equals(readFileSync(image)));
    assert.is((await run(['diff', source, image])).status, 0);
    await succeed('check', source);
    assert.match((await succeed('list', source)).stdout, /hello/);
  }
});

test('the configuration and the names of an image that is the source are kept, unless others are given', async () => {
  const options = [
    '--cmd',
    'a',
    '--env',
    'A=1',
    '--platform',
    'linux/riscv64',
    '--tag',
    'app:1',
    '--tag',
    'b',
  ];
  const image = await pack('kept.oci.tar', ...options);
  await succeed('pack', image, '-o', out('kept'), '--format', 'oci', '-q', '--no-cache');
  const kept = readLayout(out('kept'));
  assert.equal(kept.names, ['app:1', 'b:latest']);
  assert.equal(kept.config.config, { Cmd: ['a'], Env: ['A=1'] });
  assert.is(kept.config.architecture, 'riscv64');
  assert.is(kept.config.history?.length, 1);
  const more = ['--tag', 'other', '--env', 'B=2', '--image', 'b'];
  await succeed('pack', image, '-o', out('changed'), '--format', 'oci', '-q', '--no-cache', ...more);
  const changed = readLayout(out('changed'));
  assert.equal(changed.names, ['other:latest']);
  assert.equal(changed.config.config, { Cmd: ['a'], Env: ['A=1', 'B=2'] });
});

test('of an image with another configuration reproduce and verify say so', async () => {
  const image = await pack('c.oci.tar', '--cmd', 'a');
  const changed = JSON.parse(readFileSync(`${image}.manifest.json`, 'utf8'));
  changed.settings.effective.cmd = ['b'];
  writeFileSync(out('changed.json'), JSON.stringify(changed));
  const { status, stdout } = await run(['reproduce', out('changed.json'), tree, '--json']);
  assert.is(status, 1);
  const { level, around } = JSON.parse(stdout);
  assert.equal([level, around], ['payload', ['image']]);
});

test('an image that differs in name, configuration or compression has the same archive', async () => {
  const image = await pack('v.oci.tar', '--tag', 'app:1');
  for (const [around, ...options] of [
    ['image', '--tag', 'app:2'],
    ['image', '--tag', 'app:1', '--user', '5'],
    ['compression', '--tag', 'app:1', '--layer-compression', 'zstd'],
  ]) {
    for (const form of [['w.oci.tar'], ['w.dir', '--format', 'oci']]) {
      const [name = '', ...format] = form;
      const other = await pack(name, ...format, ...options);
      const { status, stdout } = await run(['verify', `${image}.manifest.json`, other, '--json']);
      assert.is(status, 1);
      const found = JSON.parse(stdout);
      assert.equal([found.level, found.around], ['payload', [around]], options.join(' '));
    }
  }
  const tree2 = await pack('v.cpio');
  const { stdout } = await run(['verify', `${image}.manifest.json`, tree2, '--json']);
  assert.is(JSON.parse(stdout).level, 'tree');
  const back = await run(['verify', `${tree2}.manifest.json`, image, '--json']);
  assert.is(JSON.parse(back.stdout).level, 'tree', back.stdout);
});

test('a changed blob of a layout is noticed', async () => {
  const image = await pack('damaged', '--format', 'oci');
  const { layer } = readLayout(image);
  const name = `${image}/blobs/sha256/${sha256(layer.bytes).slice(7)}`;
  const bytes = readFileSync(name);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(name, bytes);
  const { status, stdout } = await run(['verify', `${image}.manifest.json`, image]);
  assert.is(status, 1);
  assert.match(stdout, /file +differs .*its index is the same, but not what that names/);
});

test('the original that a rebuilt image is compared with may be a layout in a directory', async () => {
  const image = await pack('against', '--format', 'oci');
  const other = out('other-tree');
  mkdirSync(`${other}/bin`, { recursive: true });
  writeFileSync(`${other}/bin/sh`, PROGRAM);
  const words = ['reproduce', `${image}.manifest.json`, other, '--against', image];
  const { status, stdout, stderr } = await run(words);
  assert.is(status, 1, stderr);
  assert.match(stdout, /not reproduced: a different tree/);
  const none = await run([...words.slice(0, 4), out('nothing')]);
  assert.match(none.stderr, /--against \S*nothing: no such file or image layout\. Name the original/);
});

test('provenance is about the image by which registries know it', async () => {
  const image = await pack('p.oci.tar', '--attest', 'slsa', '--tag', 'app:1');
  const { subject } = JSON.parse(readFileSync(`${image}.slsa.intoto.json`, 'utf8'));
  const { containerImage } = JSON.parse(readFileSync(`${image}.manifest.json`, 'utf8')).image;
  const digests = subject.map((each: { name: string; digest: { sha256: string } }) => [
    each.name,
    `sha256:${each.digest.sha256}`,
  ]);
  const digest = sha256(readFileSync(image));
  const diffId = sha256(readFileSync(await pack('p.tar')));
  assert.equal(digests, [
    ['app:1', containerImage.manifest.digest],
    ['p.oci.tar', digest],
    ['p.oci.tar#layer', containerImage.layer.digest],
    ['p.oci.tar#payload', diffId],
  ]);
});

test('what no image can have is refused before anything is written', async () => {
  assert.match(await refusal('--tag', 'App'), /--tag: invalid value "App", wanted a name in lower case/);
  assert.match(await refusal('--cmd', 'a b'), /--cmd: .*\["a","b"\]/);
  assert.match(await refusal('--entrypoint', '[1]'), /--entrypoint: .*JSON list of texts/);
  assert.match(await refusal('--env', '=x'), /--env: .*NAME=VALUE/);
  assert.match(await refusal('--expose', '0'), /--expose: .*a port from 1 to 65535/);
  assert.match(await refusal('--expose', '80/icmp'), /--expose/);
  assert.match(await refusal('--workdir', 'srv'), /--workdir: .*absolute path/);
  assert.match(await refusal('--user', 'a b'), /--user/);
  assert.match(await refusal('--stop-signal', 'stop'), /--stop-signal/);
  assert.match(await refusal('--stop-signal', '99'), /--stop-signal: invalid value "99"/);
  assert.match(await refusal('--env', 'A B=c'), /--env: invalid value "A B=c"/);
  assert.match(await refusal('--label', 'a=\0'), /--label: .*KEY=VALUE/);
  for (const [option, value] of [
    ['--env', 'A=\ufffd'],
    ['--label', '\ufffd=b'],
    ['--cmd', '\ufffd'],
    ['--cmd', '["\\ud800"]'],
    ['--workdir', '/\ufffd'],
    ['--user', '\ufffd'],
    ['--expose', '\ufffd'],
  ] as const) {
    assert.match(
      await refusal(option, value),
      new RegExp(`${option}: found .*, wanted text in UTF-8\\. The config`),
    );
  }
  assert.match(await refusal('--platform', 'amd64'), /--platform: .*linux\/arm64/);
  assert.match(await refusal('--oci-config', out('none.json')), /--oci-config .*none\.json: no such file/);
  assert.match(await refusal('--segment', out('x')), /none|no such|segment/);
  for (const option of ['--tag', '--cmd', '--user', '--env', '--label']) {
    const value = option === '--env' || option === '--label' ? 'a=b' : 'a';
    const { status, stderr } = await run(['pack', tree, '-o', out('x.cpio'), '-q', option, value]);
    assert.is(status, 2);
    assert.match(stderr, /is only valid for a container image, not for cpio/);
  }
  const layer = await run(['pack', tree, '-o', out('x.tar'), '-q', '--layer-compression', 'zstd']);
  assert.match(layer.stderr, /--layer-compression: is only valid for a container image, not for tar/);
  const stream = await run(['pack', tree, '-o', '-', '--format', 'oci']);
  assert.match(stream.stderr, /standard output: cannot take an image layout/);
});

test('the image is the output whose directory is checked first, and the one that messages name', async () => {
  for (const [name, ...options] of [
    ['none/x.oci.tar'],
    ['none/x', '--format', 'oci'],
    ['none/x.cpio'],
    ['none/x.cpio', '--attest', 'slsa'],
    ['none/x.cpio', '--force'],
    ['none/x.zip', '--ospkg', 'label', '--kernel', '/etc/passwd'],
  ] as const) {
    const { status, stderr } = await run(['pack', tree, '-o', out(name), '-q', ...options]);
    assert.is(status, 2);
    assert.match(stderr, /^stillroot: \S*none\/x[a-z.]*: its directory does not exist\. Create/);
    assert.not.match(stderr, /manifest|json/);
  }
});

test('an empty tree is an archive without entries in every format, and is read again', async () => {
  const empty = out('empty');
  mkdirSync(empty);
  for (const name of ['e.tar', 'e.tar.xz', 'e.tar.zst', 'e.tar.gz', 'e.oci.tar', 'e.cpio', 'e.cpio.zst']) {
    const options = ['-q', ...(name.includes('oci') ? ['--platform', 'linux/amd64'] : [])];
    assert.is((await run(['pack', empty, '-o', out(name), ...options])).status, 0);
    const listed = await run(['list', out(name)]);
    assert.equal([listed.status, listed.stdout, listed.stderr], [0, '', '']);
    assert.is((await run(['diff', empty, out(name)])).status, 0);
    const again = out(`again-${name}`);
    const packed = await run(['pack', out(name), '-o', again, ...options]);
    assert.equal([packed.status, packed.stderr], [0, '']);
    assert.ok(readFileSync(again).equals(readFileSync(out(name))), name);
  }
});

test('a tree without programs needs --platform', async () => {
  const bare = scratch.in('bare');
  mkdirSync(bare);
  copyFileSync(`${tree}/hello`, `${bare}/hello`);
  const { status, stderr } = await run(['pack', bare, '-o', out('bare.oci.tar'), '-q']);
  assert.is(status, 2);
  assert.match(stderr, /no program that tells .* --platform linux\/amd64/);
  await succeed('pack', bare, '-o', out('bare.oci.tar'), '-q', '--platform', 'linux/riscv64');
});

test.run();
