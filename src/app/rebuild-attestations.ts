/** `reproduce --attest`: what a rebuild came to, for those who want to hear of it. */
import { dirname, join } from 'node:path';
import { attestationPath, type REPRODUCE_ATTESTATIONS } from '../attest/names.ts';
import { type Reproduction, rebuildLink, rebuildResult } from '../attest/reproduction.ts';
import { digestSet } from '../attest/statement.ts';
import { canonicalJson } from '../manifest/canonical-json.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { checkOutput } from '../pack/sink.ts';
import type { OutputFile } from '../pack/sink-pair.ts';
import type { Comparison } from '../reproduce/compare-images.ts';
import type { ManifestFile } from './manifest-file.ts';

export interface WantedAttestations {
  readonly attest: readonly (typeof REPRODUCE_ATTESTATIONS)[number][];
  /** Path of the manifest. */
  readonly manifest: string;
  /** Of the rebuilt image; undefined where it is not kept. */
  readonly output: string | undefined;
  readonly force: boolean;
}

/** @throws output-exists before any work is done */
export function checkAttestations(manifest: Manifest, args: WantedAttestations): void {
  for (const kind of args.attest) checkOutput(attestationPath(imagePath(manifest, args), kind), args.force);
}

/** What is asked for, as files that are written with the rebuilt image or not at all. */
export function attestationFiles(
  { manifest, name, digest }: ManifestFile,
  found: Manifest,
  { file, payload, tree }: Comparison,
  args: WantedAttestations,
): OutputFile[] {
  const reproduction: Reproduction = {
    manifest: { name, digest: digestSet(digest) },
    wanted: { name: manifest.image.name, digest: digestSet(manifest.image.digest) },
    rebuilt: { name: found.image.name, digest: digestSet(found.image.digest) },
    matched: { tree: tree.same, payload: payload.same, file: file.same },
  };
  return chosenKinds(args, file.same).map((kind) => ({
    path: attestationPath(imagePath(manifest, args), kind),
    text: canonicalJson(kind === 'link' ? rebuildLink(reproduction) : rebuildResult(reproduction)),
  }));
}

/** A link would say that the image was rebuilt to the same bytes. */
function chosenKinds({ attest }: WantedAttestations, isSame: boolean): WantedAttestations['attest'] {
  return isSame ? attest : attest.filter((kind) => kind !== 'link');
}

/** What they lie beside: beside the rebuilt image or, without one, beside the manifest. */
function imagePath({ image }: Manifest, args: WantedAttestations): string {
  return args.output ?? join(dirname(args.manifest), image.name);
}
