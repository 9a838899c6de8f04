// Container images, taken by the programs of others: skopeo, umoci, podman, containerd.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { awkwardTree } from '../../fixtures/awkward.ts';
import { materialize } from '../../fixtures/materialize.ts';
import { before } from '../support/before.ts';
import { afterPacking } from '../support/expected-listing.ts';
import { missing, testWhere } from '../support/requires.ts';
import { runCliJson } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { compareListings, type Listing, listTree } from '../support/tree-listing.ts';

const test = suite('container output');
const NEEDS = missing({ root: true, tools: ['skopeo', 'umoci', 'podman', 'containerd', 'ctr', 'busybox'] });
const asRoot = (name: string, body: () => Promise<void>): void => testWhere(test, NEEDS, name, body);
// tmpfs holds every date that the awkward tree has.
const scratch = new Scratch('container-output', '/dev/shm');
const tree = scratch.in('tree');
const RAW = ['--skip', '**', '--source-date-epoch', '1700000000', '--platform', 'linux/amd64'];
const PATH_MAX = 3500;
let expected: Listing;

before(test, () => {
  if (NEEDS !== undefined) return;
  // These programs name files by whole paths, to which they add a directory of their own.
  const specs = awkwardTree().filter(({ path }) => path.length < PATH_MAX);
  materialize(tree, specs, { outside: scratch.in('outside') });
  expected = listTree(tree);
});
test.after(() => scratch.remove());

interface Packed {
  readonly containerImage: {
    readonly manifest: { readonly digest: string };
    readonly config: { readonly digest: string };
    readonly layer: { readonly digest: string };
  };
  readonly digests: { readonly payload: string; readonly file: string };
}

async function pack(name: string, ...options: string[]): Promise<Packed> {
  return (await runCliJson(['pack', tree, '-o', scratch.in(name), ...RAW, ...options])) as Packed;
}

interface Inspected {
  readonly rootfs: { readonly diff_ids: readonly string[] };
  readonly config: Readonly<Record<string, unknown>>;
}
const inspect = async (image: string): Promise<Inspected> =>
  JSON.parse(await succeed(['skopeo', 'inspect', '--config', image]));

for (const layer of ['gzip', 'none'] as const) {
  asRoot(`umoci unpacks the tree that was packed, from a layer with ${layer}`, async () => {
    await pack(`layout-${layer}`, '--format', 'oci', '--layer-compression', layer, '--tag', 'app:1');
    const bundle = scratch.in(`bundle-${layer}`);
    await succeed(['umoci', 'unpack', '--image', `${scratch.in(`layout-${layer}`)}:app:1`, bundle]);
    const found = listTree(`${bundle}/rootfs`);
    const wanted = afterPacking(expected, { epoch: 1_700_000_000, earliest: Number.NEGATIVE_INFINITY });
    assert.equal(compareListings(found, wanted), []);
  });
}

asRoot('skopeo converts it to docker save and back, with the same layers and settings', async () => {
  const options = ['--cmd', '/bin/sh', '--env', 'A=1', '--label', 'k=v', '--expose', '80', '--tag', 'app:1'];
  // Docker's manifests have no layers with zstd, says skopeo.
  for (const layer of ['gzip', 'none']) {
    const name = `${layer}.oci.tar`;
    const { digests } = await pack(name, '--layer-compression', layer, ...options);
    const image = `oci-archive:${scratch.in(name)}`;
    const saved = `docker-archive:${scratch.in(`${layer}.docker.tar`)}`;
    const back = `oci:${scratch.in(`${layer}.back`)}:app`;
    await succeed(['skopeo', 'copy', '-q', image, saved]);
    await succeed(['skopeo', 'copy', '-q', saved, back]);
    const [first, last] = [await inspect(image), await inspect(back)];
    assert.equal(first.rootfs.diff_ids, [`sha256:${digests.payload}`]);
    assert.equal(last.rootfs.diff_ids, first.rootfs.diff_ids);
    assert.equal(last.config, first.config);
    assert.equal(first.config.Cmd, ['/bin/sh']);
    // The same file is one of docker save, for versions of Docker that know no layouts.
    assert.equal(await inspect(`docker-archive:${scratch.in(name)}`), first);
  }
});

asRoot('podman loads it under its name, with the digest that the manifest records', async () => {
  const { containerImage } = await pack('podman.oci.tar', '--tag', 'tester:1.0');
  const podman = [
    'podman',
    '--storage-driver',
    'vfs',
    '--root',
    scratch.in('root'),
    '--runroot',
    scratch.in('run'),
  ];
  await succeed([...podman, 'load', '-q', '-i', scratch.in('podman.oci.tar')]);
  const listed = await succeed([
    ...podman,
    'images',
    '--no-trunc',
    '--format',
    '{{.Repository}}:{{.Tag}} {{.Id}}',
  ]);
  assert.match(
    listed,
    new RegExp(`/tester:1\\.0 ${containerImage.config.digest.replace('sha256:', '(?:sha256:)?')}`),
  );
});

asRoot('containerd imports it under its full name, and unpacks it', async () => {
  const { containerImage } = await pack('containerd.oci.tar', '--tag', 'tester:1.0');
  const home = scratch.in('containerd');
  mkdirSync(home);
  // The daemon ends with the shell.
  const script = [
    'containerd --root "$1/root" --state "$1/state" --address "$1/socket" --log-level error >"$1/log" 2>&1 &',
    'trap "kill $!; wait" EXIT',
    'for _ in $(seq 200); do ctr -a "$1/socket" version >/dev/null 2>&1 && break; sleep 0.1; done',
    'ctr -a "$1/socket" images import --snapshotter native "$2" >&2',
    'ctr -a "$1/socket" images ls',
  ].join('\n');
  const listed = await succeed(['sh', '-c', script, 'sh', home, scratch.in('containerd.oci.tar')]);
  assert.match(listed, new RegExp(`/library/tester:1\\.0 .*${containerImage.manifest.digest}`));
});

asRoot('one image has one digest, whoever makes it and where', async () => {
  const plain = await pack('one.oci.tar', '--tag', 'app');
  const other = scratch.in('elsewhere');
  mkdirSync(other);
  const env = { ...process.env, TZ: 'Asia/Kathmandu', LC_ALL: 'C.UTF-8', HOME: other, TMPDIR: other };
  const again = (await runCliJson(['pack', tree, '-o', 'two.oci.tar', ...RAW, '--tag', 'app', '-j', '1'], {
    ...{ cwd: other, env, wrapper: ['prlimit', '--nofile=64', 'sh', '-c', 'umask 077; exec "$@"', 'sh'] },
  })) as Packed;
  assert.is(again.digests.file, plain.digests.file);
  assert.ok(readFileSync(scratch.in('one.oci.tar')).equals(readFileSync(`${other}/two.oci.tar`)));
  assert.equal(
    readdirSync(other).filter((name) => name.startsWith('.')),
    [],
  );
});

test.run();
