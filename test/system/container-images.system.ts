/** Container images of several makers, flattened, against umoci unpack. */
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ImageFiles,
  imageTar,
  type LayerMember,
  layer,
  ociImage,
} from '../../fixtures/containers/image-bytes.ts';
import { before } from '../support/before.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { unpackMkosi } from '../support/mkosi.ts';
import { findTool, missing, testWhere } from '../support/requires.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';
import { type Listing, listTree } from '../support/tree-listing.ts';

const test = suite('container images of their makers');
const scratch = new Scratch('container-images');
test.after(() => scratch.remove());

const lacking = missing({ root: true, tools: ['umoci', 'skopeo', 'buildah', 'podman', 'busybox'] });
const withoutMirror =
  missing({ tools: ['python3', 'dpkg-deb'] }) ??
  ((await debianMirror('bookworm')) === undefined ? 'apt on this machine knows no archive' : undefined);
const base = scratch.in('base');
const layout = scratch.in('layout');
const storage = ['--root', scratch.in('root'), '--runroot', scratch.in('run'), '--storage-driver', 'vfs'];
const buildah = (...args: string[]): Promise<string> => succeed(['buildah', ...storage, ...args]);
const podman = (...args: string[]): Promise<string> =>
  succeed(['podman', ...storage, '--cgroup-manager', 'cgroupfs', '--events-backend', 'file', ...args]);
const umoci = (...args: string[]): Promise<string> => succeed(['umoci', ...args]);
const skopeo = (...args: string[]): Promise<string> => succeed(['skopeo', 'copy', '-q', ...args]);

before(test, async () => {
  if (lacking !== undefined) return;
  for (const path of ['bin', 'etc/apt/conf.d', 'var/cache/x', 'var/log', 'srv/www']) {
    mkdirSync(`${base}/${path}`, { recursive: true });
  }
  copyFileSync(findTool('busybox') ?? '', `${base}/bin/busybox`);
  linkSync(`${base}/bin/busybox`, `${base}/bin/sh`);
  symlinkSync('busybox', `${base}/bin/ls`);
  for (const path of [
    'etc/passwd',
    'etc/apt/sources',
    'etc/apt/conf.d/1',
    'var/cache/x/y',
    'srv/www/index',
  ]) {
    writeFileSync(`${base}/${path}`, `content of ${path}\n`);
  }
  // A layer of the base, and one that umoci makes from changes: marks, an emptied directory, a file for a directory.
  await umoci('init', '--layout', layout);
  await umoci('new', '--image', `${layout}:1`);
  await umoci('insert', '--image', `${layout}:1`, base, '/');
  const bundle = scratch.in('bundle');
  await umoci('unpack', '--image', `${layout}:1`, bundle);
  change(`${bundle}/rootfs`);
  await umoci('repack', '--image', `${layout}:1`, bundle);
  await umoci('config', '--image', `${layout}:1`, '--config.cmd', '/bin/sh');
  // The same by buildah, in the storage that podman has too.
  const first = (await buildah('from', 'scratch')).trim();
  await buildah('add', '-q', first, base, '/');
  await buildah('commit', '-q', '--timestamp', '1000000000', first, 'one');
  const second = (await buildah('from', 'one')).trim();
  change((await buildah('mount', second)).trim());
  await buildah('umount', second);
  await buildah('commit', '-q', second, 'two');
});

const ZSTD_MAGIC = 0xfd2f_b528;

/** What an upper layer does to the base. */
function change(root: string): void {
  rmSync(`${root}/etc/passwd`);
  rmSync(`${root}/etc/apt`, { recursive: true });
  mkdirSync(`${root}/etc/apt`);
  writeFileSync(`${root}/etc/apt/new`, 'new');
  rmSync(`${root}/srv/www`, { recursive: true });
  writeFileSync(`${root}/srv/www`, 'a file now');
  linkSync(`${root}/bin/busybox`, `${root}/bin/cat`);
  symlinkSync('/etc', `${root}/link`);
}

/** What umoci makes of an image of a layout, without times of directories: it does not restore them all. */
async function unpacked(image: string): Promise<Listing> {
  const bundle = scratch.in('oracle');
  rmSync(bundle, { recursive: true, force: true });
  await umoci('unpack', '--image', image, bundle);
  return withoutTimesOfDirectories(listTree(`${bundle}/rootfs`));
}

async function extracted(image: string, ...args: string[]): Promise<Listing> {
  const directory = scratch.in('extracted');
  rmSync(directory, { recursive: true, force: true });
  const { status, stderr } = await run(['extract', image, '-C', directory, '-q', ...args]);
  assert.is(status, 0, stderr);
  return withoutTimesOfDirectories(listTree(directory));
}

function withoutTimesOfDirectories(listing: Listing): Listing {
  for (const listed of listing.values()) if (listed.type === 'directory') listed.mtime = 0;
  return listing;
}

/** An archive as a layout, which umoci reads. @param from as skopeo names it */
async function asLayout(from: string): Promise<string> {
  const directory = scratch.in('converted');
  rmSync(directory, { recursive: true, force: true });
  await skopeo(from, `oci:${directory}:1`);
  return `${directory}:1`;
}

