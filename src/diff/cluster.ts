/** Findings grouped by cause. */
import type { Mention } from '../rules/script-mentions.ts';
import { CAUSES, type CauseId, type Recognition, type Remedy, type RenamedPaths } from './cause.ts';
import type { LayerDifference, LayerPart } from './compare-layers.ts';
import { mentionOf, type Sides } from './evidence.ts';
import type { Example } from './example.ts';
import { type Finding, keyOf, type SideName } from './finding.ts';
import { differingBytes } from './known-rules.ts';
import { combineProposals, isEmptyProposal, mergeMatches, type Proposal } from './proposal.ts';
import type { ProposalGuard } from './proposal-guard.ts';

/** All findings of one cause. */
export interface Cluster {
  readonly cause: CauseId;
  readonly title: string;
  readonly remedy: Remedy;
  readonly advice: string;
  /** Id of the built-in rule; undefined where none is involved. */
  readonly rule: string | undefined;
  /** For differences of an archive outside its tree: the part concerned. */
  readonly part?: LayerPart;
  /** May hold several for one path. Empty for what concerns an archive as a whole. */
  readonly findings: readonly Finding[];
  /** Distinct paths, in tree order. */
  readonly paths: readonly string[];
  /** Pairs of paths that are one thing under two names. */
  readonly renames: readonly RenamedPaths[];
  /** Of contents that differ; the larger size where sizes differ. */
  readonly bytes: number;
  /** Names of packages that claim any of the paths, sorted. */
  readonly packages: readonly string[];
  /** Lines of package scripts about paths that no package owns. */
  readonly origins: readonly Origin[];
  /** Undefined where nothing is proposed. */
  readonly proposal: Proposal | undefined;
  /** Where a side is a container image: the layers that the paths come from. */
  readonly layers?: readonly ClusterLayer[];
  readonly example: Example | undefined;
  /** For an unknown cause, one for each path, up to EXAMPLES_MAX. Otherwise just `example`. */
  readonly examples: readonly Example[];
}

/** The line of a script that says most about some paths. */
export interface Origin {
  readonly mention: Mention;
  readonly paths: readonly string[];
}

/** How many paths of a cluster come from one layer of one side, or were removed by it. */
export interface ClusterLayer {
  readonly side: SideName;
  /** From 1 on, the lowest. */
  readonly layer: number;
  /** Number of layers of the image. */
  readonly of: number;
  /** Of the uncompressed layer. */
  readonly digest: string;
  /** Text; undefined where the history does not tell. */
  readonly createdBy: string | undefined;
  /** True where the side lacks the paths because this layer removed them. */
  readonly isRemoval: boolean;
  readonly paths: number;
}

/** Maximum number of examples for a cluster: contents are read for each. */
const EXAMPLES_MAX = 100;

interface Collected {
  readonly recognition: Recognition;
  readonly findings: Finding[];
  readonly renames: Map<string, RenamedPaths>;
  readonly own: Proposal[];
}

export class Clusters {
  readonly #byKey = new Map<string, Collected>();

  add(finding: Finding, recognition: Recognition): void {
    const key = `${recognition.cause} ${recognition.key}`;
    let cluster = this.#byKey.get(key);
    if (cluster === undefined) {
      cluster = { recognition, findings: [], renames: new Map(), own: [] };
      this.#byKey.set(key, cluster);
    }
    cluster.findings.push(finding);
    const { rename } = recognition;
    if (rename !== undefined) cluster.renames.set(rename.a, rename);
    if (recognition.proposal !== undefined) cluster.own.push(recognition.proposal);
  }

