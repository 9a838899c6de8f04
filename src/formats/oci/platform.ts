/** Platforms of container images: how they are written, and which one a user means. */
import { StillrootError } from '../../errors.ts';
import type { Platform } from './documents.ts';

/** Names that other programs give to the values of $GOARCH, which images use, with the variant that they mean. */
const ARCHITECTURES: ReadonlyMap<string, readonly [architecture: string, variant?: string]> = new Map(
  Object.entries({
    x86_64: ['amd64'],
    'x86-64': ['amd64'],
    x64: ['amd64'],
    aarch64: ['arm64'],
    i386: ['386'],
    i486: ['386'],
    i586: ['386'],
    i686: ['386'],
    x86: ['386'],
    armel: ['arm', 'v5'],
    armv5tel: ['arm', 'v5'],
    armv6l: ['arm', 'v6'],
    armv6hl: ['arm', 'v6'],
    armhf: ['arm', 'v7'],
    armv7: ['arm', 'v7'],
    armv7l: ['arm', 'v7'],
    armv7hl: ['arm', 'v7'],
    loongarch64: ['loong64'],
    mipsel: ['mipsle'],
    mips64el: ['mips64le'],
    powerpc64: ['ppc64'],
    powerpc64le: ['ppc64le'],
    ppc64el: ['ppc64le'],
  }),
);
/** The variant that no variant means. */
const PLAIN_VARIANTS: ReadonlyMap<string, string> = new Map([
  ['arm64', 'v8'],
  ['amd64', 'v1'],
]);
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
  const [architecture, variant] = ARCHITECTURES.get(platform.architecture) ?? [platform.architecture];
  const isMeant = variant !== undefined && !platform.variant;
  return { ...platform, architecture, ...(isMeant ? { variant } : {}) };
}

/** `linux/arm/v7`. */
export function platformText({ os, architecture, variant }: Platform): string {
  return `${os}/${architecture}${variant ? `/${variant}` : ''}`;
}

/** Whether an image runs on what the user asked for. A platform without a variant means any variant. */
export function isPlatform(found: Platform, wanted: Platform): boolean {
  const [one, other] = [normal(found), normal(wanted)];
  if (one.os !== other.os || one.architecture !== other.architecture) return false;
  return !canonicalPlatform(wanted).variant || one.variant === other.variant;
}

function normal(platform: Platform): Record<'os' | 'architecture' | 'variant', string> {
  const { os, architecture, variant } = canonicalPlatform(platform);
  return { os, architecture, variant: variant || (PLAIN_VARIANTS.get(architecture) ?? '') };
}
