/** Files that other tools wrote (fixtures/compressed): whole, truncated, damaged, and with trailing data. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COMPRESSED_FILES } from '../../fixtures/compressed/catalogue.ts';
import { makeContent } from '../../fixtures/compressed/content.ts';
import { runsOf } from '../support/thorough.ts';
import { decode, fixture } from './compressed-samples.ts';
import { failure, pseudoRandom } from './xz/sample.ts';

const test = suite('files of other tools');

const CONTENT = makeContent();
const READ = COMPRESSED_FILES.flatMap(({ file, gives }) =>
  typeof gives === 'number' ? [{ file, gives }] : [],
);

for (const { file, gives } of COMPRESSED_FILES) {
  if (typeof gives === 'number') {
    test(`${file} gives the content ${gives} times`, async () => {
      const bytes = fixture(file);
      const { content, next } = await decode(bytes);
      assert.ok(content.equals(Buffer.concat(Array.from({ length: gives }, () => CONTENT))));
      // Stream padding of .xz is zeros, which may also occur between members.
      assert.ok(bytes.subarray(next).every((byte) => byte === 0) && bytes.length - next <= 4, String(next));
    });
  } else {
    test(`${file} is refused: ${gives.source}`, async () => {
      const error = await failure(() => decode(fixture(file)));
      assert.is(error.code, 'archive-not-supported');
      assert.match(error.message, gives);
    });
  }
}

test('another archive behind a member is left alone, with zeros between or without', async () => {
  for (const { file, gives } of READ) {
    const bytes = fixture(file);
    const { next } = await decode(bytes);
    for (const gap of [0, 3, 512]) {
      const follower = Buffer.from('070701 begins a cpio archive, and it is long enough for that.');
      const whole = Buffer.concat([bytes.subarray(0, next), Buffer.alloc(gap), follower]);
      const found = await decode(whole);
      assert.is(found.next, next, `${file} ${gap}`);
      assert.is(found.content.length, gives * CONTENT.length);
    }
  }
});

test('a member is read wherever it begins', async () => {
  for (const { file, gives } of READ) {
    const bytes = fixture(file);
    const { content, next } = await decode(Buffer.concat([Buffer.alloc(1021, 7), bytes]), 1021);
    assert.is(content.length, gives * CONTENT.length, file);
    assert.ok(next > 1021);
  }
});

/** Lengths at which a file of whole frames, members or streams ends: nothing is missing there. */
async function wholeLengths(bytes: Buffer, lengths: readonly number[]): Promise<number[]> {
  const whole: number[] = [];
  for (const length of lengths) {
    try {
      const { content } = await decode(bytes.subarray(0, length));
      assert.is(content.length % CONTENT.length, 0, `${length}: a part came out`);
      whole.push(length);
    } catch (error) {
      if (!(error instanceof TypeError)) assert.match((error as { code: string }).code, /^archive-/);
    }
  }
  return whole;
}

test('a file cut at any of many places, or near one of its ends, never gives a part', async () => {
  for (const { file, gives } of READ) {
    const bytes = fixture(file);
    const [near, far] = [runsOf(40, 13), runsOf(50, 11)];
    const ends = Array.from({ length: near }, (_, index) => [index, bytes.length - 1 - index]).flat();
    const steps = Array.from({ length: far }, (_, index) => Math.floor((bytes.length * index) / far));
    const lengths = [...new Set([...steps, ...ends])].filter(
      (length) => length >= 0 && length < bytes.length,
    );
    const whole = await wholeLengths(bytes, lengths);
    // A single stream has no inner end. With several, a cut in the padding or right after one loses the others.
    if (gives === 1 && !file.startsWith('skippable') && file !== 'legacy.lz4') assert.equal(whole, [], file);
  }
});

test('a damaged byte is found wherever the format has a check of its content', async () => {
  const unchecked = /^(none\.xz|no-checksum|legacy|two-frames\.lz4|skippable|three-streams)/;
  for (const { file } of READ.filter((one) => !unchecked.test(one.file))) {
    const bytes = fixture(file);
    const places = pseudoRandom(runsOf(60, 17), 7);
    for (const [index, place] of places.entries()) {
      const at = Math.floor((bytes.length * (index + place / 256)) / places.length);
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1 << (place % 8);
      let found: Buffer | undefined;
      try {
        found = (await decode(changed)).content;
      } catch (error) {
        if (error instanceof TypeError) continue;
        assert.match((error as { code: string }).code, /^archive-/, `${file} ${at}`);
        continue;
      }
      // gzip's time and operating system, and zstd's window and lz4's version, say nothing of the content.
      assert.is(found.length % CONTENT.length, 0, `${file} ${at}`);
      assert.ok(found.length === 0 || found.subarray(0, CONTENT.length).equals(CONTENT), `${file} ${at}`);
    }
  }
});

test.run();