function check(
  name: string,
  make: () => Promise<readonly [image: string, oracle: string, ...string[]]>,
  alsoLacking?: string,
): void {
  testWhere(test, lacking ?? alsoLacking, name, async () => {
    const [image, oracle, ...args] = await make();
    const wanted = await unpacked(oracle);
    assert.ok(wanted.size > 5, `${wanted.size} entries`);
    assert.equal(await extracted(image, ...args), wanted);
  });
}

check('umoci: repacked, with marks for what is gone', async () => [layout, `${layout}:1`]);

check('skopeo: docker-archive', async () => {
  const archive = scratch.in('docker.tar');
  await skopeo(`oci:${layout}:1`, `docker-archive:${archive}:example:1`);
  return [archive, `${layout}:1`];
});

check('skopeo: oci-archive with layers of zstd', async () => {
  const archive = scratch.in('zstd.oci.tar');
  const zstd = scratch.in('zstd');
  await skopeo('--dest-compress', '--dest-compress-format', 'zstd', `oci:${layout}:1`, `oci:${zstd}:1`);
  await succeed(['tar', '-C', zstd, '-cf', archive, '.']);
  const blobs = readdirSync(`${zstd}/blobs/sha256`).map((name) =>
    readFileSync(`${zstd}/blobs/sha256/${name}`),
  );
  assert.is(blobs.filter((bytes) => bytes.readUInt32LE(0) === ZSTD_MAGIC).length, 2);
  return [archive, `${layout}:1`];
});

check('buildah commit: two layers, the upper one by its differences', async () => {
  const directory = scratch.in('committed');
  await buildah('push', '-q', 'two', `oci:${directory}:1`);
  return [directory, `${directory}:1`];
});

check('buildah build: a layer for each step, as docker-archive', async () => {
  const context = scratch.in('context');
  mkdirSync(context);
  await succeed(['cp', '-a', base, `${context}/base`]);
  const steps = [
    'FROM scratch',
    'COPY base /',
    'RUN ["/bin/busybox", "mkdir", "-p", "/opt/a/b"]',
    'RUN ["/bin/busybox", "rm", "-r", "/etc/apt"]',
    'RUN ["/bin/busybox", "mkdir", "/etc/apt"]',
    'RUN ["/bin/busybox", "ln", "/etc/passwd", "/etc/passwd-"]',
    'RUN ["/bin/busybox", "chmod", "700", "/var/log"]',
    'CMD ["/bin/sh"]',
  ];
  writeFileSync(`${context}/Dockerfile`, `${steps.join('\n')}\n`);
  await buildah('bud', '-q', '--isolation', 'chroot', '--layers', '-t', 'built', context);
  const archive = scratch.in('built.tar');
  await buildah('push', '-q', 'built', `docker-archive:${archive}:built:1`);
  return [archive, await asLayout(`docker-archive:${archive}`)];
});

check('podman save: several images in one archive, one chosen by its name', async () => {
  const one = (await buildah('from', 'scratch')).trim();
  await buildah('add', '-q', one, `${base}/etc`, '/etc');
  await buildah('commit', '-q', one, 'localhost/other:1');
  const archive = scratch.in('several.tar');
  await podman('save', '-q', '-m', '-o', archive, 'localhost/two:latest', 'localhost/other:1');
  const none = await run(['list', archive]);
  assert.is(none.status, 2);
  assert.match(
    none.stderr,
    /holds 2 images, and one must be chosen: .*(?:two:latest.*other:1|other:1.*two:latest)/s,
  );
  return [
    archive,
    await asLayout(`docker-archive:${archive}:localhost/two:latest`),
    '--image',
    'localhost/two:latest',
  ];
});

check('podman save: oci-archive', async () => {
  const archive = scratch.in('podman.oci.tar');
  await podman('save', '-q', '--format', 'oci-archive', '-o', archive, 'localhost/two:latest');
  return [archive, await asLayout(`oci-archive:${archive}`)];
});

// Its script oci-image.sh writes such an archive; of one that it made (0.18, 6,660 entries) the tree is the same, too.
check('as debuerreotype does it: blobs are links to files beside them', async () => {
  const linked = scratch.in('linked');
  await succeed(['cp', '-a', layout, linked]);
  for (const name of readdirSync(`${linked}/blobs/sha256`)) {
    renameSync(`${linked}/blobs/sha256/${name}`, `${linked}/blobs/${name}.blob`);
    symlinkSync(`../${name}.blob`, `${linked}/blobs/sha256/${name}`);
  }
  const archive = scratch.in('linked.oci.tar');
  await succeed(['tar', '-C', linked, '-cf', archive, '.']);
  return [archive, `${layout}:1`];
});

