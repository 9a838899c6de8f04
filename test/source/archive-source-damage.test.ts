import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import { openArchiveSource } from '../../src/source/archive-source.ts';
import {
  DIRECTORY,
  newc,
  newcArchive,
  SYMLINK,
  tarArchive,
  ustar,
  xzFile,
} from '../support/archive-bytes.ts';
import { rejects } from '../support/rejects.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('archive-source: damage');
const scratch = new Scratch('archive-source-damage');
test.after(() => scratch.remove());

const early = newcArchive(newc('kernel', { mode: DIRECTORY }), newc('kernel/ucode', { data: 'microcode' }));
const small = newcArchive(
  newc('.', { mode: DIRECTORY }),
  newc('a', { mode: DIRECTORY }),
  newc('a/b', { data: 'of b' }),
  newc('l', { mode: SYMLINK, data: 'a/b' }),
);

test('nothing is left open or behind after an error', async () => {
  const descriptors = (): number => readdirSync('/proc/self/fd').length;
  const before = descriptors();
  const path = scratch.in('archive');
  for (const bytes of [
    gzipSync(small).subarray(0, 60),
    gzipSync(small.subarray(0, 300)),
    tarArchive(ustar('../x')),
    small.subarray(0, 99),
  ]) {
    writeFileSync(path, bytes);
    await rejects(() => openArchiveSource(path, { temporary: scratch.path }), 'archive-malformed');
  }
  writeFileSync(path, gzipSync(small));
  await rejects(
    () => openArchiveSource(path, { temporary: scratch.in('none') }),
    'output-failed',
    /no temporary file .*\(ENOENT\)\. Set \$TMPDIR to a directory that exists and that you can write to, or/,
  );
  assert.is(descriptors(), before);
  assert.equal(readdirSync(scratch.path), ['archive']);
  assert.ok(readFileSync(path).length > 0);
});

/** Bytes that can be anywhere in an archive; those of headers more often than others. */
function mutated(bytes: Buffer, random: () => number): Buffer {
  const result = Buffer.from(bytes);
  for (let count = 1 + (random() % 4); count > 0; count -= 1) {
    const at = random() % result.length;
    if (random() % 3 === 0) result[at] = random() & 0xff;
    else result[at] = (random() % 2 === 0 ? '01234567/.' : 'fF8\0').charCodeAt(random() % 4);
  }
  return random() % 5 === 0 ? result.subarray(0, random() % result.length) : result;
}

test('damaged archives of every kind: an error of ours or a whole tree, and nothing left open', async () => {
  let seed = 1;
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed >>> 8;
  };
  const second = newcArchive(
    newc('a/c', { data: 'of c', inode: 3, nlink: 2 }),
    newc('a/d', { inode: 3, nlink: 2 }),
  );
  const corpus = [
    small,
    Buffer.concat([early, small]),
    Buffer.concat([small, Buffer.alloc(8), second]),
    tarArchive(
      ustar('a', { data: 'x'.repeat(600) }),
      ustar('b', { type: '1', link: 'a' }),
      ustar('d/', { type: '5' }),
    ),
    gzipSync(Buffer.concat([small, second])),
    Buffer.concat([early, await xzFile(small, [100])]),
  ];
  const path = scratch.in('archive');
  const descriptors = readdirSync('/proc/self/fd').length;
  let refused = 0;
  for (let round = 0; round < 1500; round += 1) {
    writeFileSync(path, mutated(corpus[round % corpus.length]!, random));
    try {
      const source = await openArchiveSource(path, { temporary: scratch.path, limits: { entries: 1000 } });
      for (const entry of source.tree.entries) if (entry.type === 'file') source.readFile(entry, 1e6);
      source.close();
    } catch (error) {
      if (!(error instanceof StillrootError)) throw error;
      assert.is.not(error.code, 'internal');
      refused += 1;
    }
  }
  assert.ok(refused > 150 && refused < 1490, `${refused} refused`);
  assert.is(readdirSync('/proc/self/fd').length, descriptors);
});

test.run();
