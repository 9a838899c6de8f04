/**
 * Damaged input for every reader, 150,000 and more: an answer or a StillrootError, in bounded time. The unit tests of
 * cpio, tar and the decoders try some 45,000 others, and bench/hostile.ts a million. The seed is fixed, so failures can
 * be repeated:
 *
 *     STILLROOT_FUZZ_INPUTS=1000000 STILLROOT_FUZZ_SEED=7 npm run test:system -- test/fuzz
 *     STILLROOT_FUZZ_ONLY=tar:4711:1 ...     input 4711 of seed 1 alone, as a failure names it
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Scratch } from '../support/temporary.ts';
import { runTarget } from './run-target.ts';
import { fuzzTargets } from './targets/table.ts';

const test = suite('fuzz');
const scratch = new Scratch('fuzz');
test.after(() => scratch.remove());

const INPUTS = Number(process.env.STILLROOT_FUZZ_INPUTS ?? 150_000);
const [name, input, itsSeed] = (process.env.STILLROOT_FUZZ_ONLY ?? '').split(':');
const SEED = Number(itsSeed ?? process.env.STILLROOT_FUZZ_SEED ?? 1);
const TARGETS = fuzzTargets(scratch.path);

assert.is(
  TARGETS.reduce((sum, { share }) => sum + share, 0),
  100,
);

for (const target of TARGETS) {
  if (name !== '' && name !== target.name) continue;
  const inputs = Math.ceil((INPUTS * target.share) / 100);
  test(`${target.name}: ${inputs} inputs from seed ${SEED}`, async () => {
    const only = name === '' ? {} : { only: Number(input) };
    const { read, refusals, milliseconds, slowest } = await runTarget(target, {
      inputs,
      seed: SEED,
      ...only,
    });
    if (process.env.STILLROOT_FUZZ_INPUTS !== undefined) {
      console.error(
        `  ${target.name}: ${read} read, ${refusals} kinds of refusal, ${Math.round(milliseconds)} ms, slowest ${slowest.toFixed(1)} ms`,
      );
    }
    if (name !== '' || target.isLenient === true) return;
    // Neither all refused nor all read, or the damage would be none, or only skin deep.
    assert.ok(read > inputs / 100 && read < inputs * 0.95, `${read} read`);
    assert.ok(refusals >= 10 || inputs < 1000, `${refusals} kinds of refusal`);
  });
}

test.run();
