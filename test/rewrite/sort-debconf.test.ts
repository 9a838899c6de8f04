import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sortDebconf } from '../../src/rewrite/sort-debconf.ts';
import { apply, faultAt, survivesDamage, textAfter } from './damage.ts';

const test = suite('sort-debconf');

const LIBRARIES = (owners: string): string =>
  `Name: libraries/restart-without-asking\nTemplate: libraries/restart-without-asking\nValue: b, a\nOwners: ${owners}\n`;
const KERNEL = (flags: string, variables: string): string =>
  `Name: a/kernel\nTemplate: a/kernel\nOwners: linux\nFlags: ${flags}\nVariables:\n${variables}`;

test('questions, owners, flags and variables are sorted, values stay', () => {
  assert.is(
    textAfter(
      sortDebconf,
      `${LIBRARIES('libpam0g, libc6, libc6:amd64')}\n${KERNEL('seen, a', ' version = 6, 5\n list = \n')}\n`,
    ),
    `${KERNEL('a, seen', ' list = \n version = 6, 5\n')}\n${LIBRARIES('libc6, libc6:amd64, libpam0g')}\n`,
  );
});

test('variables in the middle of a stanza and at the end of the file', () => {
  assert.is(
    textAfter(sortDebconf, 'Name: a\nVariables:\n b = 1\n a = 2\nFlags: seen'),
    'Name: a\nVariables:\n a = 2\n b = 1\nFlags: seen',
  );
  assert.is(
    textAfter(sortDebconf, 'Name: a\nVariables:\n b = 1\n a = 2'),
    'Name: a\nVariables:\n a = 2\n b = 1',
  );
});

test('a sorted file stays', () => {
  const text = `${KERNEL('seen', ' a = 1\n')}\n${LIBRARIES('libc6')}\n`;
  assert.is(apply(sortDebconf, text).outcome, 'unchanged');
});

test('a stanza without a name and more than one empty line are reported', () => {
  faultAt(sortDebconf, 'Name: a\n\nTemplate: b\n', 9, /without a name/);
  faultAt(sortDebconf, 'Name: b\n\n\nName: a\n', 0, /several empty lines/);
});

test('damage', () => {
  const text = `${LIBRARIES('b, a')}\n${KERNEL('seen, a', ' b = 1\n a = 2\n')}\n`;
  survivesDamage(sortDebconf, Buffer.from(text));
});

test.run();
