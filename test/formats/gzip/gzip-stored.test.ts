import { gunzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gzipStored } from '../../../src/formats/gzip/gzip-stored.ts';

const test = suite('gzip, stored');

test('zlib reads what is stored, at and around the size of a block', () => {
  for (const size of [0, 1, 0xfffe, 0xffff, 0x10000, 2 * 0xffff, 200_000]) {
    const content = Buffer.alloc(size, 'stored ');
    const blocks = Math.max(1, Math.ceil(size / 0xffff));
    const file = gzipStored(content);
    assert.ok(gunzipSync(file).equals(content), String(size));
    assert.is(file.length, 10 + 5 * blocks + size + 8, String(size));
  }
});

test('its bytes', () => {
  assert.is(
    gzipStored(Buffer.from('abc')).toString('hex'),
    '1f8b08000000000000ff010300fcff616263c241243503000000',
  );
});

test.run();
