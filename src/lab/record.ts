/** What is noted down of one packer while the lab runs, and the verdict on it at the end. */
import { type Attribution, attribute, type Varied } from './attribution.ts';
import type { Dimension, Equality } from './dimension.ts';
import { figuresOf, ratiosOf, type Sample } from './figures.ts';
import type { Packer } from './packer.ts';
import type { Cell, Difference, Loss, Outcome, PackerResult } from './result.ts';

export interface Digests {
  readonly raw: string;
  readonly compressed: string;
}

/** What came of a dimension for a packer, before it is known what explains it. */
export interface Note {
  readonly dimension: string;
  readonly equality: Equality;
  readonly facts: ReadonlySet<string>;
  /** Of each run; of a run that failed, its message. */
  readonly digests: readonly Digests[];
  readonly message: string | undefined;
  readonly difference: Difference | undefined;
  /** Where nothing was run. */
  readonly instead: 'none' | 'no-effect' | undefined;
}

export class PackerRecord {
  readonly packer: Packer;
  versions: Record<string, string> = {};
  status: PackerResult['status'] = 'ran';
  reason: string | undefined;
  control: Digests | undefined;
  stable = true;
  losses: readonly Loss[] = [];
  writesToTree = false;
  size = 0;
  /** Of the control. */
  readonly samples: Sample[] = [];
  /** Of the rounds for ratios, of which each packer has one. */
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

  /** Counts archives that should all be one. */
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
      stable: this.stable,
      distinctRaw: this.raws.size,
      distinctCompressed: this.files.size,
      splitBy: attribution.splitBy,
      // A dimension of the process is its only fact, and stands in `splitBy`.
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

/** Of a dimension that no run shows anything of. */
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
