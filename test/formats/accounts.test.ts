import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  accountLines,
  needFields,
  parseAccountFile,
  parseAccounts,
  sortById,
} from '../../src/formats/accounts.ts';
import { Damage } from '../../src/formats/damage.ts';

const test = suite('formats/accounts');

function damageAt(offset: number, work: () => unknown): void {
  assert.throws(work, (error: unknown) => error instanceof Damage && error.offset === offset);
}

test('names and numbers of passwd and group files', () => {
  const passwd = parseAccounts('root:x:0:0:root:/root:/bin/bash\nmail:x:8:8::/var/mail:\n');
  assert.equal(
    [...passwd],
    [
      ['root', 0],
      ['mail', 8],
    ],
  );
  assert.equal(
    [...parseAccounts('staff:x:50:\nbig:x:4294967294:\n')],
    [
      ['staff', 50],
      ['big', 4_294_967_294],
    ],
  );
});

test('the first line of a name counts', () => {
  assert.is(parseAccounts('a:x:1:\na:x:2:\n').get('a'), 1);
});

test('lines without a name or a number give nothing', () => {
  const text = [
    '+::::::',
    '+@netgroup',
    '-user',
    '',
    '# comment',
    ':x:5:',
    'b:x::',
    'c:x:1e3:',
    'd:x:-1:',
    'e:x',
  ].join('\n');
  assert.equal([...parseAccounts(text)], []);
});

test('every line has its offset, and NIS lines and empty ones are no accounts', () => {
  const lines = accountLines('a:x:1:\n\n+b:::\n-c\n');
  assert.equal(
    lines.map(({ name, offset, isAccount }) => [name, offset, isAccount]),
    [
      ['a', 0, true],
      ['', 7, false],
      ['+b', 8, false],
      ['-c', 14, false],
      ['', 17, false],
    ],
  );
  needFields(lines[0]!, 4);
  damageAt(14, () => needFields(lines[3]!, 4));
});

test('what is to be sorted ends at the first line of NIS, or in front of empty lines at the end', () => {
  const split = (text: string): unknown => {
    const { accounts, rest } = parseAccountFile(text, 4);
    return [accounts.map(({ line }) => line), rest];
  };
  assert.equal(split('b:x:1:\na:x:0:\n'), [['b:x:1:', 'a:x:0:'], ['']]);
  assert.equal(split('b:x:1:'), [['b:x:1:'], []]);
  assert.equal(split(''), [[], ['']]);
  assert.equal(split('b:x:1:\n\n\n'), [['b:x:1:'], ['', '', '']]);
  assert.equal(split('b:x:1:\n+\na:x:0:\n\n'), [['b:x:1:'], ['+', 'a:x:0:', '', '']]);
  damageAt(7, () => split('b:x:1:\n\na:x:0:\n'));
  damageAt(7, () => split('b:x:1:\na:x\n'));
});

test('of several names for one number the first stays first', () => {
  const { accounts } = parseAccountFile('c:x:10:\nb:x:9:\na:x:9:', 4);
  assert.equal(
    sortById(accounts).map(({ name }) => name),
    ['b', 'a', 'c'],
  );
  damageAt(0, () => sortById(parseAccountFile('c:x:ten:', 4).accounts));
});

test('a million empty lines in front of an account are looked at once', () => {
  damageAt(0, () => parseAccountFile(`${'\n'.repeat(1_000_000)}a:x:0:`, 4));
});

test.run();
