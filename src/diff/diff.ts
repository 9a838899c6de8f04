/**
 * Why two trees differ. They are compared as they are; a difference is explained by the rule that would remove it or,
 * if no rule does, by the table of causes. For the latter rules are proposed and tried on both.
 */

import { createHash } from 'node:crypto';
import { assemble } from '../pack/assemble.ts';
import { plainCutter } from '../pack/block-cutter.ts';
import type { Plan } from '../plan/plan.ts';
import { leftOutTexts, type Source } from '../source/source.ts';
import { AccountIds } from './account-ids.ts';
import type { Knowledge, Recognition } from './cause.ts';
import { leftToUser } from './causes/rules-and-packages.ts';
import { RECOGNIZERS } from './causes/table.ts';
import { type Cluster, Clusters, isLeft, layerClusters } from './cluster.ts';
import type { SameRanges } from './compare-entries.ts';
import { compareImages, withLayers } from './compare-images.ts';
import {
  type Around,
  compareLayers,
  compareLeftOut,
  compareRoots,
  compareSegments,
  type LayerSide,
  NOTHING_AROUND,
} from './compare-layers.ts';
import { comparePlans, comparisonOf } from './compare-trees.ts';
import { Evidence, type Sides } from './evidence.ts';
import { makeExample } from './example.ts';
import { entryOf, type Finding, keyOf } from './finding.ts';
import { KnownRules } from './known-rules.ts';
import { comparePackages, type PackageComparison } from './package-comparison.ts';
import { combineProposals, NO_PROPOSAL, type Proposal } from './proposal.ts';
import { ProposalGuard } from './proposal-guard.ts';
import { findRenames } from './renames.ts';
import type { Side } from './side.ts';
import { type UnappliedRule, UnappliedRules } from './unapplied-rules.ts';
import { type Hosts, hostNames } from './varying-text.ts';

export interface DiffOptions {
  /** Whether to compare digests of both archives as well, for which everything is read once more. */
  readonly withDigests?: boolean;
  /** Says which contents are known to be equal without being read. */
  readonly isKnown?: SameRanges;
  /** Early archives and boot configuration, which pack keeps as they are, if only one side is an archive. */
  readonly early?: { readonly a: Around; readonly b: Around };
  /** Checked between the steps of the comparison. */
  readonly signal?: AbortSignal;
  /** Called with what is being done, and with the number of paths compared and about how many there are. */
  readonly onStep?: (what: 'comparing' | 'explaining', done?: number, total?: number) => void;
  /** Where both sides are archives. */
  readonly layers?: { readonly a: LayerSide; readonly b: LayerSide };
}

export interface Diff {
  /** Whether no path differs in any field, and archives differ in nothing else. */
  readonly same: boolean;
  /** Before any rule, in tree order. */
  readonly findings: readonly Finding[];
  readonly packages: PackageComparison;
  readonly clusters: readonly Cluster[];
  /** The proposals of all clusters, combined. */
  readonly proposal: Proposal;
  readonly proof: Proof;
  /** What was not compared, each a clause. */
  readonly notCompared: readonly string[];
}

const NO_EARLY = { a: NOTHING_AROUND, b: NOTHING_AROUND } as const;

interface Plans {
  readonly a: Plan;
  readonly b: Plan;
}

/** @throws StillrootError where something cannot be read; whatever the signal was aborted with */
export async function diffSides(a: Side, b: Side, options: DiffOptions = {}): Promise<Diff> {
  return new Differ({ a, b }, options).run();
}

class Differ {
  readonly #sides: Sides;
  readonly #options: DiffOptions;
  readonly #contents = new Set<string>();

  constructor(sides: Sides, options: DiffOptions) {
    this.#sides = sides;
    this.#options = options;
  }

