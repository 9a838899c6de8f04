import { writeFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readArchive } from '../../src/source/archive.ts';
import { openArchiveFile } from '../../src/source/archive-file.ts';
import { openArchiveSource } from '../../src/source/archive-source.ts';
import type { ReadLimits } from '../../src/source/read-limits.ts';
import { fixture } from '../formats/compressed-samples.ts';
import { GNU, globalPax, header, member, pax, archive as tar } from '../formats/tar/build.ts';
import { writeXz } from '../formats/xz/sample.ts';
import { newc, newcArchive } from '../support/archive-bytes.ts';
import { rejects } from '../support/rejects.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('source/expansion');
const scratch = new Scratch('expansion');
test.after(() => scratch.remove());

const path = scratch.in('archive');

/** A third of it does not compress, so every format makes about a third of it. */
function ordinary(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = 1;
  for (let at = 0; at < size; at += 1) {
    if (at % 3072 >= 1024) continue;
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

const CONTENT = ordinary(3 * 1024 * 1024);

const FORMATS: readonly (readonly [
  name: string,
  compress: (content: Buffer) => Promise<Uint8Array> | Uint8Array,
])[] = [
  ['gzip, one member', (content) => gzipSync(content)],
  [
    'gzip, members in a row',
    (content) => Buffer.concat(pieces(content, 100_000).map((piece) => gzipSync(piece))),
  ],
  ['zstd, one frame', (content) => zstdCompressSync(content)],
  [
    'zstd, frames in a row',
    (content) => Buffer.concat(pieces(content, 100_000).map((piece) => zstdCompressSync(piece))),
  ],
  ['xz', (content) => writeXz(pieces(content, 1_000_000))],
];

function pieces(content: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(content.length / size) }, (_, i) =>
    content.subarray(i * size, (i + 1) * size),
  );
}

/** @returns bytes that came out of all members */
async function drain(limits: Partial<ReadLimits>): Promise<number> {
  const file = openArchiveFile(path, limits);
  try {
    let count = 0;
    for (let member = file.memberAt(0); member !== undefined; ) {
      const stream = member.stream();
      let next = await stream.next();
      for (; next.done !== true; next = await stream.next()) count += next.value.length;
      member = file.memberAt(next.value.nextOffset);
    }
    return count;
  } finally {
    file.close();
  }
}

for (const [name, compress] of FORMATS) {
  test(`${name}: an ordinary ratio is read however much it is, a higher one is refused early`, async () => {
    writeFileSync(path, await compress(CONTENT));
    const expansionFree = 600_000;
    assert.is(await drain({ expansionFree, expansionRatio: 4 }), CONTENT.length);
    await rejects(
      () => drain({ expansionFree, expansionRatio: 2 }),
      'archive-limit',
      /bytes decode to \d+ or more, the limit is 2 bytes per byte.*--limit expansionRatio=/,
    );
    // What may come out of any file is not compared with anything.
    assert.is(await drain({ expansionFree: CONTENT.length, expansionRatio: 1 }), CONTENT.length);
    assert.is(await drain({ uncompressedSize: CONTENT.length }), CONTENT.length);
    await rejects(
      () => drain({ uncompressedSize: CONTENT.length - 1 }),
      'archive-limit',
      /--limit uncompressedSize=/,
    );
  });
}

test('lz4: frames in a row are one sum', async () => {
  const frame = fixture('linked.lz4');
  writeFileSync(path, Buffer.concat([frame, frame, frame]));
  const size = await drain({});
  assert.is(await drain({ uncompressedSize: size }), size);
  await rejects(() => drain({ uncompressedSize: size - 1 }), 'archive-limit', /uncompressedSize=/);
  await rejects(() => drain({ expansionFree: 1, expansionRatio: 1 }), 'archive-limit', /expansionRatio=/);
});

test('members of several formats are one sum, read again or not', async () => {
  const zeros = Buffer.alloc(200_000);
  writeFileSync(path, Buffer.concat([gzipSync(zeros), zstdCompressSync(zeros), await writeXz([zeros])]));
  assert.is(await drain({ uncompressedSize: 600_000 }), 600_000);
  await rejects(
    () => drain({ uncompressedSize: 599_999 }),
    'archive-limit',
    /decodes to 600000 bytes or more/,
  );
  // None of them gives more than may come out of any file, and all together do.
  await rejects(() => drain({ expansionFree: 400_000 }), 'archive-limit', /expansionRatio=/);
  const file = openArchiveFile(path, { uncompressedSize: 200_000 });
  try {
    const first = file.memberAt(0);
    for (let turn = 0; turn < 3; turn += 1) for await (const _ of first!.stream());
  } finally {
    file.close();
  }
});

