import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type BlockRecipe, blockKey } from '../../src/cache/block-cache.ts';

const test = suite('block key');
const recipe: BlockRecipe = { profile: 1, encoder: 'some 1.2', preset: 5, dictionary: 4096 };
const raw = Buffer.from('raw');
const hex = (of: BlockRecipe, bytes: Uint8Array = raw): string => blockKey(of, bytes).toString('hex');

test('settings, then the digest of the content', () => {
  const wanted = createHash('sha256')
    .update('stillroot block\nprofile 1\nencoder some 1.2\npreset 5\ndictionary 4096\n')
    .update(createHash('sha256').update(raw).digest('hex'))
    .digest('hex');
  assert.is(hex(recipe), wanted);
});

test('everything that decides bytes changes it', () => {
  const keys = [
    hex(recipe),
    hex({ ...recipe, profile: 2 }),
    hex({ ...recipe, encoder: 'some 1.3' }),
    hex({ ...recipe, preset: 6 }),
    hex({ ...recipe, dictionary: 8192 }),
    hex(recipe, Buffer.from('raw\0')),
  ];
  assert.is(new Set(keys).size, keys.length);
});

test.run();
