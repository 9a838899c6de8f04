/** Why two sides differ: what each recognizer of causes returns, and what it may ask for. */
import type { Rule } from '../rules/rule.ts';
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
  'container-image',
] as const;

export type CauseId = (typeof CAUSES)[number];

/** The kind of remedy: packing is enough, an option, a rule to add, or work elsewhere. */
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
  /** Id of the built-in rule that does it, or would, or that leaves the path to the user. */
  readonly rule?: string;
  /** Called once, for all findings of the cluster. */
  readonly propose?: (findings: readonly Finding[]) => Proposal;
  /** The two names of one thing that is on both sides. */
  readonly rename?: RenamedPaths;
  /** For this finding alone; those of a cluster are combined. */
  readonly proposal?: Proposal;
}

/** Names that one thing has on the two sides. */
export interface RenamedPaths {
  readonly a: string;
  readonly b: string;
}

/** What is known about the two sides as a whole. */
export interface Knowledge {
  readonly sides: Sides;
  readonly packages: PackageComparison;
  readonly ids: AccountIds;
  /** Host names found in the sides; see varying-text.ts. */
  readonly hosts: Hosts;
  /** Unapplied rules that would remove a finding, by key of the finding. */
  readonly unapplied: ReadonlyMap<string, UnappliedRule>;
  /** Paths that differ before any rule. */
  readonly differing: ReadonlySet<string>;
  /** All findings that the rules leave. */
  readonly remaining: readonly Finding[];
  /** Paths that a rule for secrets reports, on either side. */
  readonly secrets: ReadonlySet<string>;
  /** Paths that a rule leaves to the user on either side, with that rule. */
  readonly undecided: ReadonlyMap<string, Rule>;
  /** Things with a different name on each side, by the keys of both findings. */
  readonly renames: ReadonlyMap<string, Rename>;
  /** What must not be proposed. */
  readonly guard: ProposalGuard;
}

/** The first recognizer of the table that recognizes a finding names its cause. */
export type Recognizer = (
  evidence: Evidence,
  knowledge: Knowledge,
) => Recognition | undefined | Promise<Recognition | undefined>;
