import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startsLz4Legacy } from '../../src/formats/lz4.ts';
import { decode, fixture } from './compressed-samples.ts';
import { frame } from './lz4-frame.ts';
import { concat, failure } from './xz/sample.ts';

const test = suite('lz4 legacy');

test('a legacy frame ends with the file, before zeros and before what is no size', async () => {
  const legacy = fixture('legacy.lz4');
  assert.ok(startsLz4Legacy(legacy));
  const { content } = await decode(legacy);
  for (const behind of ['', '\0\0\0\0', '\0'.repeat(512), '070701', 'TRAILER']) {
    const found = await decode(concat([legacy, Buffer.from(behind)]));
    assert.is(found.next, legacy.length, behind);
    assert.ok(found.content.equals(content));
  }
  const twice = await decode(concat([legacy, legacy, frame({ blocks: [Uint8Array.of(1, 2, 3)] }), legacy]));
  assert.is(twice.content.length, 3 * content.length + 3);
  for (const behind of ['a', '\0\0', '\xff\0\0\0abc']) {
    const error = await failure(() => decode(concat([legacy, Buffer.from(behind, 'latin1')])));
    assert.match(error.message, 'is cut short');
    assert.is(error.code, 'archive-malformed');
  }
});

test.run();
