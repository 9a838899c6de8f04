/** What `diff` found, as text that any report can print: nothing in it is raw bytes any more. */
import { showLine } from '../app/diff-document.ts';
import type { BlockCounts } from '../diff/blocks/with-blocks.ts';
import type { Remedy } from '../diff/cause.ts';
import type { Cluster } from '../diff/cluster.ts';
import type { PackageChange } from '../diff/compare-packages.ts';
import type { Diff } from '../diff/diff.ts';
import type { Sides } from '../diff/evidence.ts';
import type { SideName } from '../diff/finding.ts';
import { optionArguments, type Proposal, proposalToml } from '../diff/proposal.ts';
import { formatBytes, formatCount, plural, showText } from '../text/format.ts';
import { showPath } from '../tree/path.ts';
import { type DiffNames, isLeftOut, LEFT_OUT } from './proposal-comments.ts';

const REMEDIES: Readonly<Record<Remedy, string>> = {
  'built-in': 'built in',
  option: 'option',
  rule: 'proposed rule',
  input: 'pin this package',
  upstream: 'fix upstream',
  look: 'investigate',
};

export interface DiffView {
  readonly same: boolean;
  readonly a: SideView;
  readonly b: SideView;
  /** Such as `7 of 8 blocks are the same bytes`; undefined where whole archives were read. */
  readonly blocks: string | undefined;
  /** Paths that differ in anything. */
  readonly paths: number;
  readonly packages: { readonly same: number; readonly changes: readonly ChangeView[] };
  readonly clusters: readonly ClusterView[];
  /** What was not compared, each a clause. */
  readonly notCompared: readonly string[];
  readonly proof: ProofView;
  /** All proposals. */
  readonly proposal: ProposalView;
}

export interface SideView {
  readonly name: string;
  /** Undefined where only some blocks were read. */
  readonly entries: string | undefined;
  readonly distro: string;
}

export interface ChangeView {
  readonly name: string;
  /** Versions; undefined where the side lacks the package. */
  readonly a: string | undefined;
  readonly b: string | undefined;
}

export interface ClusterView {
  /** Such as `known-rule common/ldconfig-aux-cache`. */
  readonly head: string;
  readonly tone: 'good' | 'warn' | 'bad';
  readonly title: string;
  readonly paths: readonly string[];
  /** Such as `3 paths, 12.0 KiB`; '' where it is about an archive as a whole. */
  readonly size: string;
  readonly packages: readonly string[];
  readonly remedy: string;
  readonly advice: string;
  readonly proposal: ProposalView;
  /** One that shows the cause; where nothing tells why, one of every path. */
  readonly examples: readonly ExampleView[];
  /** Pairs of paths that are one thing under two names, as `A -> B`. */
  readonly renames: readonly string[];
  /** Whether a reader has to see every path: nothing is known of them. */
  readonly isWhole: boolean;
}

export interface ExampleView {
  readonly path: string;
  readonly lines: readonly string[];
}

export interface ProposalView {
  /** Rules as TOML; '' for none. */
  readonly toml: string;
  readonly options: readonly string[];
}

export interface ProofView {
  readonly equal: boolean;
  /** Such as `equal with the rules that apply and 2 proposals`. */
  readonly text: string;
  readonly digests: { readonly a: string; readonly b: string } | undefined;
  readonly remaining: readonly { readonly path: string; readonly field: string }[];
  /** What to mind when the proposal is used; undefined for nothing. */
  readonly note: string | undefined;
}

export function diffView(
  args: DiffNames,
  diff: Diff,
  sides: Sides,
  blocks: BlockCounts | undefined,
): DiffView {
  const side = (name: SideName): SideView => ({
    name: showText(args[name]),
    entries: blocks === undefined ? formatCount(sides[name].source.tree.entries.length) : undefined,
    distro: sides[name].inspection.detection.distro,
  });
  return {
    same: diff.same,
    a: side('a'),
    b: side('b'),
    blocks:
      blocks === undefined
        ? undefined
        : `${blocks.same} of ${plural(blocks.blocks, 'block')} are the same bytes`,
    paths: new Set(diff.findings.map(({ path }) => path)).size,
    packages: { same: diff.packages.same, changes: diff.packages.changes.map(changeView) },
    clusters: diff.clusters.map(clusterView),
    notCompared: diff.notCompared.map(showText),
    proof: proofView(args, diff),
    proposal: proposalView(diff.proposal),
  };
}

function changeView({ name, architecture, a, b }: PackageChange): ChangeView {
  const shown = (version: string | undefined): string | undefined =>
    version === undefined ? undefined : showPath(version);
  return {
    name: showPath(`${name}${architecture === '' ? '' : ` (${architecture})`}`),
    a: shown(a),
    b: shown(b),
  };
}

function clusterView(cluster: Cluster): ClusterView {
  const { cause, rule, part, title, remedy, advice, paths, bytes, packages, proposal, examples, renames } =
    cluster;
  const size = `${plural(paths.length, 'path')}${bytes > 0 ? `, ${formatBytes(bytes)}` : ''}`;
  return {
    head: [cause, rule ?? part].filter((word) => word !== undefined).join(' '),
    tone: cause === 'secret' ? 'bad' : remedy === 'built-in' ? 'good' : 'warn',
    title: sentence(showPath(title)),
    paths: paths.map(showPath),
    size: paths.length === 0 ? '' : size,
    packages: packages.map(showPath),
    remedy: REMEDIES[remedy],
    advice: showText(advice),
    proposal: proposal === undefined ? { toml: '', options: [] } : proposalView(proposal),
    examples: examples.map(({ path, lines }) => ({ path: showPath(path), lines: lines.map(showLine) })),
    renames: renames.map(({ a, b }) => `${showPath(a)} -> ${showPath(b)}`),
    isWhole: remedy === 'look' || cause === 'unknown',
  };
}

function proposalView(proposal: Proposal): ProposalView {
  const toml = proposalToml({ ...proposal, options: {} }).trimEnd();
  return { toml: toml.split('\n').map(showText).join('\n'), options: optionArguments(proposal.options) };
}

function proofView(args: DiffNames, diff: Diff): ProofView {
  const { proof, proposal } = diff;
  const rules = proposal.rules.length + proposal.policies.size + optionArguments(proposal.options).length;
  const means =
    rules === 0 ? 'the rules that apply' : `the rules that apply and ${plural(rules, 'proposal')}`;
  return {
    equal: proof.equal,
    text: proof.equal ? `equal with ${means}` : `not equal with ${means}; ${leftText(diff)}`,
    digests: proof.digests,
    remaining: proof.remaining.map(({ path, field }) => ({ path: showPath(path), field })),
    note: isLeftOut(args, proposal) ? LEFT_OUT : undefined,
  };
}

function leftText({ proof: { remaining, isSameFront } }: Diff): string {
  const isHeld = remaining.every(({ field }) => field === 'attributes');
  const texts = [
    ...(remaining.length === 0 ? [] : [`${plural(remaining.length, 'difference')} left`]),
    ...(remaining.length > 0 && isHeld && isSameFront
      ? ['the cpio archives are equal, since they hold no attributes']
      : []),
    ...(isSameFront ? [] : ['early archives or the boot configuration differ, and are kept as they are']),
  ];
  return texts.join('; ');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`;
}
