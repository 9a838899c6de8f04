import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { holdsPrivateKeyText } from '../../src/secrets/key-texts.ts';
import { LongTextSearch, TEXT_HEAD_BYTES, textWidth } from '../../src/secrets/long-text.ts';

const test = suite('secrets/long-text');
const sample = (name: string): string =>
  readFileSync(new URL(`samples/${name}`, import.meta.url)).toString('latin1');

/** Lines of some length that are not keys, of the requested total length. */
function filler(
  length: number,
  line: string = 'Nov 29 02:10:47 host daemon[123]: nothing happened\n',
): string {
  return line.repeat(Math.ceil(length / line.length)).slice(0, length);
}

/** Searches a text in pieces of these sizes, again and again. */
function found(text: string | Buffer, sizes: readonly number[] = [65536], width: 1 | 2 = 1): boolean {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  const search = new LongTextSearch(width);
  let at = 0;
  for (let n = 0; at < bytes.length; n += 1) {
    const size = sizes[n % sizes.length] as number;
    if (search.push(bytes.subarray(at, at + size))) return true;
    at += size;
  }
  return search.finish();
}

const KEYS = {
  pem: sample('pkcs8.pem'),
  encrypted: sample('encrypted.pem'),
  openpgp: sample('openpgp-secret.asc'),
  age: sample('age.txt'),
  minisign: sample('minisign.key'),
  wireguard: `PrivateKey = ${'A'.repeat(43)}=\n`,
  nix: `cache.example.org-1:${'A'.repeat(86)}==\n`,
  'in JSON': `{"private_key": ${JSON.stringify(sample('pkcs8.pem'))}}\n`,
};

test('a key is found wherever it is: at borders of windows, at the end, behind more than one window', () => {
  for (const [label, key] of Object.entries(KEYS)) {
    assert.is(holdsPrivateKeyText(`\n${key}`), true, label);
    for (const border of [65536, 69632, 131072, 200_000])
      for (const shift of [-key.length - 1, -key.length, -key.length >> 1, -60, -1, 0, 1]) {
        const before = `${filler(border + shift - 1)}\n`;
        assert.is(found(`${before}${key}`), true, `${label} at ${before.length}, the end`);
        assert.is(found(`${before}${key}${filler(150_000)}`), true, `${label} at ${before.length}`);
      }
  }
});

test('how a text is cut makes no difference', () => {
  const keys = Object.values(KEYS);
  fc.assert(
    fc.property(
      fc.nat(90_000),
      fc.constantFrom(...keys, ''),
      fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      (offset, key, sizes, isLine) => {
        const text = `${filler(offset)}${isLine ? '\n' : ''}${key}${filler(20_000)}`;
        assert.is(found(text, sizes), holdsPrivateKeyText(text));
      },
    ),
    { numRuns: 60 },
  );
  assert.is(found(`${filler(70_000)}\n${KEYS.pem}`, [1]), true);
});

test('near misses: a certificate, a manual, and what would begin a line only where the text was cut', () => {
  assert.is(found(sample('certificate.pem').repeat(200)), false);
  const manual = filler(200_000, 'A file begins with -----BEGIN PRIVATE KEY----- and ends with END.\n');
  assert.is(found(manual), false);
  // One line, so that windows begin and end at any place; and a line that only begins a file.
  const midLine = `x PrivateKey = ${'A'.repeat(43)}= `;
  for (let shift = 0; shift < midLine.length; shift += 1)
    assert.is(found(`${filler(shift, 'x')}${filler(140_000, midLine)}`), false, `${shift}`);
  const first = '== ed25519v1-secret: type0 ==\n';
  for (let shift = 0; shift < first.length; shift += 1)
    assert.is(found(`${filler(shift, 'x')}\n${filler(140_000, first)}`), false, `${shift}`);
  // A line whose end is in the next window.
  const longer = `cache.example.org-1:${'A'.repeat(86)}==and more\n`;
  for (let length = 131_072 - 130; length < 131_072; length += 1)
    assert.is(found(`${filler(length - 1)}\n${longer}${filler(10_000)}`), false, `${length}`);
});

test('UTF-16 of either order', () => {
  const wide = Buffer.from(`\ufeff${filler(70_001)}\n${KEYS.pem}`, 'utf16le');
  for (const bytes of [wide, Buffer.from(wide).swap16(), wide.subarray(2)]) {
    assert.is(textWidth(bytes.subarray(0, TEXT_HEAD_BYTES)), 2);
    assert.is(found(bytes, [4095, 65536], 2), true);
  }
});

test('what is a text is told by its head', () => {
  for (const text of ['a', 'x = 1\r\n\t\x0c\x1b[1m', 'Gr\u00fc\u00dfe', '\u4f60\u597d'.repeat(1000)])
    assert.is(textWidth(Buffer.from(text).subarray(0, TEXT_HEAD_BYTES)), 1, text);
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.alloc(TEXT_HEAD_BYTES),
    Buffer.from('\x7fELF\x02\x01\x01\0'),
    Buffer.from('SQLite format 3\0'),
    Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]),
    Buffer.from('text and one\0zero'),
    Buffer.from(`${'a\0'.repeat(30)}\x01\0`),
  ])
    assert.is(textWidth(bytes), undefined, bytes.toString('hex').slice(0, 40));
});

test.run();