  async run(): Promise<Diff> {
    const { a, b } = this.#sides;
    const { isKnown, signal, onStep } = this.#options;
    const total = Math.max(a.source.tree.entries.length, b.source.tree.entries.length);
    const comparison = comparisonOf(a.source, b.source, isKnown);
    const { findings } = await finishInTurns(comparison, signal, (paths) =>
      onStep?.('comparing', paths, total),
    );
    onStep?.('explaining');
    for (const { path, field } of findings) if (field === 'content') this.#contents.add(path);
    const plans = await this.#plan(NO_PROPOSAL);
    const remaining = this.#compare(plans);
    const packages = comparePackages(a.inspection, b.inspection);
    const clusters = await this.#cluster(findings, remaining, plans, packages);
    const { kept, proposal, plans: proven, left: remains } = await this.#prove(clusters, plans, remaining);
    const { withDigests = false } = this.#options;
    const digests = withDigests ? { a: payloadDigest(proven.a), b: payloadDigest(proven.b) } : undefined;
    const isEqual = remains.length === 0 && (digests === undefined || digests.a === digests.b);
    const { layers, early = NO_EARLY } = this.#options;
    const isSameTree = findings.length === 0;
    const { a: left, b: right } = this.#sides;
    const differences =
      layers === undefined
        ? [compareRoots(left, right), compareSegments(early.a, early.b)].filter((each) => each !== undefined)
        : compareLayers(layers.a, layers.b, isSameTree);
    const packed = layerClusters([
      ...differences,
      ...compareLeftOut(left.source, right.source),
      ...compareImages(left.source.image, right.source.image, isSameTree),
    ]);
    // Early archives and the boot configuration are kept as they are: after packing again the files still differ there.
    const isSameFront = !differences.some(({ what }) => what === 'segments' || what === 'boot-config');
    return {
      same: isSameTree && packed.length === 0,
      findings,
      packages,
      clusters: withLayers([...kept, ...packed], this.#sides),
      proposal,
      proof: { equal: isEqual && isSameFront, remaining: remains, isSameFront, digests },
      notCompared: notCompared(left.source, right.source),
    };
  }

  async #plan(proposal: Proposal): Promise<Plans> {
    const { signal } = this.#options;
    await takeTurn(signal);
    const a = await this.#sides.a.plan(proposal);
    await takeTurn(signal);
    return { a, b: await this.#sides.b.plan(proposal) };
  }

  #compare({ a, b }: Plans): Finding[] {
    return comparePlans(a, b, (path) => this.#contents.has(path), this.#options.isKnown);
  }

  async #cluster(
    findings: readonly Finding[],
    remaining: readonly Finding[],
    plans: Plans,
    packages: PackageComparison,
  ): Promise<Cluster[]> {
    const clusters = new Clusters();
    const differing = new Set(findings.map(({ path }) => path));
    const left = new Set(remaining.map(keyOf));
    const known = new KnownRules(this.#sides, plans, differing);
    for (const finding of findings) {
      if (!isStillThere(finding, left)) clusters.add(finding, known.recognize(finding));
    }
    const { a, b } = this.#sides;
    const guard = new ProposalGuard(a, b);
    const hosts: Hosts = [hostNames(a.source), hostNames(b.source)];
    const evidenceOf = (finding: Finding): Evidence => new Evidence(finding, this.#sides, plans);
    const knowledge: Knowledge = {
      sides: this.#sides,
      packages,
      ids: new AccountIds(a.source, b.source),
      hosts,
      undecided: new Map([...plans.b.undecided, ...plans.a.undecided]),
      renames: findRenames(remaining, hosts, evidenceOf, [a.source.tree, b.source.tree]),
      unapplied: await this.#findUnapplied(remaining),
      differing,
      remaining,
      secrets: new Set([...secretPaths(plans.a), ...secretPaths(plans.b)]),
      guard,
    };
    for (const finding of remaining) {
      await takeTurn(this.#options.signal);
      const recognition = leftToUser(finding, await recognize(evidenceOf(finding), knowledge), knowledge);
      clusters.add(finding, withoutForbidden(finding, recognition, guard));
    }
    return clusters.list(this.#sides, guard, (each, cause, rename) =>
      makeExample(each, cause, this.#sides, rename),
    );
  }

  /** Tries unapplied rules on both sides at once; those that remove their finding completely count. */
  async #findUnapplied(remaining: readonly Finding[]): Promise<Map<string, UnappliedRule>> {
    const rules = { a: new UnappliedRules(this.#sides.a), b: new UnappliedRules(this.#sides.b) };
    const found = new Map<string, UnappliedRule>();
    for (const finding of remaining) {
      const rule = rules.a.find(finding, finding.a) ?? rules.b.find(finding, finding.b);
      if (rule !== undefined) found.set(keyOf(finding), rule);
    }
    if (found.size === 0) return found;
    const trial = await this.#plan(combineProposals([...found.values()].map(({ proposal }) => proposal)));
    const left = new Set(this.#compare(trial).map(keyOf));
    for (const finding of remaining) if (isStillThere(finding, left)) found.delete(keyOf(finding));
    return found;
  }

  /** Tries all proposals together, and withdraws those that do not make their files equal. */
  async #prove(
    clusters: readonly Cluster[],
    plans: Plans,
    remaining: readonly Finding[],
  ): Promise<{ kept: readonly Cluster[]; proposal: Proposal; plans: Plans; left: readonly Finding[] }> {
    let kept = clusters;
    for (;;) {
      const proposals = kept.flatMap((cluster) => cluster.proposal ?? []);
      if (proposals.length === 0) return { kept, proposal: NO_PROPOSAL, plans, left: remaining };
      const proposal = combineProposals(proposals);
      const tried = await this.#plan(proposal);
      const left = this.#compare(tried);
      const keys = new Set(left.map(keyOf));
      const useless = kept.filter((cluster) => cluster.proposal !== undefined && isLeft(cluster, keys));
      if (useless.length === 0) return { kept, proposal, plans: tried, left };
      kept = kept.map((cluster) =>
        useless.includes(cluster) ? { ...cluster, proposal: undefined } : cluster,
      );
    }
  }
}

/** A field that is no longer reported is not thereby equal if the whole path is on one side only. */
function isStillThere({ path, field }: Finding, left: ReadonlySet<string>): boolean {
  const isLeftAs = (each: Finding['field']): boolean => left.has(keyOf({ path, field: each }));
  return isLeftAs(field) || isLeftAs('presence') || isLeftAs('type');
}

async function recognize(evidence: Evidence, knowledge: Knowledge): Promise<Recognition> {
  for (const recognizer of RECOGNIZERS) {
    const recognition = await recognizer(evidence, knowledge);
    if (recognition !== undefined) return recognition;
  }
  throw new Error(`no recognizer took ${entryOf(evidence.finding).path}`);
}

/** The cause stays; if its proposal is forbidden, the remedy is to take a look. */
function withoutForbidden(finding: Finding, recognition: Recognition, guard: ProposalGuard): Recognition {
  const { propose, proposal, ...rest } = recognition;
  const wanted = combineProposals([propose?.([finding]) ?? NO_PROPOSAL, proposal ?? NO_PROPOSAL]);
  const objection = guard.objection(finding.path, wanted);
  if (objection === undefined) return recognition;
  return {
    ...rest,
    key: `${recognition.key} ${objection.key}`,
    remedy: 'look',
    advice: objection.reason,
  };
}

function secretPaths(plan: Plan): string[] {
  return plan.warnings.flatMap(({ code, path }) => (code === 'secret' ? [path] : []));
}

// Whether the rules and what is proposed make the two sides one archive.

export interface Proof {
  readonly equal: boolean;
  /** What the rules and the proposals leave. */
  readonly remaining: readonly Finding[];
  /** Whether what precedes the archives, and is kept, is the same. */
  readonly isSameFront: boolean;
  /** SHA-256 of the uncompressed archives of both sides, if requested. */
  readonly digests: { readonly a: string; readonly b: string } | undefined;
}

const PIECE_BYTES = 1024 * 1024;

/** SHA-256 of the uncompressed archive that `pack` would write for a plan, in hex. Nothing is written. */
function payloadDigest(plan: Plan): string {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(PIECE_BYTES);
  const options = { cutter: plainCutter(PIECE_BYTES), allocate: () => buffer };
  for (const block of assemble(plan.entries(), plan.source, options)) {
    hash.update(block.buffer.subarray(0, block.length));
  }
  return hash.digest('hex');
}

// What comparing two sources cannot show, since one of them cannot hold it, or it was not read.

/** Each a clause; empty where everything was compared. */
function notCompared(a: Source, b: Source): string[] {
  const found: string[] = [];
  const [isWhole, isOtherWhole] = [a.hasWholeSeconds === true, b.hasWholeSeconds === true];
  const fractions = (source: Source): boolean =>
    source.tree.entries.some(({ nanoseconds }) => nanoseconds !== 0);
  if (isWhole !== isOtherWhole && fractions(isWhole ? b : a)) {
    found.push(`fractions of a second in times: side ${isWhole ? 'A' : 'B'} has only whole seconds`);
  }
  for (const [side, source] of [
    ['A', a],
    ['B', b],
  ] as const) {
    if (source.image === undefined && (a.image ?? b.image) !== undefined) {
      found.push(`configuration and history: side ${side} is no container image`);
    }
    found.push(...leftOutTexts(source).map((text) => `${text} on side ${side}`));
    for (const { code, message } of source.warnings) {
      if (code === 'xattr-unchecked') found.push(`extended attributes on side ${side}: ${message}`);
    }
  }
  return found;
}

/** A signal is only delivered between turns of the event loop. @throws whatever it was aborted with */
async function takeTurn(signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return;
  await new Promise(setImmediate);
  signal.throwIfAborted();
}

/** All steps, with a turn after each. @throws what the steps throw; whatever the signal was aborted with */
async function finishInTurns<T>(
  steps: Generator<number, T, void>,
  signal: AbortSignal | undefined,
  onStep: (done: number) => void,
): Promise<T> {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    onStep(next.value);
    await takeTurn(signal);
  }
}
