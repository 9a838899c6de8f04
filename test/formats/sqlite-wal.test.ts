import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import { Damage } from '../../src/formats/damage.ts';
import { readWal } from '../../src/formats/sqlite.ts';

const test = suite('formats/sqlite-wal');
const PAGE = 4096;
const FRAME = 24 + PAGE;
const log = capturedDatabase('logged-rpmdb.sqlite-wal');

test('pages of a committed change', () => {
  const { pages, pageCount } = readWal(log, PAGE);
  assert.ok(pages.size > 10 && pageCount > 0);
  for (const [page, offset] of pages) {
    assert.ok(page >= 1 && page <= pageCount);
    assert.is((offset - 32 - 24) % FRAME, 0);
    assert.is(log.readUInt32BE(offset - 24), page);
  }
});

test('a change that was not finished does not count: cut anywhere, the log holds all or nothing', () => {
  const whole = readWal(log, PAGE).pages.size;
  const commits = Array.from(
    { length: Math.floor((log.length - 32) / FRAME) },
    (_, frame) => 32 + frame * FRAME,
  ).filter((at) => log.readUInt32BE(at + 4) > 0);
  const last = (commits.at(-1) ?? 0) + FRAME;
  for (let length = 32; length <= log.length; length += 997) {
    const { pages } = readWal(log.subarray(0, length), PAGE);
    if (length >= last) assert.is(pages.size, whole);
    else assert.ok(pages.size < whole);
    if (commits[0] !== undefined && length < commits[0] + FRAME) assert.is(pages.size, 0);
  }
});

test('frames from the first damaged one on do not count', () => {
  for (const at of [32 + 3, 32 + 9, 32 + 17, 32 + 24 + 100]) {
    const damaged = Buffer.from(log);
    damaged[at] = (damaged[at] as number) ^ 1;
    assert.is(readWal(damaged, PAGE).pages.size, 0, `byte ${at}`);
  }
});

test('a header whose checksum is wrong makes the log an empty one, as for SQLite', () => {
  const damaged = Buffer.from(log);
  damaged[13] = 99;
  assert.is(readWal(damaged, PAGE).pages.size, 0);
});

test('no log, and what is none', () => {
  assert.is(readWal(Buffer.alloc(0), PAGE).pages.size, 0);
  for (const [bytes, offset] of [
    [Buffer.alloc(10), 0],
    [Buffer.alloc(4096, 'x'), 0],
    [Buffer.concat([log.subarray(0, 4), Buffer.alloc(100)]), 4],
  ] as const) {
    assert.throws(
      () => readWal(bytes, PAGE),
      (error: unknown) => error instanceof Damage && error.offset === offset,
    );
  }
  assert.throws(() => readWal(log, 1024), /wanted 1024 bytes as in the database/);
});

test.run();
