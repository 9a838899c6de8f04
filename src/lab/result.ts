/** The results of the lab: plain data, as passed between processes and into the reports. */
import type { DimensionKind, Equality } from './dimension.ts';
import type { HostFacts } from './host.ts';

export interface LabResult {
  readonly source: string;
  readonly entries: number;
  /** Bytes of contents. */
  readonly bytes: number;
  /** SOURCE_DATE_EPOCH for every packer. */
  readonly epoch: number;
  readonly seed: number;
  /** Filesystem of the control. */
  readonly place: string;
  readonly host: HostFacts;
  readonly dimensions: readonly DimensionResult[];
  readonly packers: readonly PackerResult[];
  /** Dimensions that were varied together in the last run. */
  readonly together: readonly string[];
  /** For example, which parts of the tree could not be created. */
  readonly notes: readonly string[];
}

/** `no-effect`: it was varied, but the self-check saw no effect, so nothing was run. */
type DimensionStatus = 'ran' | 'skipped' | 'no-effect';

export interface DimensionResult {
  readonly id: string;
  readonly kind: DimensionKind;
  readonly about: string;
  readonly how: string;
  readonly equality: Equality;
  readonly status: DimensionStatus;
  /** Why it was skipped, or what the self-check saw instead. */
  readonly reason: string | null;
  /** What the self-check saw. */
  readonly seen: string | null;
  /** How the tree differed from that of the control. */
  readonly facts: readonly string[];
  /** What surrounds the command of a packer, written as `COMMAND`; null where it is the same as in the control. */
  readonly command: string | null;
}

/**
 * `same`; `raw`: a different archive; `compressed`: the same archive, compressed differently; `failed`: the packer did;
 * `none`: the dimension did not run, or does not apply to this packer; `unstable`: two runs of this packer already
 * differ. For content that changes: `follows` or `ignores` it.
 */
export const OUTCOMES = [
  'same',
  'raw',
  'compressed',
  'failed',
  'no-effect',
  'none',
  'unstable',
  'follows',
  'ignores',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

export interface Cell {
  readonly dimension: string;
  readonly outcome: Outcome;
  /** Another dimension that also changes this packer's output and varies less: this one adds nothing. */
  readonly explainedBy: string | null;
  /** Message of a failure. */
  readonly message: string | null;
  readonly difference: Difference | null;
}

/** The first difference between two archives. */
export interface Difference {
  readonly title: string;
  /** As text; null where it does not concern an entry. */
  readonly path: string | null;
  /** The two sides, each prefixed by its sign. */
  readonly lines: readonly string[];
}

export interface Loss {
  /** `presence`, `type`, `mode`, `owner`, `content`, `target`, `device`, `links`, or `unreadable`. */
  readonly what: string;
  readonly count: number;
  /** One of the paths, and what happened to it. */
  readonly example: string;
  /** Whether the recipe intends it. */
  readonly onPurpose: boolean;
}

/** Median, minimum and maximum of some figures. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface Figures {
  readonly runs: number;
  /** Seconds. */
  readonly wall: Spread;
  readonly cpu: Spread;
  /** Bytes; null where no run was long enough to be sampled. */
  readonly memory: Spread | null;
  /** Bytes of the archive. */
  readonly size: number;
}

export interface Ratios {
  readonly against: string;
  readonly wall: Spread;
  readonly cpu: Spread;
  readonly memory: Spread | null;
  readonly size: number;
}

/** What a packer writes; only figures of the same kind compare. */
export const OUTPUT_KINDS = ['compressed', 'plain', 'image'] as const;

export type OutputKind = (typeof OUTPUT_KINDS)[number];

export interface PackerResult {
  readonly id: string;
  readonly about: string;
  readonly source: string;
  /** With its placeholders. */
  readonly command: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly status: 'ran' | 'skipped' | 'failed';
  readonly reason: string | null;
  /** Digests of the control. */
  readonly digests: { readonly raw: string; readonly compressed: string } | null;
  /** Of the control; null where there is none, or it cannot be read. */
  readonly output: OutputKind | null;
  /** Whether two runs of the control gave the same archive. */
  readonly stable: boolean;
  readonly distinctRaw: number;
  readonly distinctCompressed: number;
  /** Dimensions that split it, without those explained by others. */
  readonly splitBy: readonly string[];
  /** What it must have recorded in the archive, by elimination. */
  readonly because: readonly string[];
  readonly failedOn: readonly string[];
  readonly ignored: readonly string[];
  readonly lossy: boolean;
  readonly losses: readonly Loss[];
  readonly writesToTree: boolean;
  /** One digest, nothing lost, nothing failed. */
  readonly holdsStill: boolean;
  readonly cells: readonly Cell[];
  readonly together: Cell | null;
  readonly figures: Figures | null;
  readonly ratios: Ratios | null;
}
