/** Names of files in an OCI layout (image-spec, image-layout.md) and in archives of `docker save`. */

export const LAYOUT_FILE = 'oci-layout';
export const LAYOUT_VERSION = '1.0.0';
export const INDEX_FILE = 'index.json';
export const BLOBS_DIRECTORY = 'blobs';
/** Of `docker save`. */
export const SAVED_FILE = 'manifest.json';

/** Annotations of a descriptor in `index.json` that name the image. */
export const NAME_ANNOTATIONS = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'] as const;

/** Path of a blob in a layout. @param digest `ALGORITHM:HEX` */
export function blobPath(digest: string): string {
  return `${BLOBS_DIRECTORY}/${digest.replace(':', '/')}`;
}
