/** What is recorded about one packer while the lab runs, and the verdict on it at the end. */
import type { Dimension, Equality } from './dimension.ts';
import type { Packer } from './packer.ts';
import type {
  Cell,
  Difference,
  Figures,
  Loss,
  Outcome,
  OutputKind,
  PackerResult,
  Ratios,
  Spread,
} from './result.ts';

export interface Digests {
  readonly raw: string;
  readonly compressed: string;
}

/** The result of a dimension for a packer, before it is known what explains it. */
export interface Note {
  readonly dimension: string;
  readonly equality: Equality;
  readonly facts: ReadonlySet<string>;
  /** One for each run; a failed run has its message. */
  readonly digests: readonly Digests[];
  readonly message: string | undefined;
  readonly difference: Difference | undefined;
  /** Set where nothing was run. */
  readonly instead: 'none' | 'no-effect' | undefined;
}

export class PackerRecord {
  readonly packer: Packer;
  versions: Record<string, string> = {};
  status: PackerResult['status'] = 'ran';
  reason: string | undefined;
  control: Digests | undefined;
  /** Of the control; undefined where it cannot be read. */
  output: OutputKind | undefined;
  stable = true;
  losses: readonly Loss[] = [];
  writesToTree = false;
  size = 0;
  /** Samples of the control. */
  readonly samples: Sample[] = [];
  /** Samples of the rounds for ratios, one per round. */
  readonly rounds: Sample[] = [];
  readonly notes: Note[] = [];
  together: Note | undefined;
  readonly raws: Set<string> = new Set();
  readonly files: Set<string> = new Set();

  constructor(packer: Packer) {
    this.packer = packer;
  }

  skip(reason: string): void {
    this.status = 'skipped';
    this.reason = reason;
  }

  fail(reason: string): void {
    this.status = 'failed';
    this.reason = reason;
  }

  /** Counts archives that should all be the same. */
  count({ raw, compressed }: Digests): void {
    this.raws.add(raw);
    this.files.add(compressed);
  }

