import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { splitLinks } from '../../src/normalize/hard-links.ts';

const test = suite('split-links');
const group = { paths: ['a', 'b', 'c', 'd'], outside: 3 };

/** A capital letter is a content that the inode has not. */
const split = (outcomes: string, paths: readonly string[] = group.paths): string | undefined => {
  const found = splitLinks(group, paths, (path) => {
    const key = outcomes[group.paths.indexOf(path)] as string;
    return { key, keepsContent: key === key.toLowerCase() };
  });
  for (const { outside } of found?.parts ?? []) assert.is(outside, 3);
  return found?.parts.map((part) => `${part === found.remaining ? '*' : ''}${part.paths.join('')}`).join(' ');
};

test('one outcome for all is no split', () => {
  for (const outcomes of ['xxxx', 'XXXX']) assert.is(split(outcomes), undefined);
  assert.is(split('xXXX', ['b', 'c', 'd']), undefined);
  assert.is(split('xXXX', ['a']), undefined);
  assert.is(split('xxxx', []), undefined);
});

test('parts in the order of their first names; what keeps its content is split from nothing', () => {
  assert.is(split('XxXx'), 'ac *bd');
  assert.is(split('xXYx'), '*ad b c');
  assert.is(split('XYyx'), 'a b *c d');
  assert.is(split('XYXY'), '*ac bd');
  assert.is(split('xXYZ', ['b', 'd']), '*b d');
});

test.run();
