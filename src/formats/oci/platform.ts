/** Platforms of container images: how they are written, and which one a user means. */
import { StillrootError } from '../../errors.ts';
import type { Platform } from './documents.ts';

/** Names that other programs give to the values of $GOARCH, which images use. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  i386: '386',
  i686: '386',
  armhf: 'arm',
  armel: 'arm',
};
/** The variant that no variant means. */
const PLAIN_VARIANTS: Readonly<Record<string, string>> = { arm64: 'v8', amd64: 'v1' };
const FORM = /^([a-z0-9]{1,64})\/([A-Za-z0-9_-]{1,64})(?:\/([A-Za-z0-9_.-]{1,64}))?$/;

/**
 * @param given `OS/ARCHITECTURE` or `OS/ARCHITECTURE/VARIANT`
 * @param where for messages
 * @throws StillrootError `usage`
 */
export function parsePlatform(given: string, where: string): Platform {
  const [, os, architecture, variant] = FORM.exec(given) ?? [];
  if (os === undefined || architecture === undefined) {
    throw new StillrootError(
      'usage',
      `invalid value ${JSON.stringify(given)}, wanted OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT, such as linux/arm64`,
      { where },
    );
  }
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** The same with the name that images use for the architecture: `linux/amd64` for `linux/x86_64`. */
export function canonicalPlatform(platform: Platform): Platform {
  const { architecture } = platform;
  return { ...platform, architecture: ARCHITECTURES[architecture] ?? architecture };
}

/** `linux/arm/v7`. */
export function platformText({ os, architecture, variant }: Platform): string {
  return `${os}/${architecture}${variant ? `/${variant}` : ''}`;
}

/** Whether an image runs on what the user asked for. A platform without a variant means any variant. */
export function isPlatform(found: Platform, wanted: Platform): boolean {
  const [one, other] = [normal(found), normal(wanted)];
  if (one.os !== other.os || one.architecture !== other.architecture) return false;
  return !wanted.variant || one.variant === other.variant;
}

function normal({ os, architecture, variant }: Platform): Record<'os' | 'architecture' | 'variant', string> {
  const name = ARCHITECTURES[architecture] ?? architecture;
  return { os, architecture: name, variant: variant || (PLAIN_VARIANTS[name] ?? '') };
}
