/** Numbers from xorshift32: the same for the same seed, always and everywhere. */
export class Random {
  #state: number;

  constructor(seed: number) {
    // Seeds that follow each other should not begin alike.
    this.#state = Math.imul(seed ^ (seed >>> 16), 0x45d9f3b) | 0 || 1;
    for (let turn = 0; turn < 4; turn += 1) this.below(2);
  }

  /** 0..limit-1 */
  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  pick<T>(values: ArrayLike<T>): T {
    return values[this.below(values.length)] as T;
  }
}
