// Every verb that reads a tree takes a container image.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ImageFiles,
  type ImageLies,
  imageParts,
  imageTar,
  layer,
  layout,
  ociImage,
  savedImage,
} from '../../fixtures/containers/image-bytes.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('cli container images');
const scratch = new Scratch('cli-container-images');
test.after(() => scratch.remove());

const LAYERS = [
  layer(
    ['etc/'],
    ['etc/hostname', 'builder'],
    ['etc/old', 'old'],
    ['var/'],
    ['var/log/'],
    ['var/log/x.log', 'x'],
  ),
  layer(
    ['etc/.wh.old'],
    ['etc/hostname', 'other'],
    ['srv/'],
    ['srv/file', 'content'],
    ['srv/again', '=>srv/file'],
  ),
];
const HISTORY = [
  { created_by: 'ADD rootfs.tar' },
  { created_by: 'ENV A=1', empty_layer: true },
  { created_by: 'RUN rm /etc/old' },
];
const image = scratch.in('image.tar');
const directory = scratch.in('layout');
const saved = scratch.in('saved.tar');
/** The tree that the layers make, unpacked. */
const tree = scratch.in('tree');

function write(path: string, files: ImageFiles): void {
  writeFileSync(path, imageTar(files));
}

before(test, async () => {
  const files = ociImage(LAYERS, { config: { history: HISTORY }, names: ['1.0'] });
  write(image, files);
  write(saved, savedImage(LAYERS));
  for (const [path, bytes] of files) {
    mkdirSync(dirname(`${directory}/${path}`), { recursive: true });
    writeFileSync(`${directory}/${path}`, bytes);
  }
  assert.is((await run(['extract', image, '-C', tree])).status, 0);
});

async function json(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr, status } = await run([...args, '--json']);
  assert.ok(status < 2, stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('extract writes what the layers make', () => {
  assert.is(readFileSync(`${tree}/etc/hostname`, 'utf8'), 'other');
  assert.is(readFileSync(`${tree}/srv/again`, 'utf8'), 'content');
  assert.throws(() => readFileSync(`${tree}/etc/old`), /ENOENT/);
});

test('pack gives the archive of the tree, whatever form the image has', async () => {
  const archives: Buffer[] = [];
  for (const source of [tree, image, directory, saved]) {
    const output = scratch.in('out.cpio');
    const { status, stderr } = await run(['pack', source, '-o', output, '--owner', 'root', '-q', '-f']);
    assert.is(status, 0, stderr);
    archives.push(readFileSync(output));
  }
  for (const each of archives) assert.ok(each.equals(archives[0] as Buffer));
});

test('list shows the tree, each entry with its layer, and the files with --no-image', async () => {
  const names = async (...args: string[]): Promise<string[]> =>
    ((await json('list', ...args)).entries as { path: string; segment: number }[]).map(
      ({ path, segment }) => `${segment} ${path}`,
    );
  const all = [
    '0 etc',
    '1 etc/hostname',
    '1 srv',
    '1 srv/again',
    '1 srv/file',
    '0 var',
    '0 var/log',
    '0 var/log/x.log',
  ];
  for (const source of [image, directory, saved]) assert.equal(await names(source), all, source);
  assert.equal(
    await names(image, 'srv'),
    all.filter((each) => each.includes('srv')),
  );
  const files = await names(image, '--no-image');
  assert.ok(files.includes('0 index.json') && !files.includes('0 etc'));
  const { stdout } = await run(['list', image, '--format', 'mtree']);
  assert.match(stdout, /\.\/etc\/hostname type=file .*size=5/);
  const directoryOnly = await run(['list', tree]);
  assert.is(directoryOnly.status, 2);
  assert.match(directoryOnly.stderr, /is a directory, not a file/);
});

test('list does not wait for the end of an archive that is none', async () => {
  const cut = scratch.in('cut.tar');
  const whole = layer(['etc/'], ['etc/a', 'x'.repeat(600)], ['etc/b', 'b']).tar;
  writeFileSync(cut, whole.subarray(0, 1600));
  const { status, stdout, stderr } = await run(['list', cut]);
  assert.is(status, 2);
  assert.match(stdout, /etc\/a\n/);
  assert.match(stderr, /cut short/);
  // Nor does it lose what it held back.
  writeFileSync(cut, layer(['index.json', '{}'], ['b', 'x'.repeat(600)]).tar.subarray(0, 1900));
  assert.match((await run(['list', cut])).stdout, /index\.json\n/);
});

test('check and rules explain read it, and packages too', async () => {
  const found = await json('check', image);
  assert.match(JSON.stringify(found), /common\/logs/);
  const explained = await run(['rules', 'explain', image, 'var/log/x.log']);
  assert.is(explained.status, 0, explained.stderr);
  assert.is((await run(['packages', image])).status, 0);
});

test('with --no-image it is a tree of files, with a warning', async () => {
  const { status, stderr, stdout } = await run(['check', image, '--no-image']);
  assert.ok(status < 2, stderr);
  assert.match(stdout + stderr, /belongs to a container image/);
});

test('a manifest keeps which image was chosen, and reproduce chooses it again', async () => {
  const several = scratch.in('several.tar');
  write(
    several,
    layout([
      imageParts(LAYERS, { names: ['a'], platform: ['linux', 'amd64'] }),
      imageParts(LAYERS.slice(0, 1), { names: ['b'], platform: ['linux', 'arm64'] }),
    ]),
  );
  const output = scratch.in('chosen.cpio');
  const none = await run(['pack', several, '-o', output]);
  assert.is(none.status, 2);
  assert.match(
    none.stderr,
    /holds 2 images, and one must be chosen: @0 a \(linux\/amd64\); @1 b \(linux\/arm64\)/,
  );
  const { status, stderr } = await run([
    'pack',
    several,
    '-o',
    output,
    '--image',
    'b',
    '--platform',
    'linux/arm64',
    '-q',
  ]);
  assert.is(status, 0, stderr);
  const manifest = `${output}.manifest.json`;
  const { settings } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    settings: { effective: Record<string, unknown> };
  };
  assert.equal([settings.effective.image, settings.effective.platform], ['b', 'linux/arm64']);
  const again = await json('reproduce', manifest, several);
  assert.is(again.level, 'file');
});

