import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseOsRelease } from '../../src/formats/os-release.ts';

const test = suite('formats/os-release');

const parse = (text: string): Record<string, string> => Object.fromEntries(parseOsRelease(text));

test('plain, single-quoted and double-quoted values', () => {
  assert.equal(parse('ID=debian\nNAME="Debian GNU/Linux"\nVARIANT=\'a "b" $c\'\n'), {
    ID: 'debian',
    NAME: 'Debian GNU/Linux',
    VARIANT: 'a "b" $c',
  });
});

test('escapes between double quotes', () => {
  assert.equal(parse(String.raw`A="\"\$\\\`"`), { A: '"$\\`' });
  assert.equal(parse(String.raw`A="C:\new"`), { A: String.raw`C:\new` });
});

test('a backslash between single quotes is itself, outside quotes it escapes', () => {
  assert.equal(parse(String.raw`A='a\nb'`), { A: String.raw`a\nb` });
  assert.equal(parse(String.raw`A=a\ b`), { A: 'a b' });
});

test('comments, empty lines, spaces around and carriage returns', () => {
  assert.equal(parse('# ID=no\n\n  ; ID=no\n  ID=arch  \r\n'), { ID: 'arch' });
  assert.equal(parse('ID="a#b"\nX=a#b'), { ID: 'a#b', X: 'a#b' });
});

test('empty values, no newline at the end, and the last line wins', () => {
  assert.equal(parse('ID=a\nVERSION_ID=\nX=""\nID=b'), { ID: 'b', VERSION_ID: '', X: '' });
});

test('lines that are no assignment are skipped', () => {
  assert.equal(parse('nonsense\n=x\n1A=x\nA B=c\nB="open\nC="x" y\nD=\'x\nID=ok'), { ID: 'ok' });
});

test.run();
