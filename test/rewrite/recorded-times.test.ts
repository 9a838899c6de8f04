import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { adjtime, docBaseTimes, gconfMtime, updatedStamp } from '../../src/rewrite/recorded-times.ts';
import { rewriteContext } from '../support/rewrite-context.ts';
import { apply, faultAt, lookUpIn, survivesDamage, textAfter } from './damage.ts';

const test = suite('recorded-times');

function outcome(text: string): string {
  const result = adjtime.apply(Buffer.from(text), rewriteContext());
  return result.outcome === 'rewritten' ? Buffer.from(result.bytes).toString() : result.outcome;
}

test('adjtime: UTC is the default, so nothing of its record is needed', () => {
  for (const text of [
    '0.0 0 0.0\n0\nUTC\n',
    '1.5 1700000000 0.0\n1700000000\nUTC\n',
    '0.0 0 0.0\n',
    'x\nLOCAL\n',
  ])
    assert.is(outcome(text), 'obsolete');
});

test('adjtime: local time is a choice: two records of it become the same, and stay so', () => {
  const neutral = '0.0 0 0.0\n0\nLOCAL\n';
  assert.is(outcome('1.5 1700000000 0.0\n1700000000\nLOCAL\n'), neutral);
  assert.is(outcome('-0.1 1600000000 0.0\n1600000000\nLOCAL'), neutral);
  assert.is(outcome(neutral), 'unchanged');
  assert.is(outcome(''), 'unchanged');
});

const stamp = (nanoseconds: string): string =>
  `# This file was created by systemd-update-done. Its only\n# purpose is to hold a timestamp of the time this directory\n# was updated. See man:systemd-update-done.service(8).\nTIMESTAMP_NSEC=${nanoseconds}\n`;
const usr = { isFile: false, mtime: 1_700_000_000, nanoseconds: 123_456_789, finalMtime: 1_650_000_000 };
const context = { path: 'etc/.updated', lookUp: lookUpIn({ usr }) };
const FINAL = '1650000000000000000';

test('updated-stamp: the time of usr becomes the one that usr will have', () => {
  assert.is(textAfter(updatedStamp, stamp('1700000000123456789'), context), stamp(FINAL));
});

test('updated-stamp: a stamp in the future stays valid, and gets the same time', () => {
  assert.is(textAfter(updatedStamp, stamp('1800000000000000000'), context), stamp(FINAL));
});

test('updated-stamp: a stamp that is right already stays, whatever usr had before', () => {
  assert.is(apply(updatedStamp, stamp(FINAL), context).outcome, 'unchanged');
});

test('updated-stamp: a stamp older than usr is of no use; it goes where no package has it', () => {
  const old = stamp('1700000000123456788');
  assert.is(apply(updatedStamp, old, { ...context, owned: () => false }).outcome, 'obsolete');
  assert.is(apply(updatedStamp, old, { ...context, owned: () => true }).outcome, 'unchanged');
  assert.is(apply(updatedStamp, old, context).outcome, 'unchanged');
});

test('updated-stamp: without the line or without usr nothing is known', () => {
  assert.is(apply(updatedStamp, '# a comment\n', context).outcome, 'unchanged');
  assert.is(apply(updatedStamp, stamp('1700000000123456789')).outcome, 'unchanged');
});

test('updated-stamp: what is no number is reported where it stands', () => {
  faultAt(updatedStamp, stamp('now'), stamp('').length - 1, /now/, context);
});

test('updated-stamp: damage', () => {
  survivesDamage(updatedStamp, Buffer.from(stamp('1700000000123456789')), { context, sameSize: false });
});

const xml = (mtime: string): string =>
  `<?xml version="1.0"?>\n<gconf>\n\t<entry name="a" mtime="${mtime}" type="string">\n` +
  '\t\t<stringvalue>the text mtime=&quot;1800000000&quot; and mtime="1800000000" is no attribute</stringvalue>\n' +
  `\t</entry>\n\t<entry\n\t\tname="b" mtime="7" type="bool" value="true"/>\n</gconf>\n`;

test('gconf-mtime: attributes later than the epoch become it; text stays', () => {
  assert.is(textAfter(gconfMtime, xml('1700000000'), { epoch: 1_650_000_000 }), xml('1650000000'));
});

test('gconf-mtime: a shorter epoch makes the file shorter', () => {
  assert.is(textAfter(gconfMtime, '<entry mtime="1700000000"/>', { epoch: 0 }), '<entry mtime="0"/>');
});

test('gconf-mtime: nothing later, other attributes and no XML at all: unchanged', () => {
  for (const text of [xml('5'), '<entry ctime="1700000000" xmtime="1700000000"/>', 'mtime="1700000000"']) {
    assert.is(apply(gconfMtime, text, { epoch: 1000 }).outcome, 'unchanged', text);
  }
});

test('gconf-mtime: damage', () => {
  survivesDamage(gconfMtime, Buffer.from(xml('1700000000')), { context: { epoch: 1000 }, sameSize: false });
});

const EPOCH = 1_650_000_000;
/** As YAML::Tiny writes what doc-base gives it. */
const REGISTER = (first: number, second: number): string =>
  `---\n/usr/share/doc-base/findutils.findutils:\n  CT: ${first}\n  ID: findutils\n/usr/share/doc-base/users-and-groups:\n  CT: ${second}\n  ID: users-and-groups\n`;

test('doc-base-times: later change times become the epoch, and earlier ones stay', () => {
  const [a, b] = [REGISTER(1_700_000_000, 1_700_000_001), REGISTER(1_703_900_000, 1_703_900_009)];
  assert.is.not(a, b);
  assert.is(textAfter(docBaseTimes, a, { epoch: EPOCH }), REGISTER(EPOCH, EPOCH));
  assert.is(textAfter(docBaseTimes, b, { epoch: EPOCH }), REGISTER(EPOCH, EPOCH));
  assert.is(apply(docBaseTimes, REGISTER(1_600_000_000, EPOCH), { epoch: EPOCH }).outcome, 'unchanged');
});

test('doc-base-times: other keys stay', () => {
  for (const text of ['  ACT: 1700000000\n', '  CTX: 1700000000\n', '  ID: CT 1700000000\n', '']) {
    assert.is(apply(docBaseTimes, text, { epoch: EPOCH }).outcome, 'unchanged', text);
  }
});

test('doc-base-times: damage', () => {
  survivesDamage(docBaseTimes, Buffer.from(REGISTER(1_700_000_000, 1_700_000_001)), {
    context: { epoch: EPOCH },
    sameSize: false,
  });
});

test.run();
