/** What `pack` did, as a JSON document: documents/pack.ts. */
import type { PackDocument } from '../documents/pack.ts';
import { ENCODER } from '../formats/xz/encoder.ts';
import { documentSeconds } from '../json/document.ts';
import type { ManifestBootstrap } from '../manifest/manifest.ts';
import { isCompressed } from '../pack/formats.ts';
import { PROFILE } from '../versions.ts';
import type { PackedImage } from './pack-image.ts';
import { cacheDocument, contentBytes, planFacts, planSums } from './plan-document.ts';

export interface PackReport extends Omit<PackedImage, 'manifest'> {
  readonly seconds: number;
  /** The command that made the tree. */
  readonly bootstrap?: ManifestBootstrap;
}

/** What `pack --json` prints about a written image. */
export function packDocument(report: PackReport): PackDocument {
  const { plan, result, distro, format, level, seconds, early, manifestFile, bootstrap } = report;
  return {
    schema: 'stillroot/pack/1',
    ...planFacts(plan, distro),
    // The directory is gone by now, and had another name each time.
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
    format,
    ...(!isCompressed(format) ? {} : { level, blocks: result.blocks.length }),
    ...(report.cache === undefined ? {} : { cache: cacheDocument(report.cache) }),
    profile: PROFILE,
    encoder: ENCODER,
    seconds: documentSeconds(seconds),
  };
}
