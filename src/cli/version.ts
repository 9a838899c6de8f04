import { PROFILE, toolVersion } from '../versions.ts';
import { ENCODER } from '../xz/encoder.ts';

/** Everything that decides output bytes beside the input. */
export function versionText(): string {
  return `stillroot ${toolVersion()}\nprofile ${PROFILE}\nencoder ${ENCODER}`;
}
