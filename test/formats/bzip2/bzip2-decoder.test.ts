import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../../src/errors.ts';
import { startsBzip2 } from '../../../src/formats/bzip2/bzip2-decoder.ts';
import { bytesInput } from '../../../src/formats/input.ts';
import { stepOf } from '../../support/thorough.ts';
import { decode, NO_GUARD } from '../compressed-samples.ts';

const test = suite('formats/bzip2');

/** By bzip2 1.0.8. */
const of = (text: string): Buffer => Buffer.from(text, 'base64');
const SMALL = of('QlpoOTFBWSZTWdJ/DWUAAAXRgAAQQAQnB5xAIAAxTAAAlRo08oB1XwkMw3kjXJOIZ0UVcweKmz4u5IpwoSGk/hrK');
const SMALL_TEXT = 'a small text, and more of a small text\n';
/** Runs of every length from 1 to 300. */
const RUNS = of(
  'QlpoOTFBWSZTWVIKboAAAcF////////////////////////////////////////////4QAH8Ns2YGREaYCaYAmCZMJiNBo0wJpppiYATTEBkBkDAAAEwIYJgATRghkwAGiemmpgAmaaaaaGgCep6nqeppgP9VRB6gAAJj1AJgCaYGgACYATAAmAAAAAAAmAANNNTBMmAAABMTAIwAAAACYAAIAAAAAAAAAA0AAAAAAAAABoAAAAAAAAAAAAAAAAAAAAAAp/qqkhMmI0Yj/1UmCNMmJiaZMmTJhBkZMjBGjCZPSDAIGCYahppgjTExDTJppkNMmEyMTEyMhiaBpgmAQYCaMRpkZNzYAAAAAAAAAAAAAQAAAAAAAAAjGEIwi506TxPXQqA6JQnSqI6ZJ1CkKU6lTFNdYqDrVT67r6vWOxrdc7Ov2HtU1PUVNVVlhaXF5g+zGys7SeHrW2t7i5uru8vb6/wMHCw8TF/eOkJKUlpiaChg89QUVHSU1R86n61ldYWVpbDLkaOH3l9gYWJjY5AiSJlM4ro6errli5gzsbO3u78PERMVF+rD+jiMTisXjPS9PG+pjsfkPVm5y6EYwhCMxGMYQjMQhGEIzIQhGEJxGMYQhNIwjCEJpMkkkkkkkkkkkkkkkkBABABABABmpsLOBp0P+J6foKGi/NHSfqlpqeoqaqrrK2urwgSwsbKztLW2t7i5urcZcXP2G3Q67H/e8vb6/wMHCw8TFxvxj5BDJI5RLLJ5hTNzs8roaOlp6mrra/5Lfov+zH8M/3Y/2ztbe5u72+DQIAAAAAAAAAAAAAOggoQUIKEEQhYsWAAAAAAAAAAAAAAAAAAAAAAAAIRjAghGMOeLuSKcKEgpBTdAA==',
);
/** All bytes, three times. */
const ALL = of(
  'QlpoOTFBWSZTWe3ga8wAAAF/////////////////////////////////////////////sAFgAS//9VVQJgJgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACTAATAAEwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAASYACYAAmAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAH9QFAkDQRBX/IMg6EIShSFoY/9DUOQ9EERRJE0URVFkXRhGUaRtHEdR5H0gSFIkjSRJUmSdKEpSpK0sS1LkvTBMUyTNNE1TZN04TlOk7TxPU+T9QFBUJQ1EUVRlHUhSVKUtTFNU5T1QVFUlTVRVVWVdWFZVpW1cV1XlfWBYViWNZFlWZZ1oWlalrWxbVuW9cFxXJc10XVdl3XheV6XtfF9X5f2AYFgmDYRhWGYdiGJYpi2MY1jmPZBkWSZNlGVZZl2YZlmmbZxnWeZ9oGhaJo2kaVpmnahqWqatrGta5r2wbFsmzbRtW2bduG5bpu28b1vm/cBwXCcNxHFcZx3IclynLcxzXOc90HRdJ03UdV1nXdh2Xadt3Hdd533geF4njeR5Xmed6Hpep63se17nvfB8XyfN9H1fZ934fl+n7fx/X+F3JFOFCQ7eBrzAA==',
);
/** `bzip2 -1` of 116 KB: two blocks. */
const TWO_BLOCKS = of(
  'QlpoMTFBWSZTWYvs7LkAQ2jIAAAQf+BQBL4AB6oAAAQDTTQQDTTQQDTTQJqqjTE/1QFKqmp43tVKeUKeiKfiKfxFPZFPhFPpFPCKcRTwimIp+Ip4RTEUxFPRFMRTEUxFMRTEUxFMRT6RTEUxFMRT/EUxFMRTEUxFMRTEU+EUxFMRTEUxFPZFMRTEUxFMRTEU9kUxFMRTEUxFMRT4RTEUxFMRTEU/xFMRTEUxFMRTEUxFPpFMRTEUxFPRFMRTEUxFMRTEUxFMRTwimIpqEvlKLFRYqLFRYqLApqFNQpqFOoU1QliosVFiosVFiosCmoU8/UKfSKfSKfSKfSKfSKfiKfiKdQp+oU4imIpiKYimIpiKYimIpqFNQpwlUsRTEU9EUxFMRTEUxFMRTUKahTwSqWIpiKYin+IpiKYimIpiKahTUKfRKpYimIpiKYinsimIpiKYimoU1CnwSqWIpiKYimIpiKfCKYimIpqFNQp7Eql/UKYimIpiKYimIpiKeEUxFNQp6EqlxFOIpxFOIpxFOIpxFPCKdQp/VFUuIpxFOIpxFOIpxFOoU6hTiKev5BKuIpxFOIpxFOIpxFPKFOoU6SlH/MUFZJlNZlgEKYwAImcgAABB/4FADPDwQlCgQDTTQQDTTQQDTTQJqqqbU/U9P9KoFKqmm0ftVR++qPijlH+UeKP1R6o+qPVHqjKOUeqMoyj8UZRlGUZRlGUZR+qMoyjKPijKMo1RqjVGFeRWFYVhWFexWFYVhWFYV7isKwrCsKwrwVhWFYVhX7FYVhWFYVhWFfBWFYVhXqKwrCsKwrCsKwntRqjVHfijlHKOUco5RyjlHKPqjpRlGUZRlGUZRlHKPFHijxR5UeVHVHVHKOUfVGUtFaKwrCsKwrRWiuSoaK0V6itFYVhWE1RlGUeyFWUZRlHxKwrCsKwrRWivilDRWitFYV7isKwrCtFaK8Ch90Vor0KwrCvIrCsK0Vor2FD8itBlGqNUao1R6o1RlHoKHRXRXCuFcK4Vwr7FdFfkKHRXRXCuFcK4VwroriknRXRXCuFcK4V0V0V1UL/F3JFOFCQgdjTEAA==',
);
/** Three million zeros. */
const ZEROS = of('QlpoOTFBWSZTWaZFgLIAFvpACMAAQAAACCAAMMwJqmmpAi2pIEXi7kinChIUyLAWQA==');

