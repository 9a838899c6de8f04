import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { REWRITES } from '../../src/rewrite/registry.ts';
import { TABLES } from '../../src/rules/tables/index.ts';
import { rewriteContext } from '../support/rewrite-context.ts';

const test = suite('registry');

test('names are lower case with hyphens, as rules write them', () => {
  assert.ok(Object.keys(REWRITES).length > 0);
  for (const name of Object.keys(REWRITES)) assert.match(name, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
});

test('every normalizer that a rule names exists', () => {
  for (const { id, action } of Object.values(TABLES).flat()) {
    if (action.do === 'rewrite')
      assert.ok(Object.hasOwn(REWRITES, action.normalizer), `${id}: ${action.normalizer}`);
  }
});

test('each says what it does, has a limit, and leaves an empty file alone', () => {
  for (const [name, { what, maximumSize, apply }] of Object.entries(REWRITES)) {
    assert.match(what, /^[A-Z].*\.$/, name);
    assert.ok(maximumSize > 0 && maximumSize <= 256 * 1024 * 1024, name);
    assert.is(apply(Buffer.alloc(0), rewriteContext()).outcome, 'unchanged', name);
  }
});

test('none throws, whatever the bytes, and none changes the bytes it is given', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 400 }),
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      (bytes, epoch) => {
        for (const [name, { apply }] of Object.entries(REWRITES)) {
          const given = Buffer.from(bytes);
          apply(given, rewriteContext({ epoch }));
          assert.ok(given.equals(Buffer.from(bytes)), name);
        }
      },
    ),
  );
});

test.run();