  /** Causes in the order of CAUSES, and the largest cluster of each cause first. */
  async list(
    sides: Sides,
    guard: Pick<ProposalGuard, 'refine'>,
    makeExample: (
      findings: readonly Finding[],
      cause: CauseId,
      rename: RenamedPaths | undefined,
    ) => Promise<Example | undefined>,
  ): Promise<Cluster[]> {
    const clusters: Cluster[] = [];
    const examplesOf = async (
      findings: readonly Finding[],
      cause: CauseId,
      rename: RenamedPaths | undefined,
    ): Promise<Pick<Cluster, 'example' | 'examples'>> => {
      const example = await makeExample(findings, cause, rename);
      const first = example === undefined ? [] : [example];
      if (cause !== 'unknown') return { example, examples: first };
      const others: Example[] = [];
      for (const finding of findings) {
        if (others.length + first.length >= EXAMPLES_MAX) break;
        if (finding.path === example?.path && finding.field === example.field) continue;
        const other = await makeExample([finding], cause, undefined);
        if (other !== undefined) others.push(other);
      }
      return { example, examples: [...first, ...others] };
    };
    for (const { recognition, findings, renames, own } of this.#byKey.values()) {
      const { cause, title, remedy, advice, rule, propose } = recognition;
      const paths = [...new Set(findings.map(({ path }) => path))];
      const wanted = combineProposals([...(propose === undefined ? [] : [propose(findings)]), ...own]);
      const proposal = guard.refine(mergeMatches(wanted));
      const owners = paths.flatMap((path) => [...sides.a.ownersOf(path), ...sides.b.ownersOf(path)]);
      clusters.push({
        cause,
        title,
        remedy,
        advice,
        rule,
        findings,
        paths,
        renames: [...renames.values()],
        bytes: bytesOf(findings),
        packages: [...new Set(owners)].sort(),
        origins: HAVE_ORIGIN.has(remedy) ? originsOf(paths, sides) : [],
        proposal: isEmptyProposal(proposal) ? undefined : proposal,
        ...(await examplesOf(findings, cause, [...renames.values()][0])),
      });
    }
    return clusters.sort(compareClusters);
  }
}

/** Remedies for which it matters what wrote a file. */
const HAVE_ORIGIN: ReadonlySet<Remedy> = new Set(['rule', 'option', 'upstream', 'look']);
/** Paths of a cluster that are looked up in the scripts. */
const ORIGINS_MAX = 2000;

function originsOf(paths: readonly string[], sides: Sides): Origin[] {
  const found = new Map<string, { readonly mention: Mention; readonly paths: string[] }>();
  for (const path of paths.slice(0, ORIGINS_MAX)) {
    if (sides.a.ownersOf(path).length + sides.b.ownersOf(path).length > 0) continue;
    const mention = mentionOf(path, sides);
    if (mention === undefined) continue;
    const key = `${mention.script.path} ${mention.script.name} ${mention.line}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { mention, paths: [path] });
    else known.paths.push(path);
  }
  return [...found.values()];
}

function compareClusters(a: Cluster, b: Cluster): number {
  const byCause = CAUSES.indexOf(a.cause) - CAUSES.indexOf(b.cause);
  if (byCause !== 0) return byCause;
  // What happens to every entry is the least informative.
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

// Differences between two archives outside their trees, as clusters like the others.

const ADVICE: Readonly<Partial<Record<LayerPart, string>>> = {
  segments:
    'stillroot pack keeps names, contents, owners and order of the archives in front: use the same microcode on both sides, packed with the same program.',
  root: 'stillroot pack writes an entry for the root only with --root-entry; stillroot finalize leaves the root unchanged.',
  sockets: 'stillroot pack leaves sockets out: stop the programs of the build before packing the tree.',
  'boot-config':
    'stillroot pack keeps the boot configuration unchanged: append the same one with bootconfig -a, or remove it with bootconfig -d.',
  'image-config': 'An archive holds none of it: give both builds of the image the same configuration.',
  'image-history':
    'An archive holds none of it: build both images with the same commands, or from one step with the finished tree.',
  'image-created':
    'An archive holds none of it: set SOURCE_DATE_EPOCH for the builder of the image (buildah: --timestamp).',
  'image-layers': 'stillroot packs the tree that the layers make, whichever they are.',
  compression:
    'Use the same compressor and version with the same level, number of threads and block size; stillroot pack writes the same bytes on every machine.',
};

const NORMALIZED =
  'stillroot pack makes it the same whichever packer wrote the archive: normalize the archive with it.';

/** What packing does not make the same. */
const REMEDY: Readonly<Partial<Record<LayerPart, Remedy>>> = {
  segments: 'look',
  'boot-config': 'look',
  'image-config': 'look',
  'image-history': 'upstream',
  'image-created': 'upstream',
};

/** Differences between archive layers (container, blocks, compression) as clusters of the report. */
export function layerClusters(differences: readonly LayerDifference[]): Cluster[] {
  return differences.map(({ cause, what, title, paths, lines }) => {
    const example: Example | undefined =
      lines.length === 0 ? undefined : { path: '', field: 'archive', lines };
    return {
      cause,
      title,
      remedy: REMEDY[what] ?? 'built-in',
      advice: ADVICE[what] ?? NORMALIZED,
      rule: undefined,
      part: what,
      findings: [],
      paths,
      renames: [],
      bytes: 0,
      packages: [],
      origins: [],
      proposal: undefined,
      example,
      examples: example === undefined ? [] : [example],
    };
  });
}