const text = async (bytes: Buffer): Promise<string> => (await decode(bytes)).content.toString('latin1');

test('texts, runs of every length, every byte, several blocks and streams', async () => {
  assert.is(await text(SMALL), SMALL_TEXT);
  const runs = Array.from({ length: 300 }, (_, at) => 'ba'.charAt(at % 2).repeat(at + 1)).join('');
  assert.is(await text(RUNS), runs);
  assert.is(await text(ALL), Array.from({ length: 768 }, (_, at) => String.fromCharCode(at % 256)).join(''));
  const lines = Array.from({ length: 40_000 }, (_, at) => `${at % 97}\n`).join('');
  assert.is(await text(TWO_BLOCKS), lines);
  assert.is(await text(Buffer.concat([SMALL, TWO_BLOCKS, SMALL])), SMALL_TEXT + lines + SMALL_TEXT);
});

test('input that is read a byte at a time gives the same', async () => {
  const input = bytesInput(TWO_BLOCKS);
  const slow = {
    ...input,
    read: (offset: number, length: number) => input.read(offset, Math.min(length, 16)),
  };
  const { content, next } = await decode(slow);
  assert.is(content.length, (await decode(TWO_BLOCKS)).content.length);
  assert.is(next, TWO_BLOCKS.length);
});

