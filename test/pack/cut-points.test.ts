// A failure here means that blocks are cut at different points for the same input: golden.ts says what to do.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { XZ_LEVELS } from '../../src/pack/levels.ts';
import { cutLengths, cutPointsOf, readGolden } from './golden.ts';

const test = suite('cut-points');
const { cutPoints } = readGolden();
const byLevel = await cutLengths();
const made = cutPointsOf(byLevel);

for (const [level] of XZ_LEVELS.levels.entries()) {
  test(`level ${level}`, () => assert.is(made[`level ${level}`], cutPoints[`level ${level}`]));
}

test('there are hundreds of cuts, of as many lengths, and few are forced by the largest size', () => {
  for (const [number, level] of XZ_LEVELS.levels.entries()) {
    const lengths = byLevel[number] ?? [];
    assert.ok(lengths.length >= 199, `${lengths.length} blocks`);
    assert.ok(new Set(lengths).size > lengths.length / 2);
    const forced = lengths.filter((length) => length > level.blockMaximum - 64 * 1024).length;
    assert.ok(forced < lengths.length / 10, `${forced} of ${lengths.length}`);
  }
});

test.run();
