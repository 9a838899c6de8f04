import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseJson } from '../../src/json/parse-json.ts';

const test = suite('parse-json');

function said(text: string): unknown {
  try {
    return parseJson(text, { depth: 3, values: 9 }, (kind, what, cause) =>
      Object.assign(new Error(`${kind}: ${what}`), { cause }),
    );
  } catch (error) {
    return error;
  }
}

test('values within the limits are returned', () => {
  for (const value of [1, null, 'x', [[[]]], { a: { b: { c: 1 } } }, [1, 2, 3, 4, 5, 6, 7, 8, 9]]) {
    assert.equal(said(JSON.stringify(value)), value);
  }
});

test('anything else is refused with its kind, and deep texts are not parsed', () => {
  for (const [text, wanted] of [
    ['[[[[]]]]', 'limit: is nested more than 3 levels deep'],
    ['['.repeat(1_000_000), 'limit: is nested more than 3 levels deep'],
    [`{"a":${'{"a":'.repeat(100_000)}`, 'limit: is nested more than 3 levels deep'],
    ['[1,2,3,4,5,6,7,8,9,10]', 'limit: has more than 9 values'],
    ['', 'malformed: is not JSON'],
    ['[1', 'malformed: is not JSON'],
    ['{"a":1}x', 'malformed: is not JSON'],
  ] as const) {
    const error = said(text);
    assert.instance(error, Error);
    assert.is((error as Error).message, wanted);
    assert.is((error as Error).cause instanceof SyntaxError, wanted.startsWith('malformed'));
  }
});

test.run();
