import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { contentUuid, nameUuid } from '../../src/manifest/bill.ts';

const test = suite('manifest/content-uuid');

test('as RFC 9562, A.4 has it', () => {
  const dns = Buffer.from('6ba7b8109dad11d180b400c04fd430c8', 'hex');
  assert.is(nameUuid(dns, 'www.example.com'), '2ed6657d-e927-568b-95e1-2665a8aea6a2');
});

test('the same for the same content, and only for it', () => {
  assert.is(contentUuid('a'), contentUuid('a'));
  assert.is.not(contentUuid('a'), contentUuid('b'));
  assert.match(
    contentUuid('\u00e9'),
    /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test.run();
