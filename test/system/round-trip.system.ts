// The awkward tree, packed by stillroot and unpacked with every available tool.
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, readSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { awkwardTree } from '../../fixtures/awkward.ts';
import { materialize } from '../../fixtures/materialize.ts';
import { readXz } from '../../src/formats/xz/reader.ts';
import { before } from '../support/before.ts';
import { afterPacking } from '../support/expected-listing.ts';
import { programFiles } from '../support/programs-tree.ts';
import { missing, testWhere } from '../support/requires.ts';
import { pack, runCli } from '../support/run-cli.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { compareListings, type Listed, type Listing, listTree } from '../support/tree-listing.ts';

const test = suite('round trip');
/** The tree has devices and owners, which only root can make. */
const withoutRoot = missing({ root: true });
const asRoot = (name: string, body: () => void | Promise<void>): void =>
  testWhere(test, withoutRoot, name, body);
// tmpfs holds every date that the awkward tree has.
const scratch = new Scratch('round-trip', '/dev/shm');
const tree = scratch.in('tree');
/** Rules off: the whole tree, but for sockets and what the epoch clamps. */
const RAW = ['--skip', '**', '--source-date-epoch', '4294967295'];
let expected: Listing;
let payload = '';

/** Each reads the archive from standard input, in an empty directory, with umask 0. */
interface Unpacker {
  readonly tool: string;
  readonly command: string;
  /** What this program does not restore from any archive, so it is not compared. */
  readonly forgets?: ReadonlyArray<readonly [type: Listed['type'], field: 'mtime' | 'owner']>;
}

const UNPACKERS: readonly Unpacker[] = [
  { tool: 'bsdcpio', command: 'bsdcpio --extract -dmu --insecure --quiet' },
  { tool: 'bsdtar', command: 'bsdtar --numeric-owner -xpf -' },
  {
    tool: 'cpio',
    command: 'cpio --extract --make-directories --preserve-modification-time --quiet',
    forgets: [
      ['directory', 'mtime'],
      ['symlink', 'mtime'],
    ],
  },
  {
    tool: 'busybox',
    command: 'busybox cpio -idmu',
    forgets: [
      ['directory', 'mtime'],
      ['symlink', 'mtime'],
      ['symlink', 'owner'],
    ],
  },
];

function without(listing: Listing, forgets: Unpacker['forgets'] = []): Listing {
  const kept: Listing = new Map();
  for (const [path, listed] of listing) {
    const blank = forgets.filter(([type]) => type === listed.type).map(([, field]) => field);
    kept.set(path, {
      ...listed,
      mtime: blank.includes('mtime') ? 0 : listed.mtime,
      owner: blank.includes('owner') ? '' : listed.owner,
    });
  }
  return kept;
}

before(test, async () => {
  if (withoutRoot !== undefined) return;
  materialize(tree, awkwardTree(), { outside: scratch.in('outside') });
  const listing = listTree(tree);
  // The fixture is only worth something if the filesystem took all of it.
  assert.ok(listing.size >= 150, `the awkward tree has ${listing.size} entries`);
  assert.is(listing.get('dates/before-1970')?.mtime, -1);
  assert.is(listing.get('dates/after-2106')?.mtime, 2 ** 32);
  assert.is(listing.get('special/block-limit')?.device, '4095:1048575');
  expected = afterPacking(listing, { epoch: 4294967295 });
  await pack(tree, scratch.in('awkward.cpio'), RAW);
  const report = await pack(tree, scratch.in('awkward.cpio.xz'), RAW);
  payload = report.digests.payload;
});
test.after(() => scratch.remove());

for (const { tool, command, forgets } of UNPACKERS) {
  testWhere(test, missing({ root: true, tools: [tool] }), `${tool} restores the awkward tree`, async () => {
    const target = scratch.in(`by-${tool}`);
    mkdirSync(target);
    await succeed(['sh', '-c', `umask 0; exec ${command}`], {
      cwd: target,
      input: readFileSync(scratch.in('awkward.cpio')),
    });
    assert.equal(compareListings(without(listTree(target), forgets), without(expected, forgets)), []);
  });
}

asRoot('the .xz file holds the same archive as the .cpio file', () => {
  const digest = createHash('sha256')
    .update(readFileSync(scratch.in('awkward.cpio')))
    .digest('hex');
  assert.is(digest, payload);
});

testWhere(
  test,
  missing({ root: true, tools: ['xz'] }),
  'xz accepts the file and decodes the archive',
  async () => {
    const file = scratch.in('awkward.cpio.xz');
    await succeed(['xz', '--test', file]);
    assert.is(await succeed(['sh', '-c', `xz -dc "$0" | sha256sum | cut -d ' ' -f 1`, file]), payload);
  },
);

testWhere(
  test,
  missing({ root: true, tools: ['busybox'] }),
  'the decoder that the kernel uses (busybox) reads it',
  async () => {
    const file = scratch.in('awkward.cpio.xz');
    assert.is(
      await succeed(['sh', '-c', `busybox unxz -c < "$0" | sha256sum | cut -d ' ' -f 1`, file]),
      payload,
    );
  },
);

testWhere(
  test,
  missing({ root: true, tools: ['xz'] }),
  'xz lists the blocks that our reader finds',
  async () => {
    const large = scratch.in('large');
    materialize(large, programFiles(36));
    const file = scratch.in('large.cpio.xz');
    await pack(large, file, ['--skip', '**', '--level', '1']);
    const listed = (await succeed(['xz', '--robot', '--list', '-vv', file]))
      .split('\n')
      .map((line) => line.split('\t'));
    const [stream] = listed.filter(([kind]) => kind === 'stream');
    assert.is(stream?.[8], 'CRC32');
    const blocks = listed.filter(([kind]) => kind === 'block');
    assert.ok(blocks.length > 2, `${blocks.length} blocks`);
    const ours = await readBlocks(file);
    // block, stream, in stream, in file, compressed offset, uncompressed offset, total size, uncompressed size,
    // ratio, check name, check value, header size, which sizes the header has, compressed size, memory, filters
    assert.equal(
      blocks.map((block) => block.slice(4, 8).map(Number)),
      ours.map((block) => [
        block.offset,
        block.uncompressedOffset,
        Math.ceil(block.unpaddedSize / 4) * 4,
        block.uncompressedSize,
      ]),
    );
    for (const block of blocks) {
      assert.is(block[12], 'cu', 'block headers hold both sizes');
      // x86 code in every block of a program.
      assert.match(block[15] ?? '', /^(--x86 )?--lzma2=dict=8MiB$/);
    }
    assert.ok(
      blocks.some((block) => block[15]?.startsWith('--x86')),
      'no block has the x86 filter',
    );
  },
);

async function readBlocks(file: string): Promise<ReturnType<typeof readXz>['blocks']> {
  const descriptor = openSync(file, 'r');
  try {
    const read = (offset: number, length: number): Uint8Array => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
    };
    return readXz({ size: fstatSync(descriptor).size, read }, file).blocks;
  } finally {
    closeSync(descriptor);
  }
}

asRoot('a file named TRAILER!!! at the top is refused, and nothing is written', async () => {
  const reserved = scratch.in('reserved');
  materialize(reserved, awkwardTree({ reservedName: true, shortPaths: true }));
  const output = scratch.in('reserved.cpio');
  const { status, stderr } = await runCli(['pack', reserved, '-o', output, ...RAW]);
  assert.is(status, 2);
  assert.match(stderr, /TRAILER!!!/);
  assert.not.ok(existsSync(output));
});

test.run();
