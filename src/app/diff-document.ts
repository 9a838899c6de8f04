/** What `diff` found, as a JSON document: documents/diff.ts. */

import type { BlockCounts } from '../diff/blocks/with-blocks.ts';
import type { Cluster } from '../diff/cluster.ts';
import type { Diff } from '../diff/diff.ts';
import type { Sides } from '../diff/evidence.ts';
import type { Example } from '../diff/example.ts';
import type { SideName } from '../diff/finding.ts';
import { optionArguments, proposalToml } from '../diff/proposal.ts';
import type { DiffDocument } from '../documents/diff.ts';
import { documentSeconds } from '../json/document.ts';
import type { SourceImage } from '../source/source.ts';
import { showText } from '../text/format.ts';
import { showPath } from '../tree/path.ts';
import { mentionDocument, showLine } from './line-documents.ts';

/** What the two sides are called. */
export interface SideNames {
  readonly a: string;
  readonly b: string;
}

/** What `diff --json` prints about two trees or archives. `seconds` is the wall time. */
export function diffDocument(
  args: SideNames,
  diff: Diff,
  sides: Sides,
  blocks: BlockCounts | undefined,
  seconds: number,
): DiffDocument {
  const { same, clusters, packages, proof, proposal, notCompared } = diff;
  const toml = proposalToml({ ...proposal, options: {} });
  const side = (name: SideName): DiffDocument['a'] => ({
    source: args[name],
    entries: blocks === undefined ? sides[name].source.tree.entries.length : null,
    distro: sides[name].inspection.detection.distro,
    ...imageDocument(sides[name].source.image),
  });
  return {
    schema: 'stillroot/diff/1',
    same,
    a: side('a'),
    b: side('b'),
    blocks: blocks ?? null,
    epoch: sides.a.settings.epoch,
    packages: {
      same: packages.same,
      changes: packages.changes.map(({ name, architecture, a, b }) => ({
        name: showPath(name),
        architecture: showPath(architecture),
        a: a === undefined ? null : showPath(a),
        b: b === undefined ? null : showPath(b),
      })),
    },
    clusters: clusters.map(clusterDocument),
    proposal: { rules: toml === '' ? null : toml, options: optionArguments(proposal.options) },
    proof: {
      equal: proof.equal,
      remaining: proof.remaining.map(({ path, field }) => ({ path: showPath(path), field })),
      digests: proof.digests ?? null,
    },
    notCompared,
    seconds: documentSeconds(seconds),
  };
}

function imageDocument(image: SourceImage | undefined): Pick<DiffDocument['a'], 'image'> {
  if (image === undefined) return {};
  const { names, platform, manifest, layers } = image;
  return {
    image: {
      names: names.map(showText),
      platform: showText(platform),
      manifest: manifest ?? null,
      layers: layers.map(({ digest, createdBy }) => ({
        digest,
        createdBy: createdBy === undefined ? null : showText(createdBy),
      })),
    },
  };
}

/** For two byte-identical files, of which nothing else is read. */
export function sameFilesDocument(args: SideNames, epoch: number, seconds: number): DiffDocument {
  const side = (name: SideName): DiffDocument['a'] => ({ source: args[name], entries: null, distro: null });
  return {
    schema: 'stillroot/diff/1',
    same: true,
    a: side('a'),
    b: side('b'),
    blocks: null,
    epoch,
    packages: { same: null, changes: [] },
    clusters: [],
    proposal: { rules: null, options: [] },
    proof: { equal: true, remaining: [], digests: null },
    notCompared: [],
    seconds: documentSeconds(seconds),
  };
}

function clusterDocument(cluster: Cluster): DiffDocument['clusters'][number] {
  const {
    cause,
    rule,
    title,
    remedy,
    advice,
    part,
    findings,
    paths,
    bytes,
    packages,
    proposal,
    example,
    examples,
    renames,
    layers = [],
    origins,
  } = cluster;
  const toml = proposal === undefined ? '' : proposalToml({ ...proposal, options: {} });
  return {
    cause,
    rule: rule ?? null,
    title: showPath(title),
    fields: part === undefined ? [...new Set(findings.map(({ field }) => field))] : [part],
    files: paths.length,
    bytes,
    paths: paths.map(showPath),
    renames: renames.map(({ a, b }) => ({ a: showPath(a), b: showPath(b) })),
    packages: packages.map(showPath),
    ...(layers.length === 0
      ? {}
      : {
          layers: layers.map(({ createdBy, ...layer }) => ({
            ...layer,
            createdBy: createdBy === undefined ? null : showText(createdBy),
          })),
        }),
    origins: origins.map(({ mention, paths }) => ({
      ...mentionDocument(mention),
      paths: paths.map(showPath),
    })),
    remedy,
    advice: showLine(advice),
    proposal: toml === '' ? null : toml,
    options: proposal === undefined ? [] : optionArguments(proposal.options),
    example: example === undefined ? null : exampleDocument(example),
    examples: examples.map(exampleDocument),
  };
}

function exampleDocument({ path, field, lines }: Example): Example {
  return { path: showPath(path), field, lines: lines.map(showLine) };
}
