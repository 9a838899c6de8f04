/** What several JSON documents have in common: the rules, changes and warnings of a plan, and the block cache. */
import type { BlockCacheDocument, PlannedBy, PlannedSums, PlannedWithPaths } from '../documents/common.ts';
import type { PackDocument } from '../documents/pack.ts';
import { documentSeconds } from '../json/document.ts';
import type { ManifestBootstrap } from '../manifest/manifest.ts';
import { encoderOf, isCompressed } from '../pack/formats.ts';
import type { Plan } from '../plan/plan.ts';
import type { HardLinkGroup } from '../tree/entry.ts';
import { showPath } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import { PROFILE } from '../versions.ts';
import type { CacheReport } from './image-cache.ts';
import type { PackedImage } from './pack-image.ts';

/** Bytes of all files; one with several names counts once. */
export function contentBytes({ entries }: Tree): number {
  const seen = new Set<HardLinkGroup>();
  let bytes = 0;
  for (const { type, size, links } of entries) {
    if (type !== 'file' || (links !== null && seen.has(links))) continue;
    if (links !== null) seen.add(links);
    bytes += size;
  }
  return bytes;
}

/** The facts with which every document about a plan begins. */
export function planFacts(plan: Plan, distro: string): PlannedBy {
  return { source: plan.source.name, distro, epoch: plan.settings.epoch, init: plan.hasInit() };
}

/** What the plan does, without the paths: the report on an archive is about its contents. */
function planSums(plan: Plan): PlannedSums {
  const { changes, warnings } = planLists(plan);
  return { changes: changes.map(({ paths: _paths, ...change }) => change), warnings };
}

/** Changes, warnings and other lists of a plan, with the paths concerned. */
export function planLists(plan: Plan): PlannedWithPaths {
  return {
    changes: plan.tally.list().map(({ rule, action, count, bytes, paths }) => ({
      ...{ rule, action, count, bytes },
      paths: paths.map(showPath),
    })),
    warnings: plan.warnings.map(({ code, path, message }) => ({ code, path: showPath(path), message })),
  };
}

/** What `pack --json` says about the block cache. */
export function cacheDocument({ directory, used, stored, notes }: CacheReport): BlockCacheDocument {
  return { directory: directory ?? null, used, stored, notes };
}

// What `pack` did, as a JSON document: documents/pack.ts.

export interface PackReport extends Omit<PackedImage, 'manifest'> {
  readonly seconds: number;
  /** The command that built the tree. */
  readonly bootstrap?: ManifestBootstrap;
}

/** What `pack --json` prints about a written image. */
export function packDocument(report: PackReport): PackDocument {
  const { plan, result, distro, format, level, seconds, early, manifestFile, bootstrap } = report;
  return {
    schema: 'stillroot/pack/1',
    ...planFacts(plan, distro),
    // The directory is gone by now, and its name is different each time.
    ...(bootstrap === undefined ? {} : { source: bootstrap.request, bootstrap }),
    entries: result.entries,
    bytesIn: contentBytes(plan.source.tree),
    bytesOut: result.fileBytes,
    payloadBytes: result.payloadBytes,
    ...planSums(plan),
    ...(early === undefined
      ? {}
      : { early: { archives: early.count, entries: early.entries, bytes: early.bytes.length } }),
    ...(report.bootConfig === undefined ? {} : { bootConfig: { bytes: report.bootConfig.length } }),
    digests: { payload: result.payloadDigest, file: result.fileDigest },
    ...(manifestFile === undefined ? {} : { manifest: manifestFile }),
    ...(report.attestationFile === undefined ? {} : { attestation: report.attestationFile }),
    ...(report.osPackage === undefined ? {} : { osPackage: report.osPackage }),
    ...(report.containerImage === undefined ? {} : { containerImage: report.containerImage }),
    format,
    ...(level === undefined || !isCompressed(format) ? {} : { level, blocks: result.blocks.length }),
    ...(report.cache === undefined ? {} : { cache: cacheDocument(report.cache) }),
    profile: PROFILE,
    encoder: encoderOf(format),
    seconds: documentSeconds(seconds),
  };
}
