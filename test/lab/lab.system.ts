// The lab as root: stillroot is deterministic under every variation; other packers and leaks are caught as expected.
import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { materialize } from '../../fixtures/materialize.ts';
import { readSlice } from '../../fixtures/read-slice.ts';
import { before } from '../support/before.ts';
import { missing, testWhere } from '../support/requires.ts';
import { runCli } from '../support/run-cli.ts';
import { Scratch } from '../support/temporary.ts';
import { leakyOption } from './in-lab.ts';

const test = suite('lab as root');
const lacking = missing({
  root: true,
  tools: [
    'unshare',
    'mount',
    'mkfs.ext4',
    'mkfs.btrfs',
    'btrfs',
    'setfattr',
    'faketime',
    'setpriv',
    'script',
    'cpio',
    'bsdcpio',
    'bsdtar',
    'xz',
    'gzip',
    'zstd',
    'buildah',
    'umoci',
  ],
});
const asRoot = (name: string, body: () => void | Promise<void>): void => testWhere(test, lacking, name, body);
const scratch = new Scratch('lab-system', '/var/tmp');
const tree = scratch.in('tree');

interface Document {
  readonly dimensions: readonly {
    readonly id: string;
    readonly equality: string;
    readonly ran: boolean;
    readonly skipped: string | null;
    readonly noEffect: string | null;
    readonly differs: readonly string[];
  }[];
  readonly packers: readonly {
    readonly name: string;
    readonly version: Readonly<Record<string, string>>;
    readonly holdsStill: boolean;
    readonly distinctRaw: number;
    readonly distinctCompressed: number;
    readonly splitBy: readonly string[];
    readonly because: readonly string[];
    readonly failedOn: readonly string[];
    readonly lossy: boolean;
    readonly cells: readonly { readonly dimension: string; readonly outcome: string }[];
    readonly together: { readonly outcome: string } | null;
  }[];
  readonly together: readonly string[];
}

async function bench(...args: string[]): Promise<Document> {
  const { status, text, stderr } = await runCli(
    ['bench', tree, '--json', '--scratch', scratch.path, ...args],
    {
      timeout: 500_000,
    },
  );
  assert.ok(status === 0 || status === 1, `${status}: ${stderr}${text.slice(0, 2000)}`);
  return JSON.parse(text) as Document;
}

function packer({ packers }: Document, name: string): Document['packers'][number] {
  const found = packers.find((each) => each.name === name);
  assert.ok(found, name);
  return found as Document['packers'][number];
}

before(test, () => {
  if (lacking === undefined) materialize(tree, readSlice('first'));
});
test.after(() => scratch.remove());

asRoot('stillroot: one archive and one file, over everything that can be varied here', async () => {
  const found = await bench('--packers', 'stillroot');
  const wrong = found.dimensions.filter(({ noEffect }) => noEffect !== null);
  assert.equal(wrong, [], 'self-checks that are false');
  const ran = found.dimensions.filter((each) => each.ran && each.equality === 'required');
  const skipped = found.dimensions.filter((each) => !each.ran).map(({ id, skipped: why }) => `${id}: ${why}`);
  assert.ok(ran.length >= 65, `${ran.length} ran; ${skipped.join('; ')}`);
  assert.ok(found.together.length >= 30, found.together.join());
  const { distinctRaw, distinctCompressed, splitBy, failedOn, lossy, holdsStill, cells, together } = packer(
    found,
    'stillroot',
  );
  const failures = cells.filter(({ outcome }) => outcome === 'failed');
  assert.equal(failures, [], 'what stillroot fails under');
  assert.equal([splitBy, failedOn, lossy], [[], [], false]);
  assert.equal([distinctRaw, distinctCompressed, holdsStill], [1, 1, true]);
  assert.is(together?.outcome, 'same');
  const content = found.dimensions
    .filter((each) => each.ran && each.equality === 'changes')
    .map(({ id }) => id);
  assert.is(content.length, 4);
  for (const { dimension, outcome } of cells)
    if (content.includes(dimension)) assert.is(outcome, 'follows', dimension);
});

const CHOSEN = [
  ...[
    'tree/made-again',
    'tree/inode-numbers',
    'tree/device-number',
    'tree/name-order',
    'tree/ext4',
    'tree/btrfs',
    'tree/link-counts-of-files',
  ],
  ...[
    'tool/one-thread',
    'process/umask',
    'process/collation',
    'process/clock',
    'process/host-name',
    'process/user',
    'process/home',
  ],
];
const dimensions = CHOSEN.flatMap((id) => ['--dimension', id]);

