import { StillrootError } from '../../src/errors.ts';
import { Random } from './random.ts';
import type { FuzzTarget } from './target.ts';
import { Watchdog } from './watchdog.ts';

export interface FuzzResult {
  readonly inputs: number;
  /** Of them those that ended without an error. */
  readonly read: number;
  /** Distinct messages, with numbers and quotes left out: how many ways of refusing were met. */
  readonly refusals: number;
  readonly milliseconds: number;
  readonly slowest: number;
}

export interface FuzzOptions {
  readonly inputs: number;
  readonly seed: number;
  /** Number of the first input; 0 by default. */
  readonly first?: number;
  /** This input only. */
  readonly only?: number;
  /** After which one input ends the process. */
  readonly seconds?: number;
}

/** @throws Error that names target, seed and input where an input ends in anything but an answer */
export async function runTarget(target: FuzzTarget, options: FuzzOptions): Promise<FuzzResult> {
  const { inputs, seed, only, first = 0, seconds = 30 } = options;
  const [from, end] = only === undefined ? [first, first + inputs] : [only, only + 1];
  const corpus = await target.corpus();
  await readCorpus(target, corpus);
  const started = performance.now();
  const messages = new Set<string>();
  let read = 0;
  let slowest = 0;
  const watchdog = await Watchdog.start(`${target.name}, seed ${seed}`, seconds);
  try {
    for (let input = from; input < end; input += 1) {
      watchdog.begin(input);
      const random = new Random(seed + input);
      const original = random.pick(corpus);
      const bytes = target.change(original, corpus, random);
      const before = performance.now();
      const message = await refusal(target, bytes, random, `input ${input} of seed ${seed}`);
      slowest = Math.max(slowest, performance.now() - before);
      if (message === undefined) read += 1;
      else messages.add(message.replace(/"[^"]*"|\d+|\\x\w\w/g, ''));
    }
  } finally {
    await watchdog.end();
  }
  const milliseconds = performance.now() - started;
  return { inputs: end - from, read, refusals: messages.size, milliseconds, slowest };
}

/** What is sound must be read, or its changes prove nothing. */
async function readCorpus(target: FuzzTarget, corpus: readonly Buffer[]): Promise<void> {
  if (corpus.length === 0) throw new Error(`${target.name}: no corpus`);
  for (const [i, bytes] of corpus.entries()) {
    const message = await refusal(target, bytes, new Random(i), `corpus ${i}`);
    if (message !== undefined) throw new Error(`${target.name}: corpus ${i} is not read: ${message}`);
  }
}

async function refusal(
  target: FuzzTarget,
  bytes: Buffer,
  random: Random,
  what: string,
): Promise<string | undefined> {
  try {
    await target.read(bytes, random);
    return undefined;
  } catch (error) {
    const isAnswer = error instanceof StillrootError && target.codes.test(error.code);
    const shown =
      isAnswer && target.showsLines === true ? error.message.replace(/[\n\t]/g, '') : String(error);
    if (isAnswer && /^\P{C}*$/u.test(shown)) return error.message;
    const how = `STILLROOT_FUZZ_ONLY=${target.name}:${what.replace(/\D+/g, ' ').trim().replace(' ', ':')}`;
    throw new Error(`${target.name}, ${what} (again with ${how}): ${String(error)}`, { cause: error });
  }
}