interface Cluster {
  readonly cause: string;
  readonly fields: string[];
  readonly paths: string[];
  readonly layers?: {
    readonly side: string;
    readonly layer: number;
    readonly isRemoval: boolean;
    readonly createdBy: string | null;
  }[];
  readonly example: { readonly lines: string[] } | null;
}

function changed(lies: ImageLies = {}): string {
  const path = scratch.in('changed.tar');
  const upper = layer(['etc/.wh.hostname'], ['srv/new', 'new']);
  write(
    path,
    ociImage([...LAYERS, upper], {
      config: { history: [...HISTORY, { created_by: 'RUN \x1b[2J' }], config: { Cmd: ['x'] } },
      ...lies,
    }),
  );
  return path;
}

test('diff compares configuration and history, and names the layers of what differs', async () => {
  const document = await json('diff', image, changed());
  const clusters = document.clusters as Cluster[];
  const of = (path: string): Cluster | undefined => clusters.find(({ paths }) => paths.includes(path));
  assert.equal(
    of('etc/hostname')?.layers?.map(({ side, layer: at, isRemoval, createdBy }) => [
      side,
      at,
      isRemoval,
      createdBy,
    ]),
    [
      ['a', 2, false, 'RUN rm /etc/old'],
      ['b', 3, true, 'RUN \\x1b[2J'],
    ],
  );
  assert.equal(
    of('srv/new')?.layers?.map(({ side, layer: at }) => [side, at]),
    [['b', 3]],
  );
  const parts = clusters.filter(({ cause }) => cause === 'container-image').map(({ fields }) => fields[0]);
  assert.equal(parts, ['image-config', 'image-history', 'image-layers']);
  const { image: facts } = document.a as { image: { names: string[]; layers: unknown[] } };
  assert.equal([facts.names, facts.layers.length], [['1.0'], 2]);
});

