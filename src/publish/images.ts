/** Published images, and the list of them that a rebuilderd server takes. */
import { StillrootError } from '../errors.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { showText } from '../text/format.ts';

/** An image and its manifest, in the directory that is published. */
export interface PublishedImage {
  /** Name of the file of the manifest. */
  readonly manifestName: string;
  /** `sha256:HEX` of the manifest. */
  readonly manifestDigest: string;
  readonly manifest: Manifest;
  /** Who rebuilt it, by statements whose signature was verified; sorted. */
  readonly rebuiltBy: readonly string[];
}

/** As in PackageReport of rebuilderd 0.28, common/src/api/v1/models/package.rs. */
export interface PackageReport {
  readonly distribution: string;
  readonly release: string | null;
  readonly architecture: string;
  readonly packages: readonly SourcePackage[];
}

interface SourcePackage {
  readonly name: string;
  readonly version: string;
  readonly url: string;
  readonly artifacts: readonly {
    readonly name: string;
    readonly version: string;
    readonly component: null;
    readonly architecture: string;
    readonly url: string;
  }[];
}

/** Name of the backend in the configuration of workers. */
const BACKEND = 'stillroot';

/** mkosi's names of architectures, as in manifests, to those that workers and Debian use. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  'x86-64': 'amd64',
  x86: 'i386',
  arm64: 'arm64',
  arm: 'armhf',
  'ppc64-le': 'ppc64el',
  riscv64: 'riscv64',
  s390x: 's390x',
  loongarch64: 'loong64',
};

/** Part of the name of a file, and what a worker compares with its own. */
const ARCHITECTURE = /^[a-z0-9][a-z0-9_-]{0,31}$/;

/** Digits of a digest that make a version; a name with another content is another version. */
const DIGITS = 12;

/** The version of an image: the date of its timestamps and the beginning of its digest, `2023-11-14.340dd95c7b64`. */
export function versionOf({ image, settings }: Manifest): string {
  const date = new Date(settings.effective.epoch * 1000).toISOString().split('T')[0];
  return `${date}.${shortDigest(image.digest)}`;
}

function shortDigest(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1).slice(0, DIGITS);
}

/**
 * @param images in the order of the list
 * @param base where the directory is published, as parseBaseUrl returns it
 * @param fallback architecture of images whose packages name none
 * @returns a report for each architecture, in the order of their names
 * @throws StillrootError `manifest-refused` where no architecture is known, or it is not a plain name
 */
export function packageReports(
  images: readonly PublishedImage[],
  base: string,
  fallback: string | undefined,
): readonly PackageReport[] {
  const groups = new Map<string, SourcePackage[]>();
  for (const each of images) {
    const architecture = architectureOf(each, fallback);
    groups.set(architecture, [...(groups.get(architecture) ?? []), sourcePackage(each, base, architecture)]);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([architecture, packages]) => ({ distribution: BACKEND, release: null, architecture, packages }));
}

function architectureOf({ manifest, manifestName }: PublishedImage, fallback: string | undefined): string {
  const found = manifest.config.architecture;
  const known = Object.hasOwn(ARCHITECTURES, found) ? ARCHITECTURES[found] : found;
  const architecture = known === undefined || known === '' ? fallback : known;
  if (architecture !== undefined && ARCHITECTURE.test(architecture)) return architecture;
  throw new StillrootError(
    'manifest-refused',
    architecture === undefined
      ? 'names no architecture, as no package of the image does'
      : `names the architecture ${JSON.stringify(architecture)}, wanted a name such as amd64`,
    { where: showText(manifestName), hint: 'Say for which machines it is: --architecture amd64.' },
  );
}

/** @throws StillrootError `usage` */
export function parseArchitecture(text: string, where: string): string {
  if (ARCHITECTURE.test(text)) return text;
  throw new StillrootError('usage', `invalid value ${JSON.stringify(text)}, wanted a name such as amd64`, {
    where,
    hint: 'Lower-case letters, digits, hyphens and underscores are allowed.',
  });
}

function sourcePackage(
  { manifest, manifestName, manifestDigest }: PublishedImage,
  base: string,
  architecture: string,
): SourcePackage {
  const { name } = manifest.image;
  const version = versionOf(manifest);
  // The server takes results of an earlier input with the same URL for those of this one, so another content needs
  // another URL. A query does not change which file a server of files sends, nor the name under which a worker stores it.
  const url = `${base}${encodeURIComponent(manifestName)}?sha256=${shortDigest(manifestDigest)}`;
  const artifact = {
    name,
    version,
    component: null,
    architecture,
    url: `${base}${encodeURIComponent(name)}`,
  };
  return { name, version, url, artifacts: [artifact] };
}

/**
 * @returns the URL of a directory, with a slash at its end
 * @throws StillrootError `usage`
 */
export function parseBaseUrl(text: string, where: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.username + url.password === '' &&
    // An empty query or fragment leaves no trace but its mark.
    !/[?#]/.test(url.href);
  if (isPlain) return url.href.endsWith('/') ? url.href : `${url.href}/`;
  throw new StillrootError('usage', `invalid value ${JSON.stringify(text)}, wanted the URL of a directory`, {
    where,
    hint: 'For example https://images.example/2026/, without a login, a query or a fragment.',
  });
}
