import type { CauseId, Recognition, Remedy } from './cause.ts';
import { CAUSES } from './cause.ts';
import type { LayerPart } from './compare-layers.ts';
import type { Sides } from './evidence.ts';
import type { Example } from './example.ts';
import { type Finding, keyOf } from './finding.ts';
import { differingBytes } from './known-rules.ts';
import { combineProposals, isEmptyProposal, type Proposal } from './proposal.ts';

/** All findings of one cause. */
export interface Cluster {
  readonly cause: CauseId;
  readonly title: string;
  readonly remedy: Remedy;
  readonly advice: string;
  /** Of ours; undefined where none has to do with it. */
  readonly rule: string | undefined;
  /** Of an archive: what it is in beside the tree. */
  readonly part?: LayerPart;
  /** Of one path there may be several. Empty for what is about an archive as a whole. */
  readonly findings: readonly Finding[];
  /** Distinct paths, in tree order. */
  readonly paths: readonly string[];
  /** Of contents that differ; of one that differs in size the larger. */
  readonly bytes: number;
  /** Names of packages that claim any of the paths, sorted. */
  readonly packages: readonly string[];
  /** Undefined where nothing is proposed. */
  readonly proposal: Proposal | undefined;
  readonly example: Example | undefined;
}

export class Clusters {
  readonly #byKey = new Map<string, { recognition: Recognition; findings: Finding[]; own: Proposal[] }>();

  add(finding: Finding, recognition: Recognition): void {
    const key = `${recognition.cause} ${recognition.key}`;
    let cluster = this.#byKey.get(key);
    if (cluster === undefined) {
      cluster = { recognition, findings: [], own: [] };
      this.#byKey.set(key, cluster);
    }
    cluster.findings.push(finding);
    if (recognition.proposal !== undefined) cluster.own.push(recognition.proposal);
  }

  /** Causes in the order of CAUSES, and of one cause the largest first. */
  async list(
    sides: Sides,
    makeExample: (findings: readonly Finding[], cause: CauseId) => Promise<Example | undefined>,
  ): Promise<Cluster[]> {
    const clusters: Cluster[] = [];
    for (const { recognition, findings, own } of this.#byKey.values()) {
      const { cause, title, remedy, advice, rule, propose } = recognition;
      const paths = [...new Set(findings.map(({ path }) => path))];
      const proposal = combineProposals([...(propose === undefined ? [] : [propose(findings)]), ...own]);
      const owners = paths.flatMap((path) => [...sides.a.ownersOf(path), ...sides.b.ownersOf(path)]);
      clusters.push({
        cause,
        title,
        remedy,
        advice,
        rule,
        findings,
        paths,
        bytes: bytesOf(findings),
        packages: [...new Set(owners)].sort(),
        proposal: isEmptyProposal(proposal) ? undefined : proposal,
        example: await makeExample(findings, cause),
      });
    }
    return clusters.sort(compareClusters);
  }
}

export function compareClusters(a: Cluster, b: Cluster): number {
  const byCause = CAUSES.indexOf(a.cause) - CAUSES.indexOf(b.cause);
  if (byCause !== 0) return byCause;
  // What is done to every entry is of the least news.
  const byRule = Number(isNormalizer(a)) - Number(isNormalizer(b));
  if (byRule !== 0) return byRule;
  if (a.paths.length !== b.paths.length) return b.paths.length - a.paths.length;
  return (a.paths[0] ?? '') < (b.paths[0] ?? '') ? -1 : 1;
}

function isNormalizer({ rule }: Cluster): boolean {
  return rule?.startsWith('normalize/') === true;
}

function bytesOf(findings: readonly Finding[]): number {
  const sizes = new Map(findings.map((finding) => [finding.path, 0]));
  for (const finding of findings) {
    sizes.set(finding.path, Math.max(sizes.get(finding.path) ?? 0, differingBytes(finding)));
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/** Whether any finding of the cluster is among those that are left. */
export function isLeft({ findings }: Cluster, remaining: ReadonlySet<string>): boolean {
  return findings.some((finding) => remaining.has(keyOf(finding)));
}
