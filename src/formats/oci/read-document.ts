/**
 * Reads the documents of a container image. They are untrusted: size, depth and number of values are bounded before
 * anything is parsed, and no part of a document is used before all of it has been checked.
 */
import { StillrootError } from '../../errors.ts';
import { duplicateKey } from '../../json/json-size.ts';
import { parseJson } from '../../json/parse-json.ts';
import { excerpt, ofShape, type Shape, showPlace } from '../../json/shape.ts';
import {
  configShape,
  type ImageConfig,
  type ImageManifest,
  type Index,
  indexShape,
  type Layout,
  layoutShape,
  manifestShape,
  type SavedImages,
  savedImagesShape,
} from './documents.ts';
import { kindOfMediaType } from './media-types.ts';

/** Bytes of a document: what registries and other tools accept of a manifest. */
export const DOCUMENT_BYTES_MAX: number = 4 * 1024 * 1024;
/** Parsed, a value takes some 30 bytes; a configuration with 127 layers has a thousand. */
const VALUES_MAX = 200_000;
/** The documents are six levels deep. */
const DEPTH_MAX = 64;

/**
 * @param bytes the whole file `oci-layout`
 * @param where name of the file, for messages; likewise in the other functions
 * @throws StillrootError archive-malformed; archive-limit; archive-not-supported for a later version of the layout
 */
export function readLayout(bytes: Uint8Array, where: string): Layout {
  const layout = read(bytes, layoutShape, where);
  if (/^1\.\d+\.\d+$/.test(layout.imageLayoutVersion)) return layout;
  throw unsupported(
    `${where}: imageLayoutVersion`,
    `found ${excerpt(layout.imageLayoutVersion)}, wanted "1.0.0"`,
  );
}

/** @throws StillrootError archive-malformed, archive-limit */
export function readIndex(bytes: Uint8Array, where: string): Index {
  const index = read(bytes, indexShape, where);
  refuseAmbiguous(index, ['config', 'layers'], 'an index', where);
  requireKind(index.mediaType, 'index', where);
  return index;
}

/** @throws StillrootError archive-malformed, archive-limit */
export function readManifest(bytes: Uint8Array, where: string): ImageManifest {
  const manifest = read(bytes, manifestShape, where);
  refuseAmbiguous(manifest, ['manifests', 'fsLayers'], 'a manifest', where);
  requireKind(manifest.mediaType, 'manifest', where);
  return manifest;
}

/** @throws StillrootError archive-malformed, archive-limit */
export function readConfig(bytes: Uint8Array, where: string): ImageConfig {
  return read(bytes, configShape, where);
}

/** @throws StillrootError archive-malformed, archive-limit */
export function readSavedImages(bytes: Uint8Array, where: string): SavedImages {
  return read(bytes, savedImagesShape, where);
}

/** Fails for a document that one reader takes for an index and another for a manifest (CVE-2021-41190). */
function refuseAmbiguous(document: object, keys: readonly string[], what: string, where: string): void {
  const key = keys.find((each) => Object.hasOwn(document, each));
  if (key !== undefined) throw malformed(where, `has the key ${key}, which ${what} cannot have`);
}

function requireKind(mediaType: string | null | undefined, kind: 'index' | 'manifest', where: string): void {
  if (mediaType === undefined || mediaType === null || kindOfMediaType(mediaType) === kind) return;
  throw malformed(
    `${where}: mediaType`,
    `found ${excerpt(mediaType)}, wanted the media type of an image ${kind}`,
  );
}

function read<T>(bytes: Uint8Array, shape: Shape<T>, where: string): T {
  return ofShape(shape, parse(bytes, where), ({ place, found, wanted }) => {
    const key = showPlace(place);
    return malformed(key === '' ? where : `${where}: ${key}`, `found ${excerpt(found)}, wanted ${wanted}`);
  });
}

function parse(bytes: Uint8Array, where: string): unknown {
  if (bytes.length > DOCUMENT_BYTES_MAX) {
    throw overLimit(where, `has ${bytes.length} bytes, the limit is ${DOCUMENT_BYTES_MAX}`);
  }
  const text = decode(bytes, where);
  const document = parseJson(text, { depth: DEPTH_MAX, values: VALUES_MAX }, (kind, what, cause) =>
    kind === 'limit' ? overLimit(where, what) : malformed(where, what, cause),
  );
  const duplicate = duplicateKey(text);
  if (duplicate === undefined) return document;
  throw malformed(where, `has the key ${excerpt(duplicate)} twice in one object`);
}

function decode(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw malformed(where, 'is not UTF-8 text', cause);
  }
}

function malformed(where: string, what: string, cause?: unknown): StillrootError {
  return new StillrootError('archive-malformed', what, {
    where,
    hint: 'The image is damaged or crafted; get it again.',
    cause,
  });
}

function overLimit(where: string, what: string): StillrootError {
  return new StillrootError('archive-limit', what, {
    where,
    hint: 'No tool writes such a document for an image; do not trust it.',
  });
}

function unsupported(where: string, what: string): StillrootError {
  return new StillrootError('archive-not-supported', what, {
    where,
    hint: 'Convert the image with skopeo copy, or use a newer version of stillroot.',
  });
}
