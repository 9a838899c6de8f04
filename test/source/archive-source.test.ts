import { appendFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { TAR_WRITERS } from '../../fixtures/tar/writers.ts';
import {
  type ArchiveSource,
  type ArchiveSourceOptions,
  openArchiveSource,
} from '../../src/source/archive-source.ts';
import { readArchive as tarFixture } from '../formats/tar/archive-fixtures.ts';
import { DIRECTORY, newc, newcArchive, SYMLINK, ustar, xzFile } from '../support/archive-bytes.ts';
import { rejects } from '../support/rejects.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('archive-source');
const scratch = new Scratch('archive-source');
test.after(() => scratch.remove());

async function opened(
  bytes: Buffer,
  use: (source: ArchiveSource) => void | Promise<void>,
  options: ArchiveSourceOptions = {},
): Promise<void> {
  const path = scratch.in('archive');
  writeFileSync(path, bytes);
  const source = await openArchiveSource(path, { temporary: scratch.path, ...options });
  try {
    await use(source);
  } finally {
    source.close();
  }
}

/** Paths, and the content of files. */
function contents(source: ArchiveSource): string[] {
  return source.tree.entries.map((entry) =>
    entry.type === 'file'
      ? `${entry.path}=${source.readFile(entry, 1e7).toString('latin1')}`
      : `${entry.path}${entry.type === 'symlink' ? ` -> ${entry.target}` : '/'}`,
  );
}

const early = newcArchive(newc('kernel', { mode: DIRECTORY }), newc('kernel/ucode', { data: 'microcode' }));
const small = newcArchive(
  newc('.', { mode: DIRECTORY }),
  newc('a', { mode: DIRECTORY }),
  newc('a/b', { data: 'of b' }),
  newc('l', { mode: SYMLINK, data: 'a/b' }),
);
const SMALL = ['a/', 'a/b=of b', 'l -> a/b'];

test('contents of an uncompressed archive are read where they are, of others from a temporary file', async () => {
  for (const bytes of [small, await xzFile(small, [9, 300]), gzipSync(small), zstdCompressSync(small)]) {
    await opened(bytes, (source) => {
      assert.equal(contents(source), SMALL);
      assert.equal(contents(source).reverse(), [...SMALL].reverse(), 'again');
      assert.ok(source.hasRoot);
      assert.equal(source.early.count, 0);
      // It has no name, so nothing is ever left.
      assert.equal(readdirSync(scratch.path), ['archive']);
    });
  }
});

test('early archives are kept apart, as they are, or go below the others', async () => {
  for (const front of [early, Buffer.concat([early, Buffer.alloc(260), early, Buffer.alloc(8)])]) {
    for (const back of [small, await xzFile(small), gzipSync(small)]) {
      const bytes = Buffer.concat([front, back]);
      await opened(bytes, (source) => {
        assert.equal(contents(source), SMALL);
        assert.equal(source.early.entries, front === early ? 2 : 4);
        assert.ok(source.readEarly().equals(front));
        assert.equal(source.warnings, []);
      });
      await opened(
        bytes,
        (source) =>
          assert.equal(contents(source), [SMALL[0], SMALL[1], 'kernel/', 'kernel/ucode=microcode', SMALL[2]]),
        { early: 'merged' },
      );
    }
  }
});

const codes = ({ warnings }: ArchiveSource): string[] => warnings.map(({ code, path }) => `${code} ${path}`);

test('early archives alone are the tree', async () => {
  for (const bytes of [early, Buffer.concat([early, Buffer.alloc(512), early, Buffer.alloc(512)])]) {
    await opened(bytes, (source) => {
      assert.equal(contents(source), ['kernel/', 'kernel/ucode=microcode']);
      assert.equal([source.early.count, source.readEarly().length], [0, 0]);
    });
  }
});

test('an archive behind a compressed one goes over it', async () => {
  const over = newcArchive(newc('l', { data: 'a file now' }));
  await opened(Buffer.concat([gzipSync(small), over]), (source) => {
    assert.equal(contents(source), [SMALL[0], SMALL[1], 'l=a file now']);
    assert.equal(codes(source).at(-1), 'duplicate-entry l');
  });
});

/** The kernel wants a plain archive at a multiple of four. */
const aligned = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
const modules = newcArchive(newc('m', { mode: DIRECTORY }), newc('m/x.ko', { data: 'ko' }));
const MODULES = ['m/', 'm/x.ko=ko'];

test('an uncompressed archive is part of the tree wherever it stands, unless all in it is early', async () => {
  const zipped = aligned(gzipSync(small));
  const kernel = ['kernel/', 'kernel/ucode=microcode'];
  for (const [parts, found, kept] of [
    [[modules, zipped], [...SMALL, ...MODULES], []],
    [[zipped, modules], [...SMALL, ...MODULES], []],
    [[early, modules, zipped], [...SMALL, ...MODULES], [early]],
    [[early, modules, small], [...SMALL, ...MODULES], [early]],
    // The kernel looks through all that is uncompressed, so this one is found.
    [[modules, early, zipped], [...SMALL, ...MODULES], [early]],
    [[early, modules, early], MODULES, [early, early]],
    [[small, early], SMALL, [early]],
    // These are not.
    [[zipped, early], [...SMALL.slice(0, 2), ...kernel, SMALL[2]], []],
    [[gzipSync(early), small], [...SMALL.slice(0, 2), ...kernel, SMALL[2]], []],
    [[Buffer.from('\0\0'), early, small], [...SMALL.slice(0, 2), ...kernel, SMALL[2]], []],
  ] as const) {
    await opened(Buffer.concat(parts), (source) => {
      assert.equal(contents(source), [...found].sort(), `${parts.length}`);
      assert.ok(source.readEarly().equals(Buffer.concat(kept)));
      assert.equal([source.early.count, source.early.entries], [kept.length, 2 * kept.length]);
    });
  }
});

test('what generators put into early archives beside microcode, and what makes one a part of the tree', async () => {
  const root = newc('.', { mode: DIRECTORY });
  const directories = [
    'kernel',
    'kernel/x86',
    'kernel/x86/microcode',
    'kernel/firmware',
    'kernel/firmware/acpi',
  ];
  const usual = [
    root,
    newc('early_cpio', { data: '1\n' }),
    ...directories.map((path) => newc(path, { mode: DIRECTORY })),
    newc('kernel/x86/microcode/.enuineIntel.align.0123456789abc', { mode: DIRECTORY }),
    newc('kernel/x86/microcode/GenuineIntel.bin', { data: 'u' }),
    newc('kernel/firmware/acpi/dsdt.aml', { data: 'a' }),
  ];
  for (const [entries, count] of [
    [usual, 1],
    [[newc('kernel/x86/microcode/AuthenticAMD.bin', { data: 'u' })], 1],
    [[newc('./kernel/x86/microcode/AuthenticAMD.bin', { data: 'u' })], 1],
    [[newc('early_cpio', { data: '1\n' })], 1],
    [[root], 0],
    // Only what the kernel looks for is set apart.
    [[...usual, newc('etc/x', { data: 'x' })], 1],
    [[newc('etc/x', { data: 'x' }), ...usual], 1],
    [[newc('kernel/x/microcode/a', { data: 'u' }), newc('etc/x', { data: 'x' })], 0],
    [[newc('kernel/x86/microcode/a', { data: 'u', nlink: 2 }), newc('etc/x', { data: 'x' })], 0],
    [[newc('kernel.txt', { data: 'x' })], 0],
    [[newc('kernels/x', { data: 'x' })], 0],
    [[newc('kernel', { data: 'a file' })], 0],
    [[newc('kernel', { mode: SYMLINK, data: 'usr' })], 0],
    [[newc('kernel/x86', { mode: SYMLINK, data: '/usr' })], 0],
    [[newc('early_cpio', { mode: DIRECTORY })], 0],
  ] as const) {
    await opened(Buffer.concat([newcArchive(...entries), gzipSync(modules)]), (source) => {
      assert.is(source.early.count, count, entries[0]?.toString('latin1'));
      assert.is(source.tree.has('m/x.ko'), true);
      assert.is(source.tree.has('kernel/x86/microcode/GenuineIntel.bin'), false);
      const isMixed = entries.length > usual.length;
      assert.equal(
        source.early.files.map(({ path }) => path),
        isMixed ? ['kernel/x86/microcode/GenuineIntel.bin', 'kernel/firmware/acpi/dsdt.aml'] : [],
      );
      assert.is(
        source.tree.has('early_cpio'),
        isMixed || (entries[0]?.includes('early_cpio') === true && count === 0),
      );
    });
  }
});

test('what the kernel would look for behind something compressed, or in it, is part of the tree', async () => {
  const mixed = newcArchive(newc('kernel/x86/microcode/a', { data: 'u' }), newc('etc/x', { data: 'x' }));
  await opened(mixed, ({ early, tree }) => {
    assert.equal([early.count, early.entries, tree.has('kernel/x86/microcode/a')], [1, 1, false]);
  });
  const asUnpacked = { early: 'merged' } as const;
  await opened(mixed, ({ tree }) => assert.ok(tree.has('kernel/x86/microcode/a')), asUnpacked);
  for (const bytes of [gzipSync(mixed), Buffer.concat([gzipSync(small), mixed])]) {
    await opened(bytes, ({ early, tree }) => {
      assert.equal([early.count, early.entries, tree.has('kernel/x86/microcode/a')], [0, 0, true]);
    });
  }
});

test('early archives keep their zeros, and begin at multiples of four when they are put together', async () => {
  const padded = Buffer.concat([early, Buffer.alloc(512 - (early.length % 512))]);
  // The last one is followed by two zeros, which a compressed archive may be.
  const bytes = Buffer.concat([padded, modules, early, Buffer.alloc(2), gzipSync(small)]);
  await opened(bytes, (source) => {
    assert.is(source.early.count, 2);
    assert.ok(source.readEarly().equals(Buffer.concat([padded, early, Buffer.alloc(4)])));
  });
});

test('a plain archive where Linux does not look for one is read, with a warning', async () => {
  const odd = newcArchive(newc('x', { data: 'x' }));
  for (const [bytes, said] of [
    [Buffer.concat([aligned(gzipSync(odd)), odd]), undefined],
    [Buffer.concat([odd, Buffer.alloc(4), odd]), undefined],
    [
      Buffer.concat([odd, Buffer.alloc(3), odd]),
      /at byte 243 \(archive 2 of the file\) does not begin at a multiple of 4 bytes/,
    ],
    [
      gzipSync(Buffer.concat([odd, Buffer.alloc(1), odd])),
      /at byte 241 of what is compressed at byte 0 \(archive 2 of the file\) does not begin/,
    ],
    [
      Buffer.concat([odd, Buffer.alloc(3), odd, Buffer.alloc(3), odd, odd]),
      /at byte 243 \(archive 2 of the file\) \(and 2 more\) does not begin/,
    ],
  ] as const) {
    await opened(bytes, ({ warnings }) => {
      const found = warnings.find(({ code }) => code === 'unaligned-archive');
      if (said === undefined) assert.is(found, undefined);
      else assert.match(found?.message ?? '', said);
    });
  }
});

test('archives without trailers, one behind another', async () => {
  const parts = [
    newc('a', { data: '1' }),
    Buffer.alloc(380),
    newc('b', { data: '2' }),
    aligned(gzipSync(modules)),
  ];
  await opened(Buffer.concat([...parts, newc('c', { data: '3' })]), (source) => {
    assert.equal(contents(source), ['a=1', 'b=2', 'c=3', ...MODULES]);
    assert.equal(codes(source), ['no-end-mark ']);
    assert.match(
      source.warnings[0]?.message ?? '',
      /^the cpio archive \(and 2 more\) has no trailer; it may have been cut/,
    );
  });
});

test('members go over each other with their contents, wherever each is read from', async () => {
  const second = newcArchive(
    newc('a', { mode: DIRECTORY }),
    newc('a/c', { data: 'of c' }),
    newc('a/b', { data: 'B' }),
  );
  await opened(
    Buffer.concat([
      early,
      gzipSync(small),
      await xzFile(second, [150]),
      newcArchive(newc('z', { data: 'Z' })),
    ]),
    (source) => assert.equal(contents(source), ['a/', 'a/b=B', 'a/c=of c', 'l -> a/b', 'z=Z']),
  );
});

test('two archives in one compressed member', async () => {
  const both = Buffer.concat([small, Buffer.alloc(12), newcArchive(newc('a/c', { data: 'of c' }))]);
  await opened(gzipSync(both), (source) =>
    assert.equal(contents(source), ['a/', 'a/b=of b', 'a/c=of c', 'l -> a/b']),
  );
});

test('an archive that is written to while it is read is noticed', async () => {
  await opened(small, async (source) => {
    const entry = source.tree.get('a/b')!;
    const file = source.open(entry);
    assert.is(file.read(Buffer.alloc(10)), 4);
    file.verify();
    appendFileSync(source.name, 'x');
    await rejects(() => file.verify(), 'source-changed', /the archive changed size/);
    file.close();
  });
  await opened(small, async (source) => {
    utimesSync(source.name, 1, 1);
    await rejects(() => source.readFile(source.tree.get('a/b')!, 10), 'source-changed', /was modified/);
  });
});

test('tar, and what is worth a warning', async () => {
  await opened(ustar('/x', { data: 'y' }), (source) => {
    assert.equal(contents(source), ['x=y']);
    assert.equal(
      source.warnings.map(({ code }) => code),
      ['no-end-mark', 'absolute-name'],
    );
  });
});

test('a whole file at once only up to a limit', async () => {
  await opened(
    small,
    (source) => void rejects(() => source.readFile(source.tree.get('a/b')!, 3), 'source-unreadable'),
  );
});

test('every writer of tar: the same tree, holes included', async () => {
  for (const writer of TAR_WRITERS) {
    const bytes = tarFixture(writer);
    const plain: string[] = [];
    await opened(bytes, (source) => void plain.push(...contents(source)));
    assert.ok(plain.length > 3, writer.name);
    await opened(gzipSync(bytes), (source) => assert.equal(contents(source), plain, writer.name));
  }
});

test('holes are zeros, read or passed over, in pieces of any size', async () => {
  const gnu = TAR_WRITERS.find(({ name }) => /sparse/.test(name));
  assert.ok(gnu, 'a writer of sparse files');
  await opened(tarFixture(gnu!), (source) => {
    for (const entry of source.tree.entries.filter(({ type, size }) => type === 'file' && size > 0)) {
      const whole = source.readFile(entry, 1e8);
      for (const size of [7, 4096, 100_000]) {
        const file = source.open(entry);
        const pieces: Buffer[] = [];
        for (;;) {
          const zeros = file.skipHole();
          if (zeros > 0) pieces.push(Buffer.alloc(zeros));
          const piece = Buffer.alloc(size);
          const count = file.read(piece);
          if (count === 0) break;
          pieces.push(piece.subarray(0, count));
          if (size === 7 && pieces.length > 3000) break;
        }
        const read = Buffer.concat(pieces);
        assert.ok(
          read.equals(whole.subarray(0, read.length)) && (size === 7 || read.length === whole.length),
        );
      }
    }
  });
});

test.run();
