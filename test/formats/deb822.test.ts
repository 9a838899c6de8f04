import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseControlFile } from '../../src/formats/deb822.ts';

const test = suite('formats/deb822');

function parse(text: string, ...wanted: string[]): [string, string][][] {
  return [...parseControlFile(text, new Set(wanted))].map((paragraph) => [...paragraph]);
}

test('wanted fields, whatever the case of their names', () => {
  assert.equal(parse('A: 1\nb:2 \nC: 3\n\nB: x:y\n', 'a', 'b'), [
    [
      ['a', '1'],
      ['b', '2'],
    ],
    [['b', 'x:y']],
  ]);
});

test('a field goes on in lines that begin with a blank, also where it is not wanted', () => {
  assert.equal(parse('A: 1\n two\n\tthree\nB: 2\n A: none\n', 'a'), [[['a', '1\ntwo\nthree']]]);
});

test('lines without a colon, and nothing at all', () => {
  assert.equal(parse('rubbish\nA: 1\n', 'a'), [[['a', '1']]]);
  assert.equal(parse('', 'a'), []);
});

test.run();
