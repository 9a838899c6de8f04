import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { arHeader } from '../../src/rewrite/ar-header.ts';
import { after, apply, faultAt, sample, survivesDamage } from './damage.ts';

const test = suite('ar-header');

const EPOCH = 1_650_000_000;
/** Symbol table, long names, hello.o of 1000:1001 with mode 664, a text file with mode 755. */
const REAL = sample('libhello.a');

/** Headers by name, as text. */
function headersOf(bytes: Buffer): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 8; at < bytes.length; ) {
    const header = bytes.toString('latin1', at, at + 60);
    const size = Number(header.slice(48, 58));
    headers[header.slice(0, 16).trim()] = header.slice(16, 58);
    at += 60 + size + (size % 2);
  }
  return headers;
}

test('times, owners and modes are held still, contents stay', () => {
  const result = after(arHeader, REAL, { epoch: EPOCH });
  const headers = headersOf(result);
  assert.equal(Object.keys(headers), ['/', '//', 'hello.o/', '/0']);
  assert.match(headers['hello.o/'] as string, /^1650000000 {2}0 {5}0 {5}644 {5}1072 {6}$/);
  assert.match(headers['/0'] as string, /^1650000000 {2}0 {5}0 {5}755 {5}5 {9}$/);
  assert.match(headers['/'] as string, /^1650000000 {2}0 {5}0 {5}0 {7}/);
  assert.is(headers['//'], headersOf(REAL)['//']);
  const hello = REAL.indexOf('hello.o/') + 60;
  assert.equal(result.subarray(hello, hello + 1072), REAL.subarray(hello, hello + 1072));
});

test('an earlier time stays, and so does what `ar D` makes', () => {
  const still = after(arHeader, REAL, { epoch: 0 });
  assert.is(apply(arHeader, still, { epoch: EPOCH }).outcome, 'unchanged');
  const earlier = Buffer.from(still);
  earlier.write('1600000000  ', earlier.indexOf('hello.o/') + 16, 'latin1');
  assert.is(apply(arHeader, earlier, { epoch: EPOCH }).outcome, 'unchanged');
});

test('an archive without members', () => {
  assert.is(apply(arHeader, '!<arch>\n').outcome, 'unchanged');
});

test('fields of spaces, as Windows tools leave them, stay', () => {
  const member = `${'x/'.padEnd(16)}${' '.repeat(32)}${'0'.padEnd(10)}\`\n`;
  assert.is(apply(arHeader, `!<arch>\n${member}`).outcome, 'unchanged');
});

test('linker scripts and objects are named .a too', () => {
  for (const text of ['/* GNU ld script */\nGROUP ( libm-2.36.a )\n', '\x7fELF\x02', '!<arch>']) {
    assert.is(apply(arHeader, text).outcome, 'unchanged');
  }
});

test('thin and broken archives are reported', () => {
  faultAt(arHeader, '!<thin>\nx', 0, /thin/);
  faultAt(arHeader, REAL.subarray(0, REAL.length - 3), REAL.length - 6, /end of the file at 1377/);
  const first = Buffer.from(REAL);
  first.write('xx', 8 + 58, 'latin1');
  faultAt(arHeader, first, 66, /xx/);
  const size = Buffer.from(REAL);
  size.write('-1', 8 + 48, 'latin1');
  faultAt(arHeader, size, 56, /-1/);
});

test('damage', () => {
  survivesDamage(arHeader, REAL, { context: { epoch: EPOCH } });
});

test.run();
