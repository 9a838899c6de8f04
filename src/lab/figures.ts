/** Figures of several runs. */
import type { Figures, Ratios, Spread } from './result.ts';

export interface Sample {
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number | undefined;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
  return { median, low: sorted[0] ?? Number.NaN, high: sorted.at(-1) ?? Number.NaN };
}

export function figuresOf(samples: readonly Sample[], size: number): Figures {
  const memory = samples.flatMap((sample) => sample.memory ?? []);
  return {
    runs: samples.length,
    wall: spreadOf(samples.map(({ wall }) => wall)),
    cpu: spreadOf(samples.map(({ cpu }) => cpu)),
    memory: memory.length === 0 ? null : spreadOf(memory),
    size,
  };
}

/** The kernel counts processor time in steps of 0.01 s; no less can be told apart. */
const TICK = 0.01;

/**
 * How many times the one is the other, round by round: what else the machine did hit both alike.
 *
 * @param samples and `others` of the same rounds
 */
export function ratiosOf(
  against: string,
  samples: readonly Sample[],
  others: readonly Sample[],
  size: number,
  otherSize: number,
): Ratios {
  const pairs = samples.flatMap((sample, round) => {
    const other = others[round];
    return other === undefined ? [] : [[sample, other] as const];
  });
  const memory = pairs.flatMap(([{ memory: a }, { memory: b }]) => (a && b ? [a / b] : []));
  return {
    against,
    wall: spreadOf(pairs.map(([a, b]) => a.wall / b.wall)),
    cpu: spreadOf(pairs.map(([a, b]) => Math.max(a.cpu, TICK) / Math.max(b.cpu, TICK))),
    memory: memory.length === 0 ? null : spreadOf(memory),
    size: size / otherSize,
  };
}
