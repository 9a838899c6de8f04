import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findLayout, startsCpio, wrongMagic } from '../../../src/formats/cpio/old-formats.ts';
import { FORMATS, record } from './sample.ts';

const test = suite('formats/cpio/old-formats');

test('every format is told by its first bytes', () => {
  for (const format of FORMATS) {
    const bytes = record(format, 'a');
    assert.ok(startsCpio(bytes), format);
    assert.is(findLayout(bytes.subarray(0, 6))?.decode(bytes, 0, 'w').format, format);
  }
});

test('other files are not', () => {
  for (const hex of [
    '',
    '30',
    '303730',
    '1f8b08000000',
    'fd377a585a00',
    '28b52ffd0000',
    '7f454c460201',
    'c77100',
  ]) {
    assert.not.ok(startsCpio(Buffer.from(hex, 'hex')), hex);
  }
});

test('relatives and what is cut in the magic are for the parser to name', () => {
  for (const text of ['070727', '07070X', '070703', '0707']) {
    assert.ok(startsCpio(Buffer.from(text)));
    assert.is(findLayout(Buffer.from(text)), undefined);
  }
});

test('startsCpio looks at the bytes of a view, not at those of its buffer', () => {
  const bytes = Buffer.concat([Buffer.from('xx'), record('odc', 'a')]);
  assert.ok(startsCpio(bytes.subarray(2)));
  assert.not.ok(startsCpio(new Uint8Array(bytes)));
});

test('the error says what was found and what was wanted', () => {
  const { message, code } = wrongMagic(Buffer.from('\x1bHello'), undefined, 'w');
  assert.is(code, 'archive-malformed');
  assert.match(
    message,
    /^w: cpio magic is "\\x1bHello", wanted 070701 or 070702, 070707, bytes C7 71, bytes 71 C7\. /,
  );
  const odc = findLayout(Buffer.from('070707'));
  assert.match(
    wrongMagic(Buffer.from('070701'), odc, 'w').message,
    /is "070701", wanted 070707 as before\. /,
  );
  assert.is(wrongMagic(Buffer.from('070727'), odc, 'w').code, 'archive-malformed');
});

test.run();
