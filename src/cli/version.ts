import type { VersionDocument } from '../documents/common.ts';
import { ENCODER, ENCODERS } from '../formats/encoders.ts';
import { PROFILE, toolVersion } from '../versions.ts';

/** Everything besides the input that decides output bytes. */
export function versionText(): string {
  const encoders = Object.entries(ENCODERS).map(
    ([compression, encoder]) => `encoder ${compression}: ${encoder}`,
  );
  return [`stillroot ${toolVersion()}`, `profile ${PROFILE}`, ...encoders].join('\n');
}

/** The same for `--json`. */
export function versionDocument(): VersionDocument {
  return {
    ...{ schema: 'stillroot/version/1', version: toolVersion(), profile: PROFILE },
    ...{ encoder: ENCODER, encoders: ENCODERS },
  };
}
