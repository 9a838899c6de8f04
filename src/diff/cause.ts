/** Why two sides differ: what each recognizer of causes says, and what it may ask. */
import type { AccountIds } from './account-ids.ts';
import type { Evidence, Sides } from './evidence.ts';
import type { Finding } from './finding.ts';
import type { PackageComparison } from './package-comparison.ts';
import type { Proposal } from './proposal.ts';
import type { ProposalGuard } from './proposal-guard.ts';
import type { Rename } from './renames.ts';
import type { UnappliedRule } from './unapplied-rules.ts';
import type { Hosts } from './varying-text.ts';

/** Stable, for programs. In the order in which reports list them. */
export const CAUSES = [
  'secret',
  'package-changed',
  'known-rule',
  'rule-not-applied',
  'uneven-rule',
  'account-ids',
  'builder-owner',
  'umask',
  'hard-links',
  'file-times',
  'attributes',
  'data-directory',
  'normalizer',
  'order',
  'time',
  'temporary-path',
  'random',
  'host-name',
  'time-in-binary',
  'compression',
  'signature',
  'link-target',
  'one-side-only',
  'unknown',
  'left-out',
  'archive-layer',
  'compressor',
] as const;

export type CauseId = (typeof CAUSES)[number];

/** Of what kind the remedy is: nothing to do but to pack, an option, a rule to add, or work elsewhere. */
export const REMEDIES = ['built-in', 'option', 'rule', 'input', 'upstream', 'look'] as const;

export type Remedy = (typeof REMEDIES)[number];

export interface Recognition {
  readonly cause: CauseId;
  /** Findings of one cause with one key are one cluster. */
  readonly key: string;
  /** A clause: what varies. */
  readonly title: string;
  readonly remedy: Remedy;
  /** A sentence or two: what to do. */
  readonly advice: string;
  /** Id of the rule of ours that does it, or would. */
  readonly rule?: string;
  /** Asked once for all findings of the cluster. */
  readonly propose?: (findings: readonly Finding[]) => Proposal;
  /** The names of one thing that is on both sides. */
  readonly rename?: RenamedPaths;
  /** For this finding alone; those of a cluster are put together. */
  readonly proposal?: Proposal;
}

/** Names that one thing has on the two sides. */
export interface RenamedPaths {
  readonly a: string;
  readonly b: string;
}

/** What is known of the two sides as a whole. */
export interface Knowledge {
  readonly sides: Sides;
  readonly packages: PackageComparison;
  readonly ids: AccountIds;
  /** Names of the hosts that the sides tell; see host-names.ts. */
  readonly hosts: Hosts;
  /** Rules that do not take part and would make a finding go away, by key of the finding. */
  readonly unapplied: ReadonlyMap<string, UnappliedRule>;
  /** Paths that differ before any rule. */
  readonly differing: ReadonlySet<string>;
  /** All findings that the rules leave. */
  readonly remaining: readonly Finding[];
  /** Paths that a rule for secrets reports, on either side. */
  readonly secrets: ReadonlySet<string>;
  /** What has another name on either side, by key of both findings. */
  readonly renames: ReadonlyMap<string, Rename>;
  /** What must not be proposed. */
  readonly guard: ProposalGuard;
}

/** The first recognizer of the table that knows a finding names its cause. */
export type Recognizer = (
  evidence: Evidence,
  knowledge: Knowledge,
) => Recognition | undefined | Promise<Recognition | undefined>;