test('every cut is noticed, and what came before it is yielded', async () => {
  for (let length = 10; length < SMALL.length; length += 1) {
    try {
      await decode(SMALL.subarray(0, length));
      assert.unreachable(String(length));
    } catch (error) {
      assert.instance(error, StillrootError, String(error));
      assert.match((error as Error).message, /^f byte \d+: the bzip2 data are cut short/);
    }
  }
});

test('every flipped bit ends in a typed error, or changes nothing', async () => {
  let [tried, refused] = [0, 0];
  const step = stepOf(1, 11);
  for (const sample of [SMALL, ALL]) {
    const { content } = await decode(sample);
    // The level may change without any effect, and padding has none.
    for (let bit = 4 * 8; bit < sample.length * 8; bit += step) {
      tried += 1;
      const bytes = Buffer.from(sample);
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (0x80 >> (bit & 7));
      try {
        if (startsBzip2(bytes)) assert.ok((await decode(bytes)).content.equals(content), `bit ${bit}`);
      } catch (error) {
        if (!(error instanceof StillrootError)) throw error;
        assert.match(error.code, /^archive-(malformed|not-supported)$/);
        refused += 1;
      }
    }
  }
  assert.ok(refused > 0.9 * tried, `${refused} of ${tried}`);
});

test('the guard is asked before bytes are yielded, and bounds what expands', async () => {
  const asked: number[] = [];
  const guard = {
    ...NO_GUARD,
    output(produced: number): void {
      asked.push(produced);
      if (produced > 1_000_000) throw new Error('enough');
    },
  };
  try {
    await decode(ZEROS, 0, guard);
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, 'enough');
  }
  assert.ok(asked.length < 6 && (asked.at(-1) ?? 0) < 1_300_000, asked.join());
  const windows: number[] = [];
  await decode(SMALL, 0, { ...NO_GUARD, window: (bytes) => void windows.push(bytes) });
  assert.equal(windows, [3_600_000]);
  const { content, largestPiece } = await decode(ZEROS);
  assert.ok(content.equals(Buffer.alloc(3_000_000)) && largestPiece <= 256 * 1024);
});

test('a block with an origin outside, and more bytes than its level allows', async () => {
  const wrong = Buffer.from(SMALL);
  wrong[15] = 0xff;
  try {
    await decode(wrong);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /found the origin \d+, wanted one below \d+/);
  }
  // Nine hundred thousand of two bytes, in a stream that says it has blocks of a hundred thousand.
  const lying = Buffer.from(ALTERNATING);
  lying[3] = 0x31;
  try {
    await decode(lying);
    assert.unreachable();
  } catch (error) {
    assert.match(
      (error as Error).message,
      /found (?:a run of \d+ bytes|more bytes than the block has room for)/,
    );
  }
});

/** 400,000 bytes, two by turns. */
const ALTERNATING = of('QlpoOTFBWSZTWft75yABhp+BADAAIAAwgCkYCSgsBJQXF3JFOFCQ+3vnIA==');

test('what begins like it', () => {
  const is = (head: string): boolean => startsBzip2(Buffer.from(head, 'latin1'));
  assert.ok(is('BZh91AY&SY') && is('BZh1\x17rE8P\x90'));
  for (const head of ['', 'BZh9', 'BZh01AY&SY', 'BZh9 notes', 'BZh9-notes.txt\0', 'BZ091AY&SY'])
    assert.not(is(head), head);
});

test.run();