test('reports of diff name layers in every form, without anything that a terminal acts on', async () => {
  const reports = ['md', 'html', 'diffoscope'].map((kind) => [kind, scratch.in(`report.${kind}`)] as const);
  const { status, stdout } = await run([
    ...['diff', image, changed()],
    ...reports.flatMap(([kind, file]) => ['--report', `${kind}=${file}`]),
  ]);
  assert.is(status, 1);
  const texts = [stdout.replace(/\s+/g, ' '), ...reports.map(([, file]) => readFileSync(file, 'utf8'))];
  for (const text of texts) {
    assert.match(text, /B: removed by layer 3 of 3, sha256:[0-9a-f]{12}, made by RUN/);
    assert.match(text, /Cmd: \[/);
    assert.not.match(text, /\x1b/);
  }
});

test('two images of one tree in other layers are equal after the rules, but not the same', async () => {
  const flat = scratch.in('flat.tar');
  write(
    flat,
    ociImage([
      layer(
        ['etc/'],
        ['etc/hostname', 'other'],
        ['srv/'],
        ['srv/again', 'content'],
        ['srv/file', '=>srv/again'],
        ['var/'],
        ['var/log/'],
        ['var/log/x.log', 'x'],
      ),
    ]),
  );
  const document = await json('diff', image, flat);
  assert.is(document.same, false);
  assert.is((document.proof as { equal: boolean }).equal, true);
  const title = (document.clusters as { title: string }[]).map((each) => each.title);
  assert.ok(title.includes('the same tree, in different layers'), title.join());
  const same = await json('diff', image, directory);
  assert.is(same.same, true);
});

test('diff of an image and a tree says what was not compared', async () => {
  const { notCompared } = await json('diff', tree, image);
  assert.ok((notCompared as string[]).includes('configuration and history: side A is no container image'));
  const named = await run(['diff', tree, image, '--image', '1.0', '-q']);
  assert.ok(named.status < 2, named.stderr);
  const neither = await run(['diff', tree, tree, '--image', '1.0', '--examples', '0', '-q']);
  assert.is(neither.status, 2);
  assert.match(neither.stderr, /neither side is a container image/);
});

test('diff chooses an image for both sides, or one for each, of one file or two', async () => {
  const several = scratch.in('two.tar');
  write(
    several,
    layout([
      imageParts(LAYERS, { names: ['1.0'], platform: ['linux', 'amd64'] }),
      imageParts(LAYERS.slice(0, 1), { names: ['2.0'], platform: ['linux', 'arm64'] }),
    ]),
  );
  const names = async (...options: string[]): Promise<unknown[]> => {
    const document = await json('diff', several, ...options);
    const side = (name: string): unknown =>
      (document[name] as { image?: { names: string[] } | null }).image?.names ?? null;
    return [document.same, side('a'), side('b')];
  };
  const images = ['--image', '1.0', '--image', '2.0'];
  // The bytes of the files are the same, and the images are not.
  assert.equal(await names(several, ...images), [false, ['1.0'], ['2.0']]);
  const platforms = ['--platform', 'linux/arm64', '--platform', 'linux/amd64'];
  assert.equal(await names(several, ...platforms), [false, ['2.0'], ['1.0']]);
  assert.equal((await names(several, '--image', '2.0'))[0], true);
  assert.equal(await names(image, '--image', '2.0', '--image', '1.0'), [false, ['2.0'], ['1.0']]);
  assert.equal((await names(image, '--image', '1.0')).slice(1), [['1.0'], ['1.0']]);
  assert.equal(await names(tree, '--image', '2.0'), [false, ['2.0'], null]);
  assert.equal((await names(several, '--no-image', '--image', '2.0'))[1], null);
  const report = await run(['diff', several, several, ...images]);
  assert.match(report.stdout, /A \S+two\.tar \(1\.0\).*\n *B \S+two\.tar \(2\.0\)/);
  for (const [options, wanted] of [
    [[tree, ...images], /tree: is not a container image, so it has no image "2\.0"/],
    [
      [several, ...images, '--image', '3'],
      /--image: was given 3 times\. Give it once for both sides, or twice/,
    ],
    [[several, '--image', '1.0', '--image', '3'], /no image is called "3"/],
    [[several, '--platform', 'x', '--platform', 'linux/amd64'], /--platform/],
  ] as const) {
    const { status, stderr } = await run(['diff', several, ...options, '-q']);
    assert.is(status, 2);
    assert.match(stderr, wanted);
  }
});

test('finalize writes an image for the platform that is named', async () => {
  const [root, output] = [scratch.in('finalized'), scratch.in('finalized.oci.tar')];
  assert.is((await run(['extract', image, '-C', root, '-q'])).status, 0);
  const args = [
    'finalize',
    root,
    '--archive',
    basename(output),
    '--platform',
    'linux/aarch64',
    '-q',
    '--no-manifest',
  ];
  const { status, stderr } = await run(args, { env: { OUTPUTDIR: dirname(output) } });
  assert.is(status, 0, stderr);
  assert.is((await run(['list', output, '--platform', 'linux/arm64'])).status, 0);
  assert.match((await run(['list', output, '--platform', 'linux/amd64'])).stderr, /\(linux\/arm64\)/);
});

test('--platform must be one', async () => {
  const { status, stderr } = await run(['list', image, '--platform', 'arm64']);
  assert.is(status, 2);
  assert.match(stderr, /--platform: invalid value "arm64", wanted OS\/ARCHITECTURE/);
});

test('a compressed archive of an image, and one layer of it alone', async () => {
  const packed = scratch.in('image.tar.gz');
  writeFileSync(packed, gzipSync(readFileSync(image)));
  assert.is((await json('diff', image, packed)).same, true);
  const alone = scratch.in('layer.tar');
  writeFileSync(alone, LAYERS[1]?.tar ?? '');
  const { stdout, stderr } = await run(['check', alone]);
  assert.match(stdout + stderr, /deletion marks of a container layer/);
  rmSync(alone);
});

test.run();
