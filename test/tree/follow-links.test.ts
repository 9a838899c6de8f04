import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { followLinks, MAX_SYMLINKS } from '../../src/tree/tree.ts';

const test = suite('tree/follow-links');

test('a chain of as many links as the kernel follows, and of one more', () => {
  const chain = (path: string): string | undefined =>
    /^l\d+$/.test(path) && path !== 'l0' ? `l${Number(path.slice(1)) - 1}` : undefined;
  assert.is(followLinks(`l${MAX_SYMLINKS}/x`, chain, true), 'l0/x');
  assert.is(followLinks(`l${MAX_SYMLINKS + 1}/x`, chain, true), undefined);
  assert.is(followLinks(`l${MAX_SYMLINKS}`, chain, false), `l${MAX_SYMLINKS}`);
});

test('a result longer than Linux takes is none', () => {
  const long = 'd/'.repeat(1500);
  const targetOf = (path: string): string | undefined => (path === 'l' ? `${long}m` : undefined);
  assert.is(followLinks('l/x', targetOf, true), `${long}m/x`);
  assert.is(followLinks(`l/${long}x`, targetOf, true), undefined);
});

test('dots and slashes mean what they mean in a path', () => {
  const targetOf = (path: string): string | undefined => (path === 'usr/l' ? '../etc//./x/' : undefined);
  assert.is(followLinks('/usr//./l/y/..', targetOf, true), 'etc/x');
  assert.is(followLinks('..', targetOf, true), '');
});

test.run();