/** A sparse file of a million bytes, three of which are stored. */
const SPARSE: readonly (readonly [name: string, bytes: Buffer])[] = [
  ['GNU, old', Buffer.concat([gnuSparse(1_000_000)])],
  [
    'pax 0.0',
    Buffer.concat([
      pax(
        ...([
          ['GNU.sparse.size', '1000000'],
          ['GNU.sparse.numblocks', '1'],
          ['GNU.sparse.offset', '10'],
          ['GNU.sparse.numbytes', '3'],
        ] as const),
      ),
      member({ name: 'f' }, 'abc'),
    ]),
  ],
  [
    'pax 0.1',
    Buffer.concat([
      pax(['GNU.sparse.size', '1000000'], ['GNU.sparse.map', '10,3']),
      member({ name: 'f' }, 'abc'),
    ]),
  ],
  [
    'pax 1.0',
    Buffer.concat([
      pax(['GNU.sparse.major', '1'], ['GNU.sparse.minor', '0'], ['GNU.sparse.realsize', '1000000']),
      member({ name: 'f' }, `${'1\n10\n3\n'.padEnd(512, '\0')}abc`),
    ]),
  ],
];

function gnuSparse(size: number): Buffer {
  const block = header({ name: 'f', type: 'S', size: 3, magic: GNU });
  const octal = (value: number, at: number): void =>
    void block.write(`${value.toString(8).padStart(11, '0')}\0`, at, 'latin1');
  octal(10, 386);
  octal(3, 398);
  octal(size, 483);
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([block, Buffer.from('abc'.padEnd(512, '\0'), 'latin1')]);
}

async function readTwice(limits: Partial<ReadLimits>): Promise<number> {
  const source = await openArchiveSource(path, { limits });
  try {
    let size = 0;
    for (const entry of [...source.tree.entries, ...source.tree.entries]) {
      size += source.readFile(entry, 10_000_000).length;
    }
    return size;
  } finally {
    source.close();
  }
}

for (const [name, bytes] of SPARSE) {
  test(`${name}: holes count in the sum and in the ratio, once, when their zeros are read`, async () => {
    const two = tar(bytes, Buffer.from(renamed(bytes)));
    writeFileSync(path, two);
    const holes = 2 * (1_000_000 - 3);
    assert.is(await readTwice({ uncompressedSize: holes }), 4_000_000);
    await rejects(
      () => readTwice({ uncompressedSize: holes - 1 }),
      'archive-limit',
      /archive\/.: decodes to 1999994 bytes or more.*--limit uncompressedSize=/,
    );
    const limits = { expansionFree: 1_500_000, expansionRatio: 10 };
    await rejects(() => readTwice(limits), 'archive-limit', /--limit expansionRatio=/);
    assert.is(await readTwice({ ...limits, expansionRatio: 1000 }), 4_000_000);
    // A hole does no harm if it is skipped, as when it is extracted or dropped.
    const source = await openArchiveSource(path, { limits });
    const opened = source.open(source.tree.entries[0]!);
    assert.is(opened.skipHole(), 10);
    source.close();
    await rejects(
      () => readArchive(path, { entry: () => {}, data: () => {} }, { limits }),
      'archive-limit',
      /expansionRatio=/,
    );
    await readArchive(path, { entry: () => {} }, { limits });
  });
}

/** The same member as g, its last header block with a right checksum. */
function renamed(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = 0; at < copy.length; at += 512) {
    if (copy[at] !== 0x66 || copy[at + 1] !== 0) continue;
    copy[at] = 0x67;
    const sum = Number.parseInt(copy.toString('latin1', at + 148, at + 154), 8) + 1;
    copy.write(sum.toString(8).padStart(6, '0'), at + 148, 'latin1');
  }
  return copy;
}

test('names, targets and attributes of all entries are one sum', async () => {
  // Each is 16 bytes more than its own.
  const wanted = 2 * (16 + 4);
  writeFileSync(path, newcArchive(newc('aaaa'), newc('bbbb')));
  await readArchive(path, { entry: () => {} }, { limits: { metadataSize: wanted } });
  await rejects(
    () => readArchive(path, { entry: () => {} }, { limits: { metadataSize: wanted - 1 } }),
    'archive-limit',
    /names, link targets and attributes up to here take 40 bytes.*--limit metadataSize=/,
  );
  // One directory is missing.
  writeFileSync(path, newcArchive(newc('aaaa/b')));
  const open = async (metadataSize: number): Promise<void> => {
    (await openArchiveSource(path, { limits: { metadataSize } })).close();
  };
  await open(16 + 6 + 16 + 4);
  await rejects(() => open(16 + 6 + 16 + 3), 'archive-limit', /--limit metadataSize=/);
});

test('a global pax header counts for each entry, attributes of its own for one', async () => {
  writeFileSync(
    path,
    tar(globalPax(['SCHILY.xattr.user.a', 'xyz']), header({ name: 'f' }), header({ name: 'g' })),
  );
  // Name, name of the attribute, and its value.
  const wanted = 2 * (16 + 1 + (16 + 6) + (16 + 3));
  await readArchive(path, { entry: () => {} }, { limits: { metadataSize: wanted } });
  await rejects(
    () => readArchive(path, { entry: () => {} }, { limits: { metadataSize: wanted - 1 } }),
    'archive-limit',
    /--limit metadataSize=/,
  );
});

test('segments of all sparse files are one sum', async () => {
  const bytes = SPARSE[2]![1];
  writeFileSync(path, tar(bytes, renamed(bytes)));
  await readArchive(path, { entry: () => {} }, { limits: { sparseSegments: 2 } });
  await rejects(
    () => readArchive(path, { entry: () => {} }, { limits: { sparseSegments: 1 } }),
    'archive-limit',
    /2 segments of sparse files.*--limit sparseSegments=/,
  );
});

test.run();
