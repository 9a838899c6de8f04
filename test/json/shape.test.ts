// One definition gives a type, a check and a schema; this compares the last two.
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as shape from '../../src/json/shape.ts';

const test = suite('json/shape');

const SHAPES: Readonly<Record<string, shape.Shape<unknown>>> = {
  text: shape.text(),
  pattern: shape.textLike(/^a\/[^\0]+$/, 'a/ and more'),
  one: shape.oneOf(['x']),
  several: shape.oneOf([1, 'x', true]),
  flag: shape.flag(),
  nothing: shape.nothing(),
  number: shape.number(undefined, 0),
  whole: shape.whole(undefined, 1, 9),
  either: shape.either([shape.text(), shape.whole()]),
  list: shape.listOf(shape.whole(), undefined, 1),
  record: shape.recordOf(shape.text(), undefined, shape.textLike(/^k/, 'k...')),
  object: shape.object({
    a: shape.text(),
    b: shape.optional(shape.object({ c: shape.listOf(shape.flag()) })),
  }),
  reference: shape.about('A document.', shape.object({ deep: shape.object({ er: shape.nothing() }) })),
};

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false });
const validators = Object.fromEntries(
  Object.entries(SHAPES).map(([name, { schema }]) => [name, ajv.compile(schema)]),
);

const NEAR = fc.oneof(
  fc.constantFrom<unknown>('x', 'a/b', 'a/', 'a/\0', '', null, true, false, 0, 1, 9, 10, -1, 1.5, 2 ** 53),
  fc.constantFrom<unknown>([], [1], [1, 'x'], { k: 'v' }, { l: 'v' }, { k: 1 }, { a: 'x' }, { a: 1 }),
  fc.constantFrom<unknown>({ a: 'x', b: {} }, { a: 'x', b: { c: [true] } }, { a: 'x', b: { c: [1] } }),
  fc.constantFrom<unknown>({ a: 'x', more: 1 }, { deep: {} }, { deep: { er: null } }, { deep: null }),
  fc.jsonValue(),
);

test('check and schema agree on any value', () => {
  const seen = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(NEAR, (value) => {
      for (const [name, { check }] of Object.entries(SHAPES)) {
        const isRight = check(value) === undefined;
        assert.is(isRight, validators[name]?.(value), `${name}: ${JSON.stringify(value)}`);
        seen[isRight ? 'taken' : 'refused'] += 1;
      }
    }),
    { numRuns: 2000 },
  );
  assert.ok(seen.taken > 500 && seen.refused > 500, JSON.stringify(seen));
});

test('a mismatch has its place, what was found and what was wanted', () => {
  const { check } = shape.object({ list: shape.listOf(shape.object({ size: shape.whole() })) });
  assert.equal(check({ list: [{ size: 1 }, { size: 'x' }] }), {
    place: ['list', 1, 'size'],
    found: 'x',
    wanted: 'a whole number from 0',
  });
  assert.equal(check({}), { place: ['list'], found: undefined, wanted: 'a value' });
  assert.is(check([])?.wanted, 'an object');
  assert.is(shape.oneOf(['a', 'b']).check('c')?.wanted, '"a" or "b"');
  assert.is(shape.listOf(shape.text(), undefined, 2).check(['a'])?.wanted, 'a list of 2 or more');
});

test('inherited keys are no keys', () => {
  assert.ok(shape.object({ toString: shape.text() }).check({}) !== undefined);
});

test('descriptions are in the schema, and a shape can have another one', () => {
  const size = shape.whole('Bytes.');
  assert.is(size.schema.description, 'Bytes.');
  assert.is(shape.about('Blocks.', size).schema.description, 'Blocks.');
  assert.is(size.schema.description, 'Bytes.');
  const document = shape.documentSchema(
    'stillroot/x/1',
    'stillroot x',
    'An example.',
    shape.object({ size }),
  );
  assert.equal(
    [document.$id, document.title, document.description, document.required],
    ['stillroot/x/1', 'stillroot x', 'An example.', ['size']],
  );
});

test('places and values as messages show them', () => {
  assert.is(shape.showPlace(['image', 'blocks', 3, 'size']), 'image.blocks[3].size');
  assert.is(shape.showPlace(['a', 'b c\x1b']), 'a["b c\\u001b"]');
  assert.is(shape.excerpt('x'.repeat(100)), `"${'x'.repeat(60)}"...`);
  assert.equal([undefined, [], {}, 1].map(shape.excerpt), ['nothing', 'a list', 'an object', '1']);
});

test.run();
