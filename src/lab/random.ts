/** A pseudo-random generator that gives the same numbers for the same seed, so that a shuffle can be repeated. */
export class Random {
  #state: number;

  /** @param seed any integer; its low 32 bits count */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** @returns an integer from 0 to `limit` - 1 */
  below(limit: number): number {
    // A linear congruential generator with the constants of Numerical Recipes; its high bits are the good ones.
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  /** A shuffled copy: the Fisher-Yates shuffle. */
  shuffled<T>(values: readonly T[]): T[] {
    const shuffled = [...values];
    for (let at = shuffled.length - 1; at > 0; at -= 1) {
      const other = this.below(at + 1);
      [shuffled[at], shuffled[other]] = [shuffled[other] as T, shuffled[at] as T];
    }
    return shuffled;
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] as T;
  }
}
