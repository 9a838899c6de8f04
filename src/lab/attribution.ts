/**
 * Which dimension is to blame. A copy of a tree on another filesystem differs in many things at once, so that a packer
 * that takes inode numbers into the archive differs on each of them. What was observed of the trees decides: where a
 * dimension that varied less splits the packer too, the other one says nothing new; and what varied where the packer
 * did not mind cannot be what it minds.
 */

/** One dimension as it went for one packer. */
export interface Varied {
  readonly id: string;
  /** What differed: observed facts of the tree or, of anything else, its own id. */
  readonly facts: ReadonlySet<string>;
  readonly split: boolean;
}

export interface Attribution {
  /** Those that split and that no other explains. */
  readonly splitBy: readonly string[];
  /** By dimension, which one explains it. */
  readonly explainedBy: ReadonlyMap<string, string>;
  /** Facts that varied in one of `splitBy` and nowhere without a split; its own id where that leaves none. */
  readonly because: readonly string[];
}

/** @param varied in the order of reports; those that did not run are left out */
export function attribute(varied: readonly Varied[]): Attribution {
  const split = varied.filter(({ split }) => split);
  const harmless = new Set(varied.filter(({ split }) => !split).flatMap(({ facts }) => [...facts]));
  const suspects = new Map(split.map(({ id, facts }) => [id, suspectsOf(facts, harmless)]));
  const of = ({ id }: Varied): ReadonlySet<string> => suspects.get(id) as ReadonlySet<string>;
  const explainedBy = new Map<string, string>();
  for (const each of split) {
    const simpler = split.filter((other) => isProperSubset(of(other), of(each)));
    const simplest = simpler.reduce<Varied | undefined>(
      (least, other) => (least === undefined || of(other).size < of(least).size ? other : least),
      undefined,
    );
    if (simplest !== undefined) explainedBy.set(each.id, simplest.id);
  }
  const guilty = split.filter(({ id }) => !explainedBy.has(id));
  // Where nothing is left to blame, two harmless things do harm together, and only the dimension can be named.
  const because = guilty.flatMap(({ id, facts }) => {
    const left = [...facts].filter((fact) => !harmless.has(fact));
    return left.length > 0 ? left : [id];
  });
  return { splitBy: guilty.map(({ id }) => id), explainedBy, because: [...new Set(because)] };
}

/** All of them where none is left: two harmless things that only together do harm. */
function suspectsOf(facts: ReadonlySet<string>, harmless: ReadonlySet<string>): ReadonlySet<string> {
  const left = new Set([...facts].filter((fact) => !harmless.has(fact)));
  return left.size > 0 ? left : facts;
}

function isProperSubset(small: ReadonlySet<string>, large: ReadonlySet<string>): boolean {
  return small.size < large.size && [...small].every((each) => large.has(each));
}
