import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gconfMtime } from '../../src/rewrite/gconf-mtime.ts';
import { apply, survivesDamage, textAfter } from './damage.ts';

const test = suite('gconf-mtime');

const xml = (mtime: string): string =>
  `<?xml version="1.0"?>\n<gconf>\n\t<entry name="a" mtime="${mtime}" type="string">\n` +
  '\t\t<stringvalue>the text mtime=&quot;1800000000&quot; and mtime="1800000000" is no attribute</stringvalue>\n' +
  `\t</entry>\n\t<entry\n\t\tname="b" mtime="7" type="bool" value="true"/>\n</gconf>\n`;

test('attributes later than the epoch become it; text stays', () => {
  assert.is(textAfter(gconfMtime, xml('1700000000'), { epoch: 1_650_000_000 }), xml('1650000000'));
});

test('a shorter epoch makes the file shorter', () => {
  assert.is(textAfter(gconfMtime, '<entry mtime="1700000000"/>', { epoch: 0 }), '<entry mtime="0"/>');
});

test('nothing later, other attributes and no XML at all: unchanged', () => {
  for (const text of [xml('5'), '<entry ctime="1700000000" xmtime="1700000000"/>', 'mtime="1700000000"']) {
    assert.is(apply(gconfMtime, text, { epoch: 1000 }).outcome, 'unchanged', text);
  }
});

test('damage', () => {
  survivesDamage(gconfMtime, Buffer.from(xml('1700000000')), { context: { epoch: 1000 }, sameSize: false });
});

test.run();
