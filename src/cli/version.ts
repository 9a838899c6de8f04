import type { VersionDocument } from '../documents/common.ts';
import { ENCODER } from '../formats/xz/encoder.ts';
import { PROFILE, toolVersion } from '../versions.ts';

/** Everything besides the input that decides output bytes. */
export function versionText(): string {
  return `stillroot ${toolVersion()}\nprofile ${PROFILE}\nencoder ${ENCODER}`;
}

/** The same for `--json`. */
export function versionDocument(): VersionDocument {
  return { schema: 'stillroot/version/1', version: toolVersion(), profile: PROFILE, encoder: ENCODER };
}
