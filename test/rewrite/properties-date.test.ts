import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { propertiesDate } from '../../src/rewrite/properties-date.ts';
import { apply, survivesDamage, textAfter } from './damage.ts';

const test = suite('properties-date');

/** As Maven Resolver writes it. */
const MAVEN = (date: string): string =>
  `#NOTE: This is a Maven Resolver internal implementation file, its format can be changed without prior notice.\n#${date}\nb-1.jar>central=\nb-1.pom>central=\n`;

test('two files that differ in the date only become the same, and lose nothing else', () => {
  const first = MAVEN('Tue Nov 14 22:13:20 UTC 2023');
  const second = MAVEN('Sat Dec 30 02:33:20 CET 2023');
  assert.is.not(first, second);
  const result = textAfter(propertiesDate, first);
  assert.is(result, textAfter(propertiesDate, second));
  assert.match(result, /^#NOTE: .*notice\.\nb-1\.jar>central=\nb-1\.pom>central=\n$/);
});

test('zones by distance, and the line ends of other systems', () => {
  for (const date of [
    'Tue Nov 14 22:13:20 GMT+01:00 2023',
    'Tue Nov 14 22:13:20 -0300 2023',
    'Tue Nov 14 22:13:20 UTC 2023\r',
  ]) {
    assert.is(textAfter(propertiesDate, `#${date}\na=b\n`), 'a=b\n');
  }
});

test('a date behind the first property, another comment, and a file without either stay', () => {
  for (const text of [
    'a=b\n#Tue Nov 14 22:13:20 UTC 2023\nc=d\n',
    '#Written on Tue Nov 14 22:13:20 UTC 2023\na=b\n',
    '#Tue Nov 14 22:13:20 UTC 2023',
    'a=b\n',
    '',
  ]) {
    assert.is(apply(propertiesDate, text).outcome, 'unchanged', text);
  }
});

test('damage', () => {
  survivesDamage(propertiesDate, Buffer.from(MAVEN('Tue Nov 14 22:13:20 UTC 2023')), { sameSize: false });
});

test.run();
