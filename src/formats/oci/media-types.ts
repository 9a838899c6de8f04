/**
 * Media types of container images: those of OCI (image-spec, media-types.md) and of Docker's manifest schema 2, which
 * name the same documents and layers.
 */

export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
/** An uncompressed layer; `+gzip` or `+zstd` is appended to it for a compressed one. */
export const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar';

const DOCKER_INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';

/** What a blob of a media type is. `foreign` are layers that an image names without shipping them. */
export type BlobKind = 'index' | 'manifest' | 'config' | 'layer' | 'foreign';

const KINDS: ReadonlyMap<string, BlobKind> = new Map([
  [OCI_INDEX, 'index'],
  [DOCKER_INDEX, 'index'],
  [OCI_MANIFEST, 'manifest'],
  [DOCKER_MANIFEST, 'manifest'],
  [OCI_CONFIG, 'config'],
  [DOCKER_CONFIG, 'config'],
  ['application/vnd.docker.image.rootfs.diff.tar', 'layer'],
  ['application/vnd.docker.image.rootfs.diff.tar.gzip', 'layer'],
  ['application/vnd.docker.image.rootfs.diff.tar.zstd', 'layer'],
  ['application/vnd.docker.image.rootfs.foreign.diff.tar', 'foreign'],
  ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'foreign'],
]);

const OCI_LAYERS = /^application\/vnd\.oci\.image\.layer\.(nondistributable\.)?v1\.tar(?:\+(?:gzip|zstd))?$/;

/** Undefined for a media type that no container image has, such as that of a signature, a chart or an encrypted layer. */
export function kindOfMediaType(mediaType: string): BlobKind | undefined {
  const layer = OCI_LAYERS.exec(mediaType);
  if (layer !== null) return layer[1] === undefined ? 'layer' : 'foreign';
  return KINDS.get(mediaType);
}
