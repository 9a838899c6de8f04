/** `pack --attest`: provenance of the image, beside it. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { attestationPath, type PACK_ATTESTATIONS } from '../attest/names.ts';
import { LOCAL_BUILDER, provenanceStatement } from '../attest/provenance.ts';
import { StillrootError } from '../errors.ts';
import { canonicalJson } from '../manifest/canonical-json.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { checkOutput } from '../pack/sink.ts';

export interface WantedAttestation {
  readonly attest: (typeof PACK_ATTESTATIONS)[number] | undefined;
  /** URI that identifies the builder in the provenance. */
  readonly builderId: string | undefined;
}

export interface ChosenAttestation {
  readonly path: string;
  readonly builderId: string;
}

type Output = WantedAttestation & { readonly output: string; readonly force: boolean };

/**
 * @param manifest path; it is a by-product that the provenance names
 * @returns undefined where none is asked for
 * @throws usage, output-exists
 */
export function chooseAttestation(args: Output, manifest: string | undefined): ChosenAttestation | undefined {
  const { attest, output, force, builderId } = args;
  if (attest === undefined) {
    if (builderId === undefined) return undefined;
    throw wrong('--builder-id', 'is only valid with --attest', 'Add --attest slsa.');
  }
  if (output === '-' || checkOutput(output, force) === 'stream') {
    throw wrong('--attest', 'needs an archive written to a file', 'Name one with --output.');
  }
  if (manifest === undefined) {
    throw wrong(
      '--attest',
      'needs the manifest, which the attestation refers to',
      'Leave out --no-manifest.',
    );
  }
  if (builderId !== undefined && !isAbsoluteUri(builderId)) {
    throw wrong(
      '--builder-id',
      `invalid value ${JSON.stringify(builderId)}, wanted an absolute URI`,
      URI_HINT,
    );
  }
  const path = attestationPath(output, attest);
  checkOutput(path, force, 'Overwrite the attestation with --force, or leave out --attest.');
  return { path, builderId: builderId ?? LOCAL_BUILDER };
}

const URI_HINT = 'For example https://builds.example.org/images/v1.';

/** RFC 3986, 4.3, as far as it goes without a parser: what a verifier compares as text is not changed here. */
function isAbsoluteUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]+$/i.test(text);
}

export function attestationBytes(
  { builderId }: ChosenAttestation,
  manifest: Manifest,
  file: { readonly path: string; readonly bytes: Uint8Array },
): Buffer {
  const digest = `sha256:${createHash('sha256').update(file.bytes).digest('hex')}`;
  const statement = provenanceStatement(manifest, { name: basename(file.path), digest }, builderId);
  return Buffer.from(canonicalJson(statement), 'utf8');
}

function wrong(where: string, what: string, hint: string): StillrootError {
  return new StillrootError('usage', what, { where, hint });
}
