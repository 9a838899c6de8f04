// A failure here means that bytes changed for the same input: golden.ts says what to do.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeGolden, readGolden } from './golden.ts';

const test = suite('golden');
const golden = readGolden();
const made = await makeGolden();

test('the golden values belong to this profile and these encoders', () => {
  assert.is(made.profile, golden.profile);
  assert.equal(made.encoders, golden.encoders);
});

for (const [name, formats] of Object.entries(golden.archives)) {
  for (const [format, digest] of Object.entries(formats)) {
    test(`${name}, ${format}`, () => assert.is(made.archives[name]?.[format], digest));
  }
}

for (const [level, lengths] of Object.entries(golden.cuts)) {
  test(`where blocks are cut, ${level}`, () => assert.is(made.cuts[level], lengths));
}

test('nothing is missing from the golden values', () => {
  assert.equal(Object.keys(golden.archives).sort(), Object.keys(made.archives).sort());
  assert.ok(Object.values(golden.archives).every((formats) => Object.keys(formats).length === 12));
  assert.ok(Object.values(golden.cuts).every((lengths) => lengths.includes(' ')));
});

test.run();
