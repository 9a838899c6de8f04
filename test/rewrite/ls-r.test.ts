import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lsR } from '../../src/rewrite/ls-r.ts';
import { apply, faultAt, survivesDamage, textAfter } from './damage.ts';

const test = suite('ls-r');
const MAGIC = '% ls-R -- filename database for kpathsea; do not change this line.\n';
const FIRST = `${MAGIC}./:\nweb2c\nls-R\nfonts\n\n./web2c:\ntex\n\n./fonts:\nmap\ncache\n\n./web2c/tex:\ntex.fmt\n`;
const SECOND = `${MAGIC}./:\nfonts\nls-R\nweb2c\n\n./fonts:\ncache\nmap\n\n./web2c:\ntex\n\n./web2c/tex:\ntex.fmt\n`;

test('two orders of the file system become one', () => {
  assert.is.not(FIRST, SECOND);
  assert.is(textAfter(lsR, FIRST), SECOND);
  assert.is(apply(lsR, SECOND).outcome, 'unchanged');
});

test('directories without names, several empty lines and an empty line after the first one', () => {
  assert.is(
    textAfter(lsR, `${MAGIC}\n./b:\n\n\n./a:\nx\n\n./a/b:\n`),
    `${MAGIC}\n./a:\nx\n\n./a/b:\n\n./b:\n`,
  );
});

test('names with spaces and colons are names', () => {
  const text = `${MAGIC}./:\nb c\na:b\n`;
  assert.is(textAfter(lsR, text), `${MAGIC}./:\na:b\nb c\n`);
});

test('another file is reported, and an empty one stays', () => {
  faultAt(lsR, './:\nb\na\n', 0, /first line/);
  assert.is(apply(lsR, '').outcome, 'unchanged');
  assert.is(apply(lsR, MAGIC).outcome, 'unchanged');
  faultAt(lsR, `${MAGIC}./:\nb\n\nstray\n`, MAGIC.length + 7, /block without/);
});

test('damage', () => {
  survivesDamage(lsR, Buffer.from(FIRST), { sameSize: false });
});

test.run();
