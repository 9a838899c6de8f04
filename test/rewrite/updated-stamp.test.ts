import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { updatedStamp } from '../../src/rewrite/updated-stamp.ts';
import { apply, faultAt, lookUpIn, survivesDamage, textAfter } from './damage.ts';

const test = suite('updated-stamp');

const stamp = (nanoseconds: string): string =>
  `# This file was created by systemd-update-done. Its only\n# purpose is to hold a timestamp of the time this directory\n# was updated. See man:systemd-update-done.service(8).\nTIMESTAMP_NSEC=${nanoseconds}\n`;
const usr = { isFile: false, mtime: 1_700_000_000, nanoseconds: 123_456_789, finalMtime: 1_650_000_000 };
const context = { path: 'etc/.updated', lookUp: lookUpIn({ usr }) };
const FINAL = '1650000000000000000';

test('the time of usr becomes the one that usr will have', () => {
  assert.is(textAfter(updatedStamp, stamp('1700000000123456789'), context), stamp(FINAL));
});

test('a stamp in the future stays valid, and gets the same time', () => {
  assert.is(textAfter(updatedStamp, stamp('1800000000000000000'), context), stamp(FINAL));
});

test('a stamp that is right already stays, whatever usr had before', () => {
  assert.is(apply(updatedStamp, stamp(FINAL), context).outcome, 'unchanged');
});

test('a stamp older than usr is of no use; it goes where no package has it', () => {
  const old = stamp('1700000000123456788');
  assert.is(apply(updatedStamp, old, { ...context, owned: () => false }).outcome, 'obsolete');
  assert.is(apply(updatedStamp, old, { ...context, owned: () => true }).outcome, 'unchanged');
  assert.is(apply(updatedStamp, old, context).outcome, 'unchanged');
});

test('without the line or without usr nothing is known', () => {
  assert.is(apply(updatedStamp, '# a comment\n', context).outcome, 'unchanged');
  assert.is(apply(updatedStamp, stamp('1700000000123456789')).outcome, 'unchanged');
});

test('what is no number is reported where it stands', () => {
  faultAt(updatedStamp, stamp('now'), stamp('').length - 1, /now/, context);
});

test('damage', () => {
  survivesDamage(updatedStamp, Buffer.from(stamp('1700000000123456789')), { context, sameSize: false });
});

test.run();
