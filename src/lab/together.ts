import type { Dimension } from './dimension.ts';
import { Random } from './random.ts';

/** What is varied all at once: of each slot one, by the seed; of those without a slot all. */
export function chooseTogether(dimensions: readonly Dimension[], seed: number): Dimension[] {
  const random = new Random(seed);
  const slots = new Map<string, Dimension[]>();
  const chosen = new Set<Dimension>();
  for (const dimension of dimensions) {
    const { slot, equality } = dimension;
    if (equality !== 'required' || slot === '') continue;
    if (slot === undefined) chosen.add(dimension);
    else slots.set(slot, [...(slots.get(slot) ?? []), dimension]);
  }
  for (const [first, ...others] of slots.values()) {
    if (first !== undefined) chosen.add(random.pick([first, ...others]));
  }
  return dimensions.filter((dimension) => chosen.has(dimension));
}