  result(reference: PackerRecord | undefined): PackerResult {
    const { packer, control, losses } = this;
    const attribution = attribute(this.notes.flatMap((note) => this.#varied(note)));
    const cells = this.notes.map((note) => this.#cell(note, attribution));
    const together = this.together === undefined ? null : this.#cell(this.together, attribution);
    const failed = cells.filter(({ outcome }) => outcome === 'failed').map(({ dimension }) => dimension);
    const ignored = cells
      .filter(
        ({ outcome, dimension }) =>
          outcome === 'ignores' && !(packer.ownersToRoot === true && dimension === 'content/owner'),
      )
      .map(({ dimension }) => dimension);
    const lossy = losses.some(({ onPurpose }) => !onPurpose);
    const ran = this.status === 'ran';
    return {
      id: packer.id,
      about: packer.about,
      source: packer.source,
      command: packer.command,
      versions: this.versions,
      status: this.status,
      reason: this.reason ?? null,
      digests: control ?? null,
      output: this.output ?? null,
      stable: this.stable,
      distinctRaw: this.raws.size,
      distinctCompressed: this.files.size,
      splitBy: attribution.splitBy,
      // A dimension of the process is its own only fact, and is already in `splitBy`.
      because: attribution.because.filter((fact) => !/^(process|tool)\//.test(fact)),
      failedOn: failed,
      ignored,
      lossy,
      losses,
      writesToTree: this.writesToTree,
      holdsStill:
        ran &&
        this.stable &&
        this.files.size === 1 &&
        failed.length === 0 &&
        !lossy &&
        together?.outcome !== 'failed',
      cells,
      together,
      figures:
        ran && this.samples.length > 0 ? figuresOf([...this.samples, ...this.rounds], this.size) : null,
      ratios:
        ran && reference !== undefined && reference.status === 'ran' && this.rounds.length > 0
          ? ratiosOf(reference.packer.id, this.rounds, reference.rounds, this.size, reference.size)
          : null,
    };
  }

  /** For the attribution: dimensions that ran, and under which the archive must not change. */
  #varied(note: Note): Varied[] {
    const outcome = this.#outcome(note);
    if (note.equality !== 'required' || !['same', 'raw', 'compressed'].includes(outcome)) return [];
    return [{ id: note.dimension, facts: note.facts, split: outcome !== 'same' }];
  }

  #cell(note: Note, { explainedBy }: Attribution): Cell {
    return {
      dimension: note.dimension,
      outcome: this.#outcome(note),
      explainedBy: explainedBy.get(note.dimension) ?? null,
      message: note.message ?? null,
      difference: note.difference ?? null,
    };
  }

  #outcome({ instead, message, equality, digests }: Note): Outcome {
    if (instead !== undefined) return instead;
    if (message !== undefined) return 'failed';
    const { control } = this;
    if (control === undefined) return 'none';
    if (!this.stable) return 'unstable';
    const isRaw = digests.some(({ raw }) => raw !== control.raw);
    if (equality === 'changes') return isRaw ? 'follows' : 'ignores';
    if (isRaw) return 'raw';
    return digests.some(({ compressed }) => compressed !== control.compressed) ? 'compressed' : 'same';
  }
}

/** The note for a dimension without any run. */
export function noteInstead(
  { id, equality }: Pick<Dimension, 'id' | 'equality'>,
  instead: 'none' | 'no-effect',
): Note {
  return {
    dimension: id,
    equality,
    facts: new Set(),
    digests: [],
    message: undefined,
    difference: undefined,
    instead,
  };
}

// Which dimension is to blame. A copy of a tree on another filesystem differs in many ways at once, so a packer that
// records inode numbers differs on each of them. The observed facts decide: if a dimension that varied less splits the
// packer too, the larger one adds nothing; and a fact that varied without a split cannot be the reason.

/** The result of one dimension for one packer. */
interface Varied {
  readonly id: string;
  /** What differed: observed facts of the tree or, for any other dimension, its own id. */
  readonly facts: ReadonlySet<string>;
  readonly split: boolean;
}

interface Attribution {
  /** Those that split and are not explained by another. */
  readonly splitBy: readonly string[];
  /** Maps a dimension to the one that explains it. */
  readonly explainedBy: ReadonlyMap<string, string>;
  /** Facts that varied in one of `splitBy` and nowhere without a split; if there are none, its own id. */
  readonly because: readonly string[];
}

/** @param varied in the order of reports, without those that did not run */
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
  // If no fact is left to blame, two harmless ones split it together, and only the dimension can be named.
  const because = guilty.flatMap(({ id, facts }) => {
    const left = [...facts].filter((fact) => !harmless.has(fact));
    return left.length > 0 ? left : [id];
  });
  return { splitBy: guilty.map(({ id }) => id), explainedBy, because: [...new Set(because)] };
}

/** All of them if none is left: then facts that are harmless alone split it together. */
function suspectsOf(facts: ReadonlySet<string>, harmless: ReadonlySet<string>): ReadonlySet<string> {
  const left = new Set([...facts].filter((fact) => !harmless.has(fact)));
  return left.size > 0 ? left : facts;
}

function isProperSubset(small: ReadonlySet<string>, large: ReadonlySet<string>): boolean {
  return small.size < large.size && [...small].every((each) => large.has(each));
}

// Figures of several runs.

interface Sample {
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number | undefined;
}

/** Minimum, median and maximum. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
  return { median, low: sorted[0] ?? Number.NaN, high: sorted.at(-1) ?? Number.NaN };
}

/** Wall and CPU seconds, memory and size over all runs of a packer. */
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

/** The kernel counts processor time in steps of 0.01 s; smaller differences are invisible. */
const TICK = 0.01;

/**
 * The ratio of one to the other, round by round: other load on the machine affected both alike.
 *
 * @param samples and `others` from the same rounds
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