asRoot('peers split where they are known to', async () => {
  const names = [
    'cpio',
    'cpio-reproducible',
    'bsdcpio',
    'osbuild',
    'openembedded',
    'cpio-xz',
    'bsdtar-twice',
  ];
  const found = await bench(...dimensions, ...names.flatMap((name) => ['--packers', name]));
  const split = (name: string): readonly string[] => packer(found, name).splitBy;
  for (const id of ['tree/inode-numbers', 'tree/device-number', 'tree/name-order'])
    assert.ok(split('cpio').includes(id), id);
  // Directories on btrfs count one link; 2.14 leaves the count out with --reproducible.
  const reproducible = packer(found, 'cpio-reproducible');
  const [, minor = 0] = (reproducible.version.cpio ?? '').split('.').map(Number);
  assert.is(reproducible.splitBy.includes('tree/btrfs'), minor < 14, `cpio ${reproducible.version.cpio}`);
  if (minor < 14) assert.ok(reproducible.because.includes('link counts of directories'));
  assert.not(reproducible.splitBy.includes('tree/inode-numbers'));
  assert.ok(split('bsdcpio').includes('tree/inode-numbers'));
  assert.ok(split('osbuild').includes('tree/name-order'));
  assert.not(split('cpio-reproducible').includes('tree/name-order'));
  assert.ok(split('openembedded').includes('process/collation'));
  // The same archive, compressed in one block and in several.
  const xz = packer(found, 'cpio-xz').cells.find(({ dimension }) => dimension === 'tool/one-thread');
  assert.is(xz?.outcome, 'compressed');
  assert.ok(packer(found, 'bsdtar-twice').lossy, 'hard links are lost');
  for (const name of ['cpio', 'cpio-reproducible', 'bsdcpio', 'osbuild'])
    assert.not(packer(found, name).lossy, name);
});

asRoot('tar and container images: ours stay the same, peers split where they are known to', async () => {
  const varied = ['tree/name-order', 'tree/times-of-files', 'process/umask', 'content/one-byte'];
  const own = ['stillroot-cpio.zst', 'stillroot-tar.gz', 'stillroot-oci.tar'];
  const peers = ['gnu-tar-uncompressed', 'gnu-tar-plain', 'mkosi-tar', 'buildah', 'buildah-layout', 'umoci'];
  const found = await bench(
    ...varied.flatMap((id) => ['--dimension', id]),
    ...[...own, ...peers].flatMap((name) => ['--packers', name]),
  );
  const outcomes = (name: string): Record<string, string> =>
    Object.fromEntries(packer(found, name).cells.map(({ dimension, outcome }) => [dimension, outcome]));
  const same = {
    'tree/name-order': 'same',
    'tree/times-of-files': 'same',
    'process/umask': 'same',
    'content/one-byte': 'follows',
  };
  for (const name of own) {
    const { holdsStill, distinctRaw, distinctCompressed, lossy, together } = packer(found, name);
    assert.equal([holdsStill, distinctRaw, distinctCompressed, lossy], [true, 1, 1, false], name);
    assert.is(together?.outcome, 'same', name);
    assert.equal(outcomes(name), same, name);
  }
  assert.equal(outcomes('gnu-tar-uncompressed'), same);
  assert.equal(packer(found, 'gnu-tar-plain').splitBy, ['tree/name-order', 'tree/times-of-files']);
  assert.equal(packer(found, 'mkosi-tar').splitBy, ['tree/name-order']);
  // The files in the archive are as new as itself, though the image is the same.
  assert.equal([packer(found, 'buildah').distinctRaw, packer(found, 'buildah').holdsStill], [1, false]);
  assert.ok(packer(found, 'buildah').distinctCompressed > 1);
  assert.equal(outcomes('buildah-layout'), same);
  assert.not(packer(found, 'buildah-layout').lossy);
  assert.ok(packer(found, 'umoci').splitBy.includes('tree/times-of-files'));
});

asRoot('a packer that leaks one thing is blamed for that thing', async () => {
  const wanted: Readonly<Record<string, readonly string[]>> = {
    nothing: [],
    inode: ['tree/inode-numbers'],
    order: ['tree/name-order'],
    'directory-links': ['tree/btrfs'],
    umask: ['process/umask'],
    locale: ['process/collation'],
    clock: ['process/clock'],
    host: ['process/host-name'],
    user: ['process/user'],
    home: ['process/home'],
  };
  const leaks = Object.keys(wanted);
  const found = await bench(
    ...dimensions,
    '--packers',
    'leaks-*',
    ...leaks.flatMap((leak) => ['--packer', leakyOption(leak)]),
  );
  for (const leak of leaks) assert.equal(packer(found, `leaks-${leak}`).splitBy, wanted[leak], leak);
  assert.ok(packer(found, 'leaks-nothing').holdsStill);
});

asRoot('nothing is left of it: no mounts, no processes, no files', async () => {
  assert.not(readFileSync('/proc/mounts', 'utf8').includes(scratch.path));
  assert.equal(readdirSync(scratch.path), ['tree']);
});

test.run();
