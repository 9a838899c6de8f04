import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesInput } from '../../src/formats/input.ts';
import { decodeLz4Header, startsLz4Frame } from '../../src/formats/lz4.ts';
import { type FrameParts, frame, hash } from './lz4-frame.ts';
import { failure } from './xz/sample.ts';

const test = suite('lz4 header');

test('headers that are refused', async () => {
  const cases: Array<[FrameParts, string, string]> = [
    [{ flags: 0xa0 }, 'archive-not-supported', 'an lz4 frame of version 2'],
    [{ flags: 0x62 }, 'archive-not-supported', 'reserved bits set'],
    [{ descriptor: 0xc0 }, 'archive-not-supported', 'reserved bits set'],
    [{ descriptor: 0x30 }, 'archive-malformed', 'f byte 5: the lz4 block size is not valid'],
    [{ flags: 0x61 }, 'archive-not-supported', 'needs a dictionary'],
  ];
  for (const [parts, code, message] of cases) {
    const error = await failure(() => decodeLz4Header(bytesInput(frame(parts)), 0, 'f', hash));
    assert.is(error.code, code, message);
    assert.match(error.message, message);
  }
  const damaged = frame();
  damaged[6]! ^= 1;
  assert.match(
    (await failure(() => decodeLz4Header(bytesInput(damaged), 0, 'f', hash))).message,
    'f byte 6: the checksum of the lz4 frame header',
  );
  const none = await failure(() => decodeLz4Header(bytesInput(Buffer.from('no lz4 here')), 0, 'f', hash));
  assert.match(none.message, 'no lz4 frame begins here');
  assert.not(startsLz4Frame(Buffer.from([0x04, 0x22])));
});

test.run();