check(
  'mkosi 27: Format=oci, whose image has no name',
  async () => {
    const mkosi = await unpackMkosi(scratch, 'unstable');
    const work = scratch.in('mkosi');
    const tree = `${work}/tree`;
    mkdirSync(`${tree}/usr/lib`, { recursive: true });
    await succeed(['cp', '-a', `${base}/.`, tree]);
    writeFileSync(`${tree}/usr/lib/os-release`, 'ID=example\n');
    const lines = [
      ...['[Distribution]', 'Distribution=custom'],
      ...['[Output]', 'Format=oci', 'Output=image', 'OutputDirectory=out'],
      ...['[Content]', 'BaseTrees=tree', 'Bootable=no', 'SourceDateEpoch=1700000000'],
    ];
    writeFileSync(`${work}/mkosi.conf`, `${lines.join('\n')}\n`);
    await mkosi.run(['build'], { cwd: work, env: { PATH: process.env.PATH, HOME: work } });
    return [`${work}/out/image`, await asLayout(`oci:${work}/out/image`)];
  },
  withoutMirror,
);

function write(files: ImageFiles): string {
  const directory = scratch.in('by-hand');
  rmSync(directory, { recursive: true, force: true });
  for (const [path, bytes] of files) {
    mkdirSync(dirname(`${directory}/${path}`), { recursive: true });
    writeFileSync(`${directory}/${path}`, bytes);
  }
  return directory;
}

check('by hand: marks, links among directories, a directory for a file', async () => {
  const files = ociImage(
    [
      layer(
        ['usr/'],
        ['usr/lib/'],
        ['usr/lib/a', 'a'],
        ['usr/lib/b', 'b'],
        ['lib', '->usr/lib'],
        ['f', 'f'],
        ['d/'],
        ['d/x', 'x'],
      ),
      layer(['lib/c', 'c'], ['lib/.wh.a'], ['f/'], ['f/y', 'y'], ['d', 'file'], ['g', '=>lib/b']),
      layer(['usr/lib/.wh..wh..opq'], ['usr/lib/new', 'new'], ['f/'], ['missing/parent', '1']),
    ],
    { names: ['1'] },
  );
  const archive = scratch.in('by-hand.tar');
  writeFileSync(archive, imageTar(files));
  return [archive, `${write(files)}:1`];
});

const NAMES = ['a', 'b', 'c'];
const path = fc
  .array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 })
  .map((names) => names.join('/'));
/** Hard links lead to files that were named before; see `resolved`. */
const member: fc.Arbitrary<LayerMember> = fc.oneof(
  { weight: 3, arbitrary: path.map((at): LayerMember => [`${at}/`]) },
  { weight: 4, arbitrary: fc.tuple(path, fc.nat(99)).map(([at, n]): LayerMember => [at, `text ${n}`]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(path, fc.constantFrom('a', '/b', '../c', 'b/c', '/'))
      .map(([at, to]): LayerMember => [at, `->${to}`]),
  },
  { weight: 1, arbitrary: fc.tuple(path, fc.nat(9)).map(([at, n]): LayerMember => [at, `=>${n}`]) },
  { weight: 1, arbitrary: path.map((at): LayerMember => [at.replace(/[^/]*$/, '.wh.$&')]) },
  { weight: 1, arbitrary: path.map((at): LayerMember => [`${at}/.wh..wh..opq`]) },
);

/** The layers with marks first, as builders write them, and hard links to files that some layer has. */
function resolved(layers: readonly (readonly LayerMember[])[]): LayerMember[][] {
  const files = layers.flat().flatMap(([name, text = '']) => (text.startsWith('text') ? [name] : []));
  return layers.map((members) =>
    [...members]
      .sort(([x], [y]) => Number(y.includes('.wh.')) - Number(x.includes('.wh.')))
      .flatMap(([name, text = '']): LayerMember[] => {
        if (!text.startsWith('=>')) return [[name, text]];
        const target = files[Number(text.slice(2)) % Math.max(1, files.length)];
        return target === undefined || target === name ? [] : [[name, `=>${target}`]];
      }),
  );
}

testWhere(
  test,
  lacking,
  'any layers: what umoci unpacks, or refuses, is what we read, or refuse',
  async () => {
    let [read, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(member, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }),
        async (layers) => {
          const directory = write(
            ociImage(
              resolved(layers).map((each) => layer(...each)),
              { names: ['1'] },
            ),
          );
          const wanted = await unpacked(`${directory}:1`).catch(() => undefined);
          if (wanted === undefined) {
            refused += 1;
            const out = scratch.in('refused');
            rmSync(out, { recursive: true, force: true });
            assert.is((await run(['extract', directory, '-C', out, '-q'])).status, 2);
            return;
          }
          read += 1;
          assert.equal(await extracted(directory), wanted);
        },
      ),
      { numRuns: 60 },
    );
    assert.ok(read > 10, `${read} read, ${refused} refused`);
  },
);

testWhere(test, lacking, 'diff of an image and what umoci made of it: equal after the rules', async () => {
  const bundle = scratch.in('oracle');
  await unpacked(`${layout}:1`);
  const { stdout } = await run(['diff', `${bundle}/rootfs`, layout, '--json']);
  assert.is((JSON.parse(stdout) as { proof: { equal: boolean } }).proof.equal, true);
  assert.ok(readdirSync(bundle).length > 0);
});

test.run();
